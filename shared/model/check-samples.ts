/** Checks that the backends, servers, frontends, stick tables, userlists and groups that expressions name exist. */
import type { Converter, Fetch } from '../language/catalogue.ts';
import type { AclExpression } from '../language/parse-acl.ts';
import type { Arguments, Sample } from '../language/parse-sample.ts';

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

/** Arguments of these types stand for the proxy of the expression where none is given. */
const takesItsProxy: ReadonlySet<string> = new Set(['backend', 'frontend', 'table']);

function findCallProblem(called: Fetch | Converter, args: Arguments, names: ProxyNames): string | undefined {
  for (const [index, { type }] of called.arguments.entries()) {
    const given = args[index];
    const text = given ?? (takesItsProxy.has(type) ? names.proxy : undefined);
    if (text === undefined) continue;
    const problem = problemOf(type, text, names);
    if (problem === undefined) continue;
    const isMissing = given === undefined && type !== 'table';
    return `"${called.name}": ${isMissing ? `needs the name of a ${type}: "${text}" is none` : problem}`;
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

function problemOf(
  type: string,
  text: string,
  { backends, frontends, proxy, tables, userlists }: ProxyNames,
): string | undefined {
  if (type === 'table' || type === 'other-table') {
    return tables.has(text) ? undefined : `there is no stick table "${text}"${hint(text, tables.keys())}`;
  }
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
