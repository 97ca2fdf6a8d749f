/** A failing site as text that can be read and tried by hand. */
import type { Difference } from './compare.ts';
import type { Exchange, Site } from './site.ts';

export function showSite(site: Site, difference: Difference | undefined): string {
  const sections = [
    ['defaults of the frontend', site.defaults],
    ['defaults of the backends', site.backendDefaults],
    ['frontend', site.frontend],
    ...site.backends.map((lines, number) => [`backend ${number}`, lines] as const),
  ] as const;
  const config = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `${name}, mode ${site.mode}\n${lines.map((text) => `  ${text}\n`).join('')}`)
    .join('');
  const traffic = site.connections.map((connection) => connection.map(showExchange).join('\n')).join('\n--\n');
  const found =
    difference === undefined
      ? 'It did not differ when it was tried again.'
      : `${difference.what} of connection ${difference.connection}\nHAProxy: ${show(difference.haproxy)}\nSluice:  ${show(difference.sluice)}`;
  return `${config}${traffic}\n${found}`;
}

function showExchange({ line, fields, body, answer }: Exchange): string {
  const answered = [answer.line, ...answer.fields, answer.body, ...(answer.closes ? ['(closes)'] : [])];
  return `> ${[line, ...fields, body].map(show).join(' ')}\n< ${answered.map(show).join(' ')}`;
}

const show = (value: unknown) => JSON.stringify(value);
