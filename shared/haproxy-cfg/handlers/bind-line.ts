/** `bind` lines: one bind of the model for each address and port they name. */

import { parseCfgAddress, splitFamily, toName } from '../cfg-values.ts';
import { findBindKeyword, suggestBindKeyword } from '../keywords/find-keyword.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { KeywordStatus, Statement } from '../statement.ts';
import { type Environment, expandAddress } from '../tokenize-line.ts';
import { hint } from '../understand.ts';

/** Parameters that are taken without effect, and why. */
const withoutEffect: Readonly<Record<string, string>> = {
  'defer-accept': 'connections are accepted as they come',
  nice: 'all connections are served alike',
  process: 'every worker serves every bind',
  shards: 'every worker serves every bind',
  tfo: 'TCP fast open is not used',
  thread: 'every worker serves every bind',
  v4v6: 'an IPv6 socket on "::" takes both families already',
};

/** As in global-lines.ts, for the parameters of a `bind` line. */
export function bindParameterStatus(name: string): KeywordStatus | undefined {
  if (name === 'name' || name === 'backlog' || name === 'id') return { reason: undefined };
  const reason = withoutEffect[name];
  return reason === undefined ? undefined : { reason };
}

interface Options {
  name: string;
  backlog: number | undefined;
  id: number | undefined;
}

export function readBind(statement: Statement, draft: ProxyDraft, environment: Environment): void {
  const [addresses = '', ...parameters] = statement.args;
  const options: Options = { name: '', backlog: undefined, id: undefined };
  if (!readParameters(statement, draft, addresses, parameters, options)) return;
  for (const text of expandAddress(addresses, environment).split(',')) addBinds(statement, draft, text, options);
}

function readParameters(
  statement: Statement,
  draft: ProxyDraft,
  addresses: string,
  parameters: readonly string[],
  options: Options,
) {
  const place = `'bind ${addresses}' in section '${statement.section}'`;
  for (let at = 0; at < parameters.length; at++) {
    const word = parameters[at] ?? '';
    const known = findBindKeyword(word);
    if (known === undefined) {
      const near = suggestBindKeyword(word);
      statement.alert(`${place}: unknown keyword '${word}'${hint(near, '.')}`);
      return false;
    }
    const values = parameters.slice(at + 1, at + 1 + known.most);
    if (values.length < known.fewest) {
      statement.alert(`${place} : '${word}' : missing ${word === 'name' ? 'name' : 'value'}`);
      return false;
    }
    at += values.length;
    if (word === 'name') options.name = toName(values[0] ?? '');
    else if (word === 'backlog') options.backlog = Number(values[0]);
    else if (word === 'id') {
      const problem = readId(values[0] ?? '', addresses, draft, options);
      if (problem === undefined) continue;
      statement.alert(`${place} : 'id' ${problem}`);
      return false;
    } else if (withoutEffect[word] !== undefined) statement.skip(`${word}: ${withoutEffect[word]}`);
    else {
      statement.refuse(`${place}: keyword '${word}'`);
      return false;
    }
  }
  return true;
}

/** Answers the problem, in HAProxy's words. */
function readId(text: string, addresses: string, draft: ProxyDraft, options: Options): string | undefined {
  if (/[,]|-[0-9]+$/.test(addresses)) return 'can only be used with a single socket';
  if (!/^[-+]?[0-9]/.test(text)) return `: expects an integer argument, found '${text}'`;
  const id = Number.parseInt(text, 10);
  if (!(id > 0 && id <= 2_147_483_647)) return ': custom id has to be > 0';
  const same = draft.binds.find(({ item }) => item.id === id);
  if (same !== undefined) {
    const { file, line, words } = same.line;
    return `: custom id ${id} already used at ${file}:${line} ('bind ${words[1]?.text}')`;
  }
  options.id = id;
  return undefined;
}

function addBinds(statement: Statement, draft: ProxyDraft, text: string, options: Options): void {
  const { family, rest } = splitFamily(text);
  if (family === 'unix' || family === 'fd') {
    if (family === 'unix' && !rest.startsWith('/')) {
      statement.alert(`'bind' : unix socket path '${rest}' must be absolute.`);
      return;
    }
    add(statement, draft, options, `${family}@${rest}`, undefined);
    return;
  }
  if (family !== '' && family !== 'ipv4' && family !== 'ipv6') {
    const why = family === 'abns' ? ': Node.js has no abstract sockets that workers could share' : '';
    statement.refuse(`'bind' : address family '${family}@'${why}, so '${text}'`);
    return;
  }
  const address = parseCfgAddress(rest);
  if ('problem' in address) {
    statement.alert(`'bind' : ${address.problem}`);
    return;
  }
  if (address.port === undefined) {
    statement.alert(`'bind' : missing port specification in '${text}'`);
    return;
  }
  const host = address.host === '' ? (family === 'ipv6' ? '::' : '*') : address.host;
  for (let port = address.port; port <= (address.lastPort ?? address.port); port++) {
    add(statement, draft, options, host, port);
  }
}

function add(
  statement: Statement,
  draft: ProxyDraft,
  { name, backlog, id }: Options,
  address: string,
  port: number | undefined,
): void {
  const first = draft.binds.length === 0 || !draft.binds.some(({ item }) => item.name === name);
  const item = {
    name: name !== '' && first ? name : `${name === '' ? 'bind' : name}-${draft.binds.length + 1}`,
    ...(statement.comment !== '' && { description: statement.comment }),
    ...(id !== undefined && { id }),
    address,
    ...(port !== undefined && { port }),
    ...(backlog !== undefined && { backlog }),
  };
  draft.binds.push({ item, line: statement.line });
}
