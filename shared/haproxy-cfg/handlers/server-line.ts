/** `server` and `default-server` lines. */
import type { DefaultServer, Server } from '../../model/server.ts';
import { parseCfgAddress, parseCfgTime, splitFamily } from '../cfg-values.ts';
import { findServerKeyword, suggestServerKeyword } from '../keywords/find-keyword.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { KeywordStatus, Statement } from '../statement.ts';
import { type Environment, expandAddress } from '../tokenize-line.ts';
import { hint } from '../understand.ts';

/** Parameters that are taken without effect, and why. */
const withoutEffect: Readonly<Record<string, string>> = {
  'check-reuse-pool': 'checks open connections of their own',
  cookie: 'no cookie names servers in this backend',
  'init-addr': 'names are looked up whenever a connection is made',
  maxqueue: 'without persistence no request waits for one server alone',
  'no-backup': 'this is so unless said otherwise',
  'no-check-ssl': 'this is so unless said otherwise',
  'no-send-proxy': 'this is so unless said otherwise',
  'no-send-proxy-v2': 'this is so unless said otherwise',
  'no-ssl': 'this is so unless said otherwise',
  'no-tfo': 'this is so unless said otherwise',
  'pool-low-conn': 'idle connections are kept as they come',
  'pool-max-conn': 'idle connections are closed after five seconds',
  'pool-purge-delay': 'idle connections are closed after five seconds',
  'log-proto': 'no server of this kind takes logs',
  stick: 'this is so unless said otherwise',
  tfo: 'TCP fast open is not used',
};

type Settings = DefaultServer & Pick<Server, 'id' | 'backup' | 'disabled' | 'nonStick' | 'checkAddress'>;
/** Answers the problem; `server` is the name of the server. */
type Setter = (settings: Settings, value: string, server: string) => string | undefined;

const integer =
  (
    field: 'weight' | 'rise' | 'fall' | 'checkPort' | 'maxconn' | 'minconn',
    least: number,
    most: number,
    name: string,
  ): Setter =>
  (settings, value, server) => {
    const number = /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
    if (number === 0 && (name === 'rise' || name === 'fall')) return `'${name}' has to be > 0.`;
    if (number > most && name === 'weight') return `weight of server ${server} is not within 0 and 256 (${number}).`;
    if (!(number >= least && number <= most))
      return `'${name}' expects an integer between ${least} and ${most} (got '${value}').`;
    settings[field] = number;
    return undefined;
  };

const time =
  (field: 'inter' | 'fastinter' | 'downinter' | 'slowstart', name: string): Setter =>
  (settings, value, server) => {
    const parsed = parseCfgTime(value);
    if ('problem' in parsed)
      return `unexpected character '${parsed.problem}' in '${name}' argument of server ${server}.`;
    const isZero = /^0+([a-z]|$)/.test(value);
    if (isZero && field !== 'slowstart') return `invalid value 0 for argument '${name}' of server ${server}.`;
    settings[field] = isZero ? '0s' : parsed.value;
    return undefined;
  };

const flag =
  (field: 'check' | 'backup' | 'disabled' | 'nonStick', value: boolean): Setter =>
  (settings) => {
    settings[field] = value;
    return undefined;
  };

const setters: Readonly<Record<string, Setter>> = {
  addr: (settings, value) => {
    settings.checkAddress = value;
    return undefined;
  },
  backup: flag('backup', true),
  check: flag('check', true),
  'no-check': flag('check', false),
  disabled: flag('disabled', true),
  'non-stick': flag('nonStick', true),
  enabled: flag('disabled', false),
  downinter: time('downinter', 'downinter'),
  fall: integer('fall', 1, 1_000, 'fall'),
  fastinter: time('fastinter', 'fastinter'),
  id: (settings, value) => {
    const id = Number.parseInt(value, 10);
    if (!(id > 0 && id <= 2_147_483_647)) return "'id' : custom id has to be > 0.";
    settings.id = id;
    return undefined;
  },
  inter: time('inter', 'inter'),
  maxconn: integer('maxconn', 0, 1_000_000, 'maxconn'),
  minconn: integer('minconn', 0, 1_000_000, 'minconn'),
  port: integer('checkPort', 1, 65_535, 'port'),
  rise: integer('rise', 1, 1_000, 'rise'),
  slowstart: time('slowstart', 'slowstart'),
  weight: integer('weight', 0, 256, 'weight'),
};

/** What HAProxy says of a word without its value, where it does not say the same as of others. */
const missingValues: Readonly<Record<string, string>> = {
  id: "'id' : expects an integer argument.",
  port: "'port' expects a port number as argument.",
};

