/** Checks that the backends, servers, frontends, stick tables, userlists and groups that expressions name exist. */
import type { Converter, Fetch } from '../language/catalogue.ts';
import type { AclExpression } from '../language/parse-acl.ts';
import type { Arguments, Sample } from '../language/parse-sample.ts';
import { predefinedAcls } from '../language/predefined-acls.ts';
import { hint } from '../language/suggest.ts';
import type { StickTableType } from './vocabulary.ts';

interface Named {
  readonly servers?: readonly { readonly name: string }[] | undefined;
}

export interface ProxyNames {
  /** Groups by userlist. */
  readonly userlists: ReadonlyMap<string, readonly string[]>;
  readonly backends: ReadonlyMap<string, Named>;
  readonly frontends: ReadonlySet<string>;
  /** Stick tables with what their keys are. */
  readonly tables: ReadonlyMap<string, StickTableType>;
  /** The proxy that the expression belongs to. */
  readonly proxy: string;
  /** Its ACLs by name; undefined where there are none. */
  readonly acls?: ReadonlySet<string>;
}

/** The first name in a sample that nothing has; undefined when all are there. */
export function findNameProblem(
  { fetch, arguments: args, conversions }: Sample,
  names: ProxyNames,
): string | undefined {
  const problem = findCallProblem(fetch, args, names);
  if (problem !== undefined) return problem;
  for (const { converter, arguments: converterArgs } of conversions) {
    const converterProblem = findCallProblem(converter, converterArgs, names);
    if (converterProblem !== undefined) return converterProblem;
  }
  return undefined;
}

function findCallProblem(called: Fetch | Converter, args: Arguments, names: ProxyNames): string | undefined {
  for (const [index, { type }] of called.arguments.entries()) {
    const text = args[index];
    const problem = text === undefined ? problemOfNone(type, names) : problemOf(type, text, names);
    if (problem !== undefined) return `"${called.name}": ${problem}`;
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

/** Where no table, backend or frontend is named, the proxy itself is meant. */
function problemOfNone(type: string, names: ProxyNames): string | undefined {
  if (type === 'table') return findTableProblem(undefined, names);
  if (type !== 'backend' && type !== 'frontend') return undefined;
  const { proxy, backends, frontends } = names;
  const isThere = type === 'backend' ? backends.has(proxy) : frontends.has(proxy);
  return isThere ? undefined : `needs the name of a ${type}: "${proxy}" is none`;
}

/** Why there is no table of that name, or none where none is named; undefined when there is. */
export function findTableProblem(name: string | undefined, { tables, proxy }: ProxyNames): string | undefined {
  if (tables.has(name ?? proxy)) return undefined;
  if (name === undefined) return `"${proxy}" has no stick table of its own; say which one is meant`;
  return `there is no stick table "${name}"${hint(name, tables.keys())}`;
}

function findAclProblem(name: string, { acls = new Set() }: ProxyNames): string | undefined {
  if (acls.has(name) || predefinedAcls.has(name)) return undefined;
  return `there is no ACL "${name}"${hint(name, [...acls, ...predefinedAcls.keys()])}`;
}

function problemOf(type: string, text: string, names: ProxyNames): string | undefined {
  const { backends, frontends, proxy, userlists } = names;
  if (type === 'table' || type === 'other-table') return findTableProblem(text, names);
  if (type === 'acl') return findAclProblem(text, names);
  if (type === 'frontend') {
    return frontends.has(text) ? undefined : `there is no frontend "${text}"${hint(text, frontends)}`;
  }
  if (type === 'userlist') {
    return userlists.has(text) ? undefined : `there is no userlist "${text}"${hint(text, userlists.keys())}`;
  }
  if (type !== 'backend' && type !== 'server') return undefined;
  const slash = text.indexOf('/');
  const name = type === 'backend' ? text : slash < 0 ? proxy : text.slice(0, slash);
  const backend = backends.get(name);
  if (backend === undefined && type === 'server' && slash < 0) return `"${text}" is a server of no backend: name both`;
  if (backend === undefined) return `there is no backend "${name}"${hint(name, backends.keys())}`;
  if (type === 'backend') return undefined;
  const known = (backend.servers ?? []).map((server) => server.name);
  const server = text.slice(slash + 1);
  return known.includes(server) ? undefined : `backend "${name}" has no server "${server}"${hint(server, known)}`;
}
