/** Checks that the backends, servers and frontends that expressions name exist. */
import type { Sample } from '../language/parse-sample.ts';
import { hint } from '../language/suggest.ts';

interface Named {
  readonly servers?: readonly { readonly name: string }[] | undefined;
}

export interface ProxyNames {
  readonly backends: ReadonlyMap<string, Named>;
  readonly frontends: ReadonlySet<string>;
  /** The proxy in which the samples are taken: the one that is meant where none is named. */
  readonly proxy?: string;
}

/** The first name in a sample that nothing has; undefined when all are there. */
export function findNameProblem({ fetch, arguments: args }: Sample, names: ProxyNames): string | undefined {
  for (const [index, { type }] of fetch.arguments.entries()) {
    const given = args[index];
    const text = given ?? (type === 'backend' || type === 'frontend' ? names.proxy : undefined);
    if (text === undefined) continue;
    const problem = problemOf(type, text, names);
    if (problem === undefined) continue;
    return `"${fetch.name}": ${given === undefined ? `needs the name of a ${type}: "${text}" is none` : problem}`;
  }
  return undefined;
}

function problemOf(type: string, text: string, { backends, frontends, proxy }: ProxyNames): string | undefined {
  if (type === 'frontend') {
    return frontends.has(text) ? undefined : `there is no frontend "${text}"${hint(text, frontends)}`;
  }
  if (type !== 'backend' && type !== 'server') return undefined;
  const slash = text.indexOf('/');
  const name = type === 'backend' ? text : slash < 0 ? (proxy ?? '') : text.slice(0, slash);
  const backend = backends.get(name);
  if (backend === undefined && type === 'server' && slash < 0) return `"${text}" is a server of no backend: name both`;
  if (backend === undefined) return `there is no backend "${name}"${hint(name, backends.keys())}`;
  if (type === 'backend') return undefined;
  const known = (backend.servers ?? []).map((server) => server.name);
  const server = text.slice(slash + 1);
  return known.includes(server) ? undefined : `backend "${name}" has no server "${server}"${hint(server, known)}`;
}
