/** `stats socket`, `stats timeout` and `stats maxconn` of the `global` section. */

import { parseStatsAddress } from '../../model/stats-address.ts';
import type { StatsSocket } from '../../model/stats-socket.ts';
import { parseCfgTime } from '../cfg-values.ts';
import type { CfgDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { type Environment, expandAddress } from '../tokenize-line.ts';

/** Parameters that are taken without effect, and why. */
const withoutEffect: Readonly<Record<string, string>> = {
  accept: 'commands alone are answered',
  backlog: 'few connections are made',
  name: 'sockets are told apart by address',
  process: 'the supervisor answers for all workers',
  thread: 'the supervisor answers for all workers',
};

export function readStatsSocket(statement: Statement, { global }: CfgDraft, environment: Environment): void {
  const [place = '', ...words] = statement.args;
  const address = expandAddress(place, environment);
  const parsed = parseStatsAddress(address);
  if ('problem' in parsed) {
    statement.alert(`'stats socket' : ${parsed.problem}`);
    return;
  }
  const socket: StatsSocket = { address };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'expose-fd') {
      socket.exposeFdListeners = true;
      at++;
      continue;
    }
    const value = words[++at];
    if (value === undefined) {
      statement.alert(`'stats socket' : '${word}' expects an argument.`);
      return;
    }
    if (word === 'level' && !['user', 'operator', 'admin'].includes(value)) {
      const problem = `'level' only supports 'user', 'operator', and 'admin' (got '${value}')`;
      statement.alert(`'stats socket' : '${problem}'`);
      return;
    }
    if (word === 'level' && (value === 'user' || value === 'operator' || value === 'admin')) socket.level = value;
    else if (word === 'mode' && /^[0-7]{3,4}$/.test(value)) socket.mode = value;
    else if (word === 'user' || word === 'uid') socket.user = value;
    else if (word === 'group' || word === 'gid') socket.group = value;
    else if (withoutEffect[word] !== undefined) statement.skip(`${word}: ${withoutEffect[word]}`);
    else {
      statement.alert(`'stats socket' : unknown or wrong parameter '${word} ${value}'.`);
      return;
    }
  }
  global.statsSockets = [...(global.statsSockets ?? []), socket];
}

export function readStatsTimeout(statement: Statement, { global }: CfgDraft): void {
  const time = parseCfgTime(statement.args[0] ?? '');
  if ('value' in time) global.statsTimeout = time.value;
  else statement.alert(`'stats timeout' : unexpected character '${time.problem}'`);
}

export function readStatsMaxconn(statement: Statement, { global }: CfgDraft): void {
  if (/^-|^0*$/.test(statement.args[0] ?? '')) {
    statement.alert("'stats maxconn' expects a positive value");
    return;
  }
  const maxconn = statement.integer(0, 1, 10_000);
  if (maxconn !== undefined) global.statsMaxconn = maxconn;
}
