/** `log` and everything that says what a log holds, in `global` and in proxies. */
import type { LogTarget } from '../../model/log-target.ts';
import { type LogLevel, logFacilities, logLevels, logLineFormats } from '../../model/vocabulary.ts';
import type { CfgDraft, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { type Environment, expandAddress } from '../tokenize-line.ts';

export function readGlobalLog(statement: Statement, { global }: CfgDraft, environment: Environment): void {
  if (statement.negated) {
    delete global.logs;
    return;
  }
  const target = readTarget(statement, environment);
  if (target !== undefined) global.logs = [...(global.logs ?? []), target];
}

/** `log global`, `no log`, or a target of the proxy's own, in addition to those of its defaults. */
export function readProxyLog(statement: Statement, draft: ProxyDraft, environment: Environment): void {
  const { settings } = draft;
  if (statement.negated) {
    settings.logs = [];
    return;
  }
  const target = statement.args[0] === 'global' ? { address: 'global' } : readTarget(statement, environment);
  if (target !== undefined) settings.logs = [...(settings.logs ?? draft.defaults?.settings.logs ?? []), target];
}

function readTarget(statement: Statement, environment: Environment): LogTarget | undefined {
  const [place = '', ...words] = statement.args;
  const address = expandAddress(place, environment);
  const target: LogTarget = { address };
  let at = 0;
  for (; at < words.length; at += 2) {
    const value = words[at + 1] ?? '';
    if (words[at] === 'len') target.length = Math.min(65_535, Math.max(80, Number(value)));
    else if (words[at] === 'format') {
      const format = logLineFormats.find((known) => known === value);
      if (format === undefined) return refuseWord(statement, `log : unknown log format '${value}'`);
      target.format = format;
    } else if (words[at] === 'sample') {
      const [ranges, size] = value.split(':');
      target.sample = { ranges: ranges ?? '', size: Number(size) };
    } else break;
  }
  const [facility = '', level, minLevel] = words.slice(at);
  const known = logFacilities.find((word) => word === facility);
  if (facility === '') return refuseWord(statement, 'log : expects <address> and <facility>  as arguments');
  if (known === undefined) return refuseWord(statement, `log : unknown log facility '${facility}'`);
  target.facility = known;
  if (level !== undefined) target.level = readLevel(statement, level, 'log : unknown optional log level') ?? 'debug';
  if (minLevel !== undefined) {
    target.minLevel = readLevel(statement, minLevel, 'log : unknown optional minimum log level') ?? 'emerg';
  }
  return isReachable(statement, address) ? target : undefined;
}

function refuseWord(statement: Statement, text: string): undefined {
  statement.alert(text);
  return undefined;
}

function readLevel(statement: Statement, word: string, problem: string): LogLevel | undefined {
  const level = logLevels.find((known) => known === word);
  if (level === undefined) statement.alert(`${problem} '${word}'`);
  return level;
}

/** Logs must not keep a load balancer from running: a target that Sluice cannot reach is left out, and told. */
function isReachable(statement: Statement, address: string): boolean {
  if (address === ':' || address === '') {
    statement.skip('it names no address');
    return false;
  }
  if (!/^(\/|unix@|uxdg@|uxst@|ring@|tcp[46]?@)/.test(address)) return true;
  const reason = 'Node.js has no unix datagram sockets; use a UDP address, stdout or stderr';
  statement.warn(`log : '${address}' is left out: ${reason}.`);
  statement.skip(reason);
  return false;
}

type Handler = (statement: Statement, draft: ProxyDraft) => void;

const flag =
  (field: 'dontlognull' | 'dontlogNormal' | 'logSeparateErrors' | 'logasap'): Handler =>
  ({ negated }, { settings }) => {
    settings[field] = !negated;
  };

/** The options that have to do with logs, by their names after "option". */
export const logOptions: Readonly<Record<string, Handler>> = {
  'dontlog-normal': flag('dontlogNormal'),
  dontlognull: flag('dontlognull'),
  'log-separate-errors': flag('logSeparateErrors'),
  logasap: flag('logasap'),
  httplog: (statement, { settings }) => {
    const [word] = statement.args;
    if (word !== undefined && word !== 'clf') statement.alert("keyword 'httplog' only supports option 'clf'.");
    else settings.logFormat = word ?? 'httplog';
  },
  httpslog: (_statement, { settings }) => {
    settings.logFormat = 'httpslog';
  },
  tcplog: (_statement, { settings }) => {
    settings.logFormat = 'tcplog';
  },
};

/** The keywords of proxies that have to do with logs. */
export const logKeywords: Readonly<Record<string, Handler>> = {
  'error-log-format': (statement, { settings }) => {
    settings.errorLogFormat = statement.args.join(' ');
  },
  'log-format': (statement, { settings }) => {
    settings.logFormat = statement.args.join(' ');
  },
  'log-format-sd': (statement, { settings, settingLines }) => {
    settings.logFormatSd = statement.args.join(' ');
    settingLines.set('logFormatSd', statement.line);
  },
  'log-tag': (statement, { settings }) => {
    settings.logTag = statement.args[0] ?? '';
  },
};
