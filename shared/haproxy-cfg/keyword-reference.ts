/** The page that tells what Sluice makes of each keyword of a haproxy.cfg: written from the tables that read it. */
import { bindParameterStatus } from './handlers/bind-line.ts';
import { globalKeywordStatus } from './handlers/global-lines.ts';
import { proxyKeywordStatus } from './handlers/proxy-lines.ts';
import { serverParameterStatus } from './handlers/server-line.ts';
import { bindKeywords } from './keywords/bind-keywords.ts';
import { allKeywords } from './keywords/find-keyword.ts';
import type { Section } from './keywords/keyword.ts';
import { serverKeywords } from './keywords/server-keywords.ts';
import { foreignSections } from './read-haproxy-cfg.ts';
import type { KeywordStatus } from './statement.ts';

type StatusOf = (name: string) => KeywordStatus | undefined;

const proxySections: readonly Section[] = ['defaults', 'frontend', 'listen', 'backend'];

/** The page in Markdown. */
export function writeKeywordReference(): string {
  const inGlobal = allKeywords.filter(({ sections }) => sections.includes('global')).map(({ name }) => name);
  const inProxies = allKeywords
    .filter(({ sections }) => sections.some((section) => proxySections.includes(section)))
    .map(({ name }) => name);
  const parts = [
    part('Section `global`', inGlobal, globalKeywordStatus),
    part('Sections `defaults`, `frontend`, `listen` and `backend`', inProxies, proxyKeywordStatus),
    part('Parameters of `bind`', namesOf(bindKeywords), bindParameterStatus),
    part('Parameters of `server` and `default-server`', namesOf(serverKeywords), serverParameterStatus),
  ];
  return `# Keywords of a haproxy.cfg

What Sluice makes of each keyword of HAProxy 2.6. This page is written from the tables that read a file
(\`node docs/reference/generate.ts\`).

- **Carried over** keywords mean what they mean in HAProxy.
- **Without effect** are keywords that are understood and change nothing, for the reason given. An import lists them.
- **Refused** keywords are errors: what they ask for does not exist yet, and nothing is ignored in silence.

${parts.join('\n')}
## Other sections

\`http-errors\` and \`userlist\` are carried over, and so are the tables of \`peers\`; where other nodes are has no effect. These are read, and have no effect:

${Object.entries(foreignSections)
  .map(([section, reason]) => `- \`${section}\`: ${reason}\n`)
  .join('')}`;
}

function namesOf(parameters: readonly { readonly name: string }[]): string[] {
  return parameters.map(({ name }) => name);
}

function part(title: string, names: readonly string[], statusOf: StatusOf): string {
  const sorted = [...new Set(names)].sort();
  const carried = sorted.filter((name) => statusOf(name)?.reason === undefined && statusOf(name) !== undefined);
  const refused = sorted.filter((name) => statusOf(name) === undefined);
  const idle = sorted.filter((name) => statusOf(name)?.reason !== undefined);
  return `## ${title}

**Carried over:** ${list(carried)}

${idle.length === 0 ? '' : `**Without effect:**\n\n${idle.map((name) => `- \`${name}\`: ${statusOf(name)?.reason}\n`).join('')}\n`}**Refused:** ${list(refused)}
`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
}
