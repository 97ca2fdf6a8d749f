/** Checks that the backends, servers, frontends, userlists and groups that expressions name exist. */
import type { AclExpression } from '../language/parse-acl.ts';
import type { Sample } from '../language/parse-sample.ts';
import { hint } from '../language/suggest.ts';

interface Named {
  readonly servers?: readonly { readonly name: string }[] | undefined;
}

export interface ProxyNames {
  /** Groups by userlist. */
  readonly userlists: ReadonlyMap<string, readonly string[]>;
  readonly backends: ReadonlyMap<string, Named>;
  readonly frontends: ReadonlySet<string>;
}

/** The first name in a sample that nothing has; undefined when all are there. */
export function findNameProblem({ fetch, arguments: args }: Sample, names: ProxyNames): string | undefined {
  for (const [index, { type }] of fetch.arguments.entries()) {
    const text = args[index];
    if (text === undefined) continue;
    const problem = problemOf(type, text, names);
    if (problem !== undefined) return `"${fetch.name}": ${problem}`;
  }
  return undefined;
}

/** What is wrong with the groups that a test of http_auth_group names. */
export function findGroupProblem(
  { sample, match, values }: AclExpression,
  { userlists }: ProxyNames,
): string | undefined {
  if (match !== 'auth') return undefined;
  const [list = ''] = sample.arguments;
  const groups = userlists.get(list) ?? [];
  const unknown = values.find((group) => !groups.includes(group));
  return unknown === undefined ? undefined : `userlist "${list}" has no group "${unknown}"${hint(unknown, groups)}`;
}

function problemOf(type: string, text: string, { backends, frontends, userlists }: ProxyNames): string | undefined {
  if (type === 'frontend') {
    return frontends.has(text) ? undefined : `there is no frontend "${text}"${hint(text, frontends)}`;
  }
  if (type === 'userlist') {
    return userlists.has(text) ? undefined : `there is no userlist "${text}"${hint(text, userlists.keys())}`;
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
