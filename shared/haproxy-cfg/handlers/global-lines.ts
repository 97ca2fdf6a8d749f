/** Lines of the `global` section. */
import { parseCfgSize, parseCfgTime } from '../cfg-values.ts';
import type { CfgDraft } from '../proxy-draft.ts';
import type { KeywordStatus, Statement } from '../statement.ts';
import type { Environment } from '../tokenize-line.ts';
import { readGlobalVariable } from './global-variable-line.ts';
import { readGlobalLog } from './log-lines.ts';
import { readStatsMaxconn, readStatsSocket, readStatsTimeout } from './stats-lines.ts';

const noTls = 'no part of Sluice uses TLS yet';
const itself = 'Sluice sets this itself';
const ofProcess = 'it concerns the process that runs the file, and no other';
const processWide = 'the limits of the process hold, which whoever starts it sets';

/** Keywords that are taken without effect, and why; also by what their names begin with. */
const withoutEffect: Readonly<Record<string, string>> = {
  'busy-polling': itself,
  'ca-base': noTls,
  chroot: 'Node.js cannot change its root',
  'cpu-map': 'the system places workers on cores',
  'crt-base': noTls,
  description: 'statistics do not show it',
  'fd-hard-limit': processWide,
  'insecure-fork-wanted': 'Sluice is more than one process in any case',
  'insecure-setuid-wanted': itself,
  'issuers-chain-path': noTls,
  localpeer: 'there are no peers',
  'max-spread-checks': itself,
  maxcompcpuusage: 'nothing is compressed',
  maxcomprate: 'nothing is compressed',
  maxpipes: 'Node.js cannot splice',
  node: 'statistics do not show it',
  'numa-cpu-mapping': 'the system places workers on cores',
  'pp2-never-send-local': 'the PROXY protocol is not sent',
  'profiling.memory': itself,
  'profiling.tasks': itself,
  'server-state-base': 'states of servers are kept by the control plane',
  'server-state-file': 'states of servers are kept by the control plane',
  'set-dumpable': itself,
  'spread-checks': itself,
  'strict-limits': processWide,
  'ulimit-n': processWide,
  'unix-bind': 'sockets have the permissions of the process',
  'wurfl-cache-size': itself,
};

const withoutEffectPrefixes: readonly (readonly [string, string])[] = [
  ['no', 'Node.js chooses how it polls'],
  ['ssl-', noTls],
  ['tune.', itself],
  ['maxssl', noTls],
];

/** Fields of the model by what stands behind "tune.vars.". */
const variableLimits = {
  'check-max-size': 'checkMaxSize',
  'global-max-size': 'globalMaxSize',
  'proc-max-size': 'procMaxSize',
  'reqres-max-size': 'reqresMaxSize',
  'sess-max-size': 'sessMaxSize',
  'txn-max-size': 'txnMaxSize',
} as const;

type Handler = (statement: Statement, cfg: CfgDraft, environment: Environment) => void;

const handlers: Readonly<Record<string, Handler>> = {
  daemon: (statement, { process }) => {
    statement.skip(ofProcess);
    process.daemon = true;
  },
  'master-worker': (statement, { process }) => {
    statement.skip(ofProcess);
    process.masterWorker = !statement.negated;
  },
  'zero-warning': (statement, { process }) => {
    statement.skip(ofProcess);
    process.zeroWarning = !statement.negated;
  },
  pidfile: (statement, { process }) => {
    statement.skip(ofProcess);
    process.pidfile = statement.args[0] ?? '';
  },
  user: readAccount,
  group: readAccount,
  uid: readNumber,
  gid: readNumber,
  nbproc: readWorkers,
  nbthread: readWorkers,
  'hard-stop-after': (statement, { global }) => {
    const time = parseCfgTime(statement.args[0] ?? '');
    if ('value' in time) global.hardStopAfter = time.value;
    else statement.alert(`unexpected character '${time.problem}' in argument to <hard-stop-after>.`);
  },
  'tune.bufsize': (statement, { global }) => {
    const size = parseCfgSize(statement.args[0] ?? '');
    if (size === undefined) statement.alert("'tune.bufsize' expects an integer argument.");
    else global.tune = { ...global.tune, bufsize: size };
  },
  'tune.http.maxhdr': (statement, { global }) => {
    const maxhdr = Number(statement.args[0]);
    if (!(maxhdr >= 1 && maxhdr <= 32_767)) {
      statement.alert("'tune.http.maxhdr' expects a numeric value between 1 and 32767");
    } else global.tune = { ...global.tune, http: { maxhdr } };
  },
  ...Object.fromEntries(
    Object.keys(variableLimits).map((keyword): [string, Handler] => [`tune.vars.${keyword}`, readVariableLimit]),
  ),
  'tune.http.cookielen': (statement, { language }) => {
    const length = Number(statement.args[0]);
    if (!(length >= 1 && length <= 65_535)) statement.alert("'tune.http.cookielen' expects an integer argument.");
    else language.longestCookie = length;
  },
  'expose-experimental-directives': (_statement, { language }) => {
    language.experimental = true;
  },
  maxconn: (statement, { global }) => {
    const maxconn = statement.integer(0, 0, 10_000_000);
    if (maxconn !== undefined) global.maxconn = maxconn;
  },
  'set-var': readGlobalVariable,
  'set-var-fmt': readGlobalVariable,
  log: readGlobalLog,
  'log-send-hostname': ({ args }, { global }) => {
    global.logSendHostname = args[0] ?? '';
  },
  'log-tag': ({ args }, { global }) => {
    global.logTag = args[0] ?? '';
  },
  'stats socket': readStatsSocket,
  'stats timeout': readStatsTimeout,
  'stats maxconn': readStatsMaxconn,
  setenv: () => {},
  presetenv: () => {},
  unsetenv: () => {},
  resetenv: () => {},
};

