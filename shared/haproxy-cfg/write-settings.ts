/** The lines of `global`, and of settings that proxies and defaults share. */
import type { Defaults } from '../model/defaults.ts';
import type { Global } from '../model/global.ts';
import type { GlobalVariable } from '../model/global-variables.ts';
import type { Forwarded } from '../model/http-options.ts';
import type { StatsSocket } from '../model/stats-socket.ts';
import { emptyText } from './handlers/rule-words.ts';
import { quoteWord } from './quote-word.ts';
import { writeLogs } from './write-logs.ts';

/** `more` are lines that the proxies of the config need there. */
export function writeGlobal(global: Global, more: readonly string[]): string[] {
  return [
    ...more,
    ...line('nbthread', global.nbproc),
    ...line('hard-stop-after', global.hardStopAfter),
    ...line('maxconn', global.maxconn),
    ...line('tune.bufsize', global.tune?.bufsize),
    ...line('tune.http.maxhdr', global.tune?.http?.maxhdr),
    ...Object.entries(global.tune?.vars ?? {}).flatMap(([field, size]) =>
      line(`tune.vars.${field.replace('MaxSize', '-max-size')}`, size),
    ),
    ...writeLogs({ logs: global.logs?.length === 0 ? undefined : global.logs, logTag: global.logTag }),
    ...(global.logSendHostname === '' ? ['log-send-hostname'] : line('log-send-hostname', global.logSendHostname)),
    ...(global.setVars ?? []).flatMap(writeVariable),
    ...(global.statsSockets ?? []).map(writeStatsSocket),
    ...line('stats timeout', global.statsTimeout),
    ...line('stats maxconn', global.statsMaxconn),
  ];
}

function writeVariable(line: GlobalVariable): string[] {
  const { action, variable, conditions = [], description = '' } = line;
  const text = line.action === 'set-var' ? line.expression : line.value === '' ? emptyText : line.value;
  return [
    ...description.split('\n').flatMap((remark) => (remark === '' ? [] : [`# ${remark}`])),
    `${action} ${[variable, ...conditions].join(',')} ${quoteWord(text)}`,
  ];
}

function writeStatsSocket({ address, mode, user, group, level, exposeFdListeners }: StatsSocket): string {
  const words = ['stats socket', quoteWord(address)];
  if (mode !== undefined) words.push('mode', mode);
  if (user !== undefined) words.push('user', user);
  if (group !== undefined) words.push('group', group);
  if (level !== undefined) words.push('level', level);
  if (exposeFdListeners === true) words.push('expose-fd', 'listeners');
  return words.join(' ');
}

const timeoutWords: Readonly<Record<keyof NonNullable<Defaults['timeouts']>, string>> = {
  check: 'check',
  client: 'client',
  clientFin: 'client-fin',
  connect: 'connect',
  httpKeepAlive: 'http-keep-alive',
  httpRequest: 'http-request',
  queue: 'queue',
  server: 'server',
  serverFin: 'server-fin',
  tarpit: 'tarpit',
  tunnel: 'tunnel',
};

type Settings = Partial<Omit<Defaults, 'name'>> & { readonly from?: string };

/** Mode, options and timeouts; error pages, checks and servers are written elsewhere. */
export function writeSettings(settings: Settings): string[] {
  const { forwardfor, originalto, forwarded, redispatch, retryOn, httpIgnoreProbes } = settings;
  return [
    // Where nothing says which, HAProxy takes tcp.
    ...line('mode', settings.mode ?? (settings.from === undefined ? 'http' : undefined)),
    ...writeLogs(settings, settings.from !== undefined),
    ...(settings.httpConnectionMode === undefined ? [] : [`option ${settings.httpConnectionMode}`]),
    ...flag('http-buffer-request', settings.httpBufferRequest),
    ...line('option http-restrict-req-hdr-names', settings.httpRestrictReqHdrNames),
    ...flag('http-ignore-probes', httpIgnoreProbes),
    ...(forwardfor === undefined
      ? []
      : [
          words('option forwardfor', [
            ['except', forwardfor.except],
            ['header', forwardfor.header],
          ]) + (forwardfor.ifNone === true ? ' if-none' : ''),
        ]),
    ...(originalto === undefined
      ? []
      : [
          words('option originalto', [
            ['except', originalto.except],
            ['header', originalto.header],
          ]),
        ]),
    ...(forwarded === undefined ? [] : [writeForwarded(forwarded)]),
    ...writeBalance(settings.balance),
    ...flag('allbackups', settings.allBackups),
    ...flag('log-health-checks', settings.logHealthChecks),
    ...line('maxconn', settings.maxconn),
    ...line('fullconn', settings.fullconn),
    ...line('rate-limit sessions', settings.rateLimitSessions),
    ...line('unique-id-format', settings.uniqueIdFormat),
    ...line('unique-id-header', settings.uniqueIdHeader),
    ...line('retries', settings.retries),
    ...flag('redispatch', redispatch),
    ...flag('persist', settings.persist),
    ...(retryOn === undefined ? [] : [`retry-on ${retryOn.length === 0 ? 'none' : retryOn.join(' ')}`]),
    ...line('http-reuse', settings.httpReuse),
    ...Object.entries(timeoutWords).flatMap(([field, word]) =>
      line(`timeout ${word}`, settings.timeouts?.[field as keyof typeof timeoutWords]),
    ),
  ];
}

/** HAProxy has had this option since 2.8. */
function writeForwarded({ proto = true, host = false, by = false, for: tells = true }: Forwarded): string {
  const parts = [proto && 'proto', host && 'host', by && 'by', tells && 'for'].filter((part) => part !== false);
  return ['option forwarded', ...parts].join(' ');
}

function flag(option: string, value: boolean | undefined): string[] {
  return value === undefined ? [] : [`${value ? '' : 'no '}option ${option}`];
}

function writeBalance(balance: Settings['balance']): string[] {
  if (balance === undefined) return [];
  const { algorithm, draws } = balance;
  return [`balance ${algorithm}${draws === undefined ? '' : `(${draws})`}`];
}

function line(keyword: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${keyword} ${quoteWord(String(value))}`];
}

function words(keyword: string, pairs: readonly (readonly [string, string | undefined])[]): string {
  return [keyword, ...pairs.flatMap(([word, value]) => (value === undefined ? [] : [word, quoteWord(value)]))].join(
    ' ',
  );
}
