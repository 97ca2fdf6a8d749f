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
    const text = args[index] ?? (type === 'backend' || type === 'frontend' ? names.proxy : undefined);
    if (text === undefined) continue;
    const problem = problemOf(type, text, names);
    if (problem === undefined) continue;
    return `"${fetch.name}": ${args[index] === undefined ? `needs the name of a ${type}: "${text}" is none` : problem}`;
  }
  return undefined;
}

function problemOf(type: string, text: string, { backends, frontends }: ProxyNames): string | undefined {
  if (type === 'frontend') {
    return frontends.has(text) ? undefined : `there is no frontend "${text}"${hint(text, frontends)}`;
  }
  if (type !== 'backend' && type !== 'server') return undefined;
  const slash = text.indexOf('/');
  // The backend of a server that stands alone is known only for a request.
  if (type === 'server' && slash < 0) return undefined;
  const name = type === 'server' ? text.slice(0, slash) : text;
  const backend = backends.get(name);
  if (backend === undefined) return `there is no backend "${name}"${hint(name, backends.keys())}`;
  if (type === 'backend') return undefined;
  const known = (backend.servers ?? []).map((server) => server.name);
  const server = text.slice(slash + 1);
  return known.includes(server) ? undefined : `backend "${name}" has no server "${server}"${hint(server, known)}`;
}