/** Whether a keyword has a meaning, and if not why it is taken all the same; undefined when it is refused. */
export function globalKeywordStatus(keyword: string): KeywordStatus | undefined {
  if (Object.hasOwn(handlers, keyword)) return { reason: undefined };
  const reason = withoutEffect[keyword] ?? withoutEffectPrefixes.find(([prefix]) => keyword.startsWith(prefix))?.[1];
  return reason === undefined ? undefined : { reason };
}

export function readGlobal(statement: Statement, cfg: CfgDraft, environment: Environment): void {
  const { keyword } = statement;
  const status = globalKeywordStatus(keyword);
  if (status === undefined) statement.refuse(`'${keyword}' in section 'global'`);
  else if (status.reason === undefined) handlers[keyword]?.(statement, cfg, environment);
  else statement.skip(status.reason);
}

/** A number below 0 is none, as is a missing one. */
function readVariableLimit(statement: Statement, { global }: CfgDraft): void {
  const { keyword, args } = statement;
  const field = variableLimits[keyword.slice('tune.vars.'.length) as keyof typeof variableLimits];
  const [text = '0'] = args;
  if (!/^[+-]?[0-9]+$/.test(text)) {
    statement.alert(`${keyword}: '${text}' is an invalid size.`);
    return;
  }
  const size = Math.min(Math.max(Number(text), 0), 4_294_967_295);
  global.tune = { ...global.tune, vars: { ...global.tune?.vars, [field]: size } };
}

/** `uid` and `gid`. */
function readNumber(statement: Statement, { process }: CfgDraft): void {
  const [id = ''] = statement.args;
  if (!/^[0-9]+$/.test(id)) {
    statement.alert(`'${statement.keyword}' : '${id}' is no number.`);
    return;
  }
  statement.skip(ofProcess);
  process[statement.keyword === 'uid' ? 'user' : 'group'] = id;
}

function readAccount(statement: Statement, { process, hasAccount }: CfgDraft): void {
  statement.skip(ofProcess);
  const [name = ''] = statement.args;
  const kind = statement.keyword === 'user' ? 'user' : 'group';
  if (hasAccount(kind, name)) process[kind] = name;
  else statement.alert(`cannot find ${kind} id for '${name}'.`);
}

/** Threads and processes are both workers, so only one of the two may be given. */
function readWorkers(statement: Statement, { global, report }: CfgDraft): void {
  const count = Number(statement.args[0]);
  if (!/^-?[0-9]+$/.test(statement.args[0] ?? '')) {
    statement.alert(`'${statement.keyword}' passed a missing or unparsable integer value in '${statement.args[0]}'`);
    return;
  }
  if (count < 1 || count > 64) {
    statement.alert(`'${statement.keyword}' value must be between 1 and 64 (was ${statement.args[0]})`);
    return;
  }
  const other = report.placeOf('/global/nbproc');
  if (other !== undefined && other.words[0]?.text !== statement.keyword) {
    statement.alert(
      `'nbproc' and 'nbthread' exclude each other ('${other.words[0]?.text}' stands in line ${other.line})`,
    );
    return;
  }
  report.place('/global/nbproc', statement.line);
  global.nbproc = count;
}