/** As in global-lines.ts, for the parameters of a `server` line. */
export function serverParameterStatus(name: string): KeywordStatus | undefined {
  if (Object.hasOwn(setters, name)) return { reason: undefined };
  const reason = withoutEffect[name];
  return reason === undefined ? undefined : { reason };
}

export function readDefaultServer(statement: Statement, draft: ProxyDraft): void {
  const settings: Settings = {};
  if (!readParameters(statement, 'default-server', statement.args, settings)) return;
  const { id, backup, disabled, checkAddress, ...rest } = settings;
  if (id !== undefined) {
    statement.alert("'id' option is not accepted in default-server sections");
    return;
  }
  if (backup !== undefined || disabled !== undefined || checkAddress !== undefined) {
    statement.refuse("'default-server' with 'backup', 'disabled' or 'addr'");
    return;
  }
  if (draft.servers.length === 0) draft.settings.defaultServer = { ...draft.settings.defaultServer, ...rest };
  else draft.laterServer = { ...draft.laterServer, ...rest };
}

export function readServer(statement: Statement, draft: ProxyDraft, environment: Environment): void {
  const [name = '', place = '', ...parameters] = statement.args;
  const bad = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
  if (bad !== undefined) {
    statement.alert(`character '${bad}' is not permitted in server name '${name}'.`);
    return;
  }
  const prefix = `'server ${draft.name}/${name}'`;
  const address = readAddress(statement, prefix, expandAddress(place, environment));
  if (address === undefined) return;
  const settings: Settings = { ...draft.laterServer };
  if (!readParameters(statement, prefix, parameters, settings)) return;
  const same = draft.servers.find(({ item }) => item.name === name);
  if (same !== undefined) {
    statement.alert(
      `backend '${draft.name}', another server named '${name}' was already defined at line ${same.line.line}, please use distinct names.`,
    );
    return;
  }
  const twin = draft.servers.find(({ item }) => item.id !== undefined && item.id === settings.id);
  if (twin !== undefined) {
    const { file, line } = twin.line;
    statement.alert(
      `${prefix} : 'id' : custom id ${settings.id} already used at ${file}:${line} ('server ${twin.item.name}').`,
    );
    return;
  }
  const description = statement.comment === '' ? {} : { description: statement.comment };
  draft.servers.push({ item: { name, ...description, ...address, ...settings }, line: statement.line });
}

function readAddress(
  statement: Statement,
  prefix: string,
  text: string,
): { address: string; port: number; disabled?: boolean } | undefined {
  const { family, rest } = splitFamily(text);
  if (family !== '' && family !== 'ipv4' && family !== 'ipv6') {
    statement.refuse(`${prefix} : address family '${family}@'`);
    return undefined;
  }
  const address = parseCfgAddress(rest);
  if ('problem' in address) {
    statement.alert(`${prefix} : ${address.problem}`);
    return undefined;
  }
  if (address.host === '' || address.host === '*') {
    if (address.port === undefined) {
      // An address made of variables that are not set: HAProxy starts, and never reaches it.
      statement.skip(`the server has no address and takes no traffic`);
      return { address: '127.0.0.1', port: 1, disabled: true };
    }
    // HAProxy connects to itself then; so does Sluice, when a port is given.
    if (address.port !== undefined) return { address: '127.0.0.1', port: address.port };
  }
  if (address.port === undefined) {
    statement.refuse(`${prefix} : a server without a port, which takes that of the client,`);
    return undefined;
  }
  return { address: address.host, port: address.port };
}

function readParameters(
  statement: Statement,
  prefix: string,
  parameters: readonly string[],
  settings: Settings,
): boolean {
  for (let at = 0; at < parameters.length; at++) {
    const word = parameters[at] ?? '';
    const known = findServerKeyword(word);
    if (known === undefined) {
      const near = suggestServerKeyword(word);
      const unknown = `unknown keyword '${word}'${hint(near, '.')}`;
      if (statement.keyword === 'server') statement.alert(`${prefix} : ${unknown}`);
      else statement.alert(`${unknown} Hint: no address was expected for this server.`);
      return false;
    }
    const values = parameters.slice(at + 1, at + 1 + known.most);
    if (values.length < known.fewest) {
      const missing = missingValues[word] ?? `'${word}' expects an argument.`;
      statement.alert(`${prefix} : ${missing}`);
      return false;
    }
    at += values.length;
    const setter = setters[word];
    if (setter !== undefined) {
      const problem = setter(settings, values[0] ?? '', statement.args[0] ?? '');
      if (problem === undefined) continue;
      statement.alert(`${prefix} : ${problem}`);
      return false;
    }
    if (withoutEffect[word] === undefined) {
      statement.refuse(`${prefix} : keyword '${word}'`);
      return false;
    }
    statement.skip(`${word}: ${withoutEffect[word]}`);
  }
  return true;
}
