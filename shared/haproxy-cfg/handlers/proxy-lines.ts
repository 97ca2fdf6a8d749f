/** Lines of proxy sections: each keyword that has a meaning in Sluice, and those that are taken without. */
import { balanceAlgorithms, retryCauses } from '../../model/vocabulary.ts';
import { type CfgDraft, type ProxyDraft, wordOf } from '../proxy-draft.ts';
import type { KeywordStatus, Statement } from '../statement.ts';
import type { Environment } from '../tokenize-line.ts';
import { readBind } from './bind-line.ts';
import { readCaptureCookie, readCaptureHeader, readDeclareCapture } from './capture-lines.ts';
import { readErrorfile, readErrorfiles, readErrorloc } from './error-lines.ts';
import { readHttpCheck } from './http-check-lines.ts';
import { readHttpError } from './http-error-line.ts';
import { logKeywords, readProxyLog } from './log-lines.ts';
import { tellObsolete } from './obsolete-lines.ts';
import { optionStatus, readOption } from './option-lines.ts';
import { readAcl, readHttpRule, readMonitorFail, readRedirect, readUseBackend, readUseServer } from './rule-lines.ts';
import { readDefaultServer, readServer } from './server-line.ts';
import { readStick } from './stick-rules.ts';
import { readStickTable } from './stick-table-line.ts';
import { readInspectDelay, readTcpRequestRule, readTcpResponseRule } from './tcp-rule-lines.ts';

type Handler = (statement: Statement, draft: ProxyDraft, cfg: CfgDraft, environment: Environment) => void;

/** Keywords that are taken without effect, and why. */
const withoutEffect: Readonly<Record<string, string>> = {
  'load-server-state-from-file': 'states of servers are kept by the control plane',
  'max-keep-alive-queue': 'connections to servers are shared',
  'max-session-srv-conns': 'connections to servers are shared',
};

const timeouts = {
  check: 'check',
  client: 'client',
  'client-fin': 'clientFin',
  connect: 'connect',
  'http-keep-alive': 'httpKeepAlive',
  'http-request': 'httpRequest',
  queue: 'queue',
  server: 'server',
  'server-fin': 'serverFin',
  tarpit: 'tarpit',
  tunnel: 'tunnel',
} as const;

const handlers: Readonly<Record<string, Handler>> = {
  acl: readAcl,
  backlog: (statement, draft) => {
    draft.backlog = statement.integer(0, 1, 65_535);
  },
  balance: readBalance,
  bind: (statement, draft, _cfg, environment) => readBind(statement, draft, environment),
  'capture cookie': readCaptureCookie,
  'capture request header': readCaptureHeader,
  'capture response header': readCaptureHeader,
  'declare capture': readDeclareCapture,
  'default-server': readDefaultServer,
  default_backend: (statement, draft) => {
    draft.defaultBackend = { item: statement.args[0] ?? '', line: statement.line };
  },
  description: (statement, draft) => {
    draft.description = [draft.description, statement.args.join(' ')].filter((text) => text !== '').join('\n');
  },
  disabled: (_statement, draft) => {
    draft.disabled = true;
  },
  enabled: (_statement, draft) => {
    draft.disabled = false;
  },
  errorfile: (statement, draft, cfg) => readErrorfile(statement, cfg, draft),
  errorfiles: (statement, draft, cfg) => readErrorfiles(statement, cfg, draft),
  errorloc: readErrorloc,
  errorloc302: readErrorloc,
  errorloc303: readErrorloc,
  'http-error': readHttpError,
  fullconn: (statement, { settings }) => {
    const fullconn = statement.integer(0, 0, 10_000_000);
    if (fullconn !== undefined) settings.fullconn = fullconn;
  },
  'http-check comment': readHttpCheck,
  'http-check expect': readHttpCheck,
  'http-check send': readHttpCheck,
  'http-check set-var': readHttpCheck,
  'http-check set-var-fmt': readHttpCheck,
  'http-check unset-var': readHttpCheck,
  'http-after-response': readHttpRule,
  'http-request': readHttpRule,
  'http-response': readHttpRule,
  'http-reuse': (statement, { settings }) => {
    const reuse = statement.args[0];
    if (reuse === 'never' || reuse === 'safe' || reuse === 'aggressive' || reuse === 'always')
      settings.httpReuse = reuse;
    else statement.alert("'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.");
  },
  id: readId,
  ...logKeywords,
  log: (statement, draft, _cfg, environment) => readProxyLog(statement, draft, environment),
  maxconn: (statement, { settings }) => {
    const maxconn = statement.integer(0, 0, 10_000_000);
    if (maxconn !== undefined) settings.maxconn = maxconn;
  },
  'http-send-name-header': (statement, draft) => {
    draft.nameHeader = statement.args[0] ?? '';
  },
  'monitor fail': readMonitorFail,
  'monitor-uri': (statement, draft) => {
    draft.monitorUri = statement.args[0] ?? '';
  },
  mode: (statement, { settings }) => {
    const mode = statement.args[0];
    if (mode === 'http' || mode === 'tcp') settings.mode = mode;
    else if (mode === 'health') statement.refuse("mode 'health'");
    else statement.alert(`unknown proxy mode '${mode}'.`);
  },
  'rate-limit sessions': (statement, { settings }) => {
    const rate = statement.integer(0, 0, 1_000_000);
    if (rate !== undefined) settings.rateLimitSessions = rate;
  },
  redirect: readRedirect,
  retries: (statement, { settings }) => {
    const retries = statement.integer(0, 0, 100);
    if (retries !== undefined) settings.retries = retries;
  },
  'retry-on': readRetryOn,
  server: (statement, draft, _cfg, environment) => readServer(statement, draft, environment),
  'stick match': readStick,
  'stick on': readStick,
  'stick store-request': readStick,
  'stick store-response': readStick,
  'stick-table': readStickTable,
  'tcp-request connection': readTcpRequestRule,
  'tcp-request content': readTcpRequestRule,
  'tcp-request inspect-delay': readInspectDelay,
  'tcp-request session': readTcpRequestRule,
  'tcp-response content': readTcpResponseRule,
  'tcp-response inspect-delay': readInspectDelay,
  'unique-id-format': (statement, { settings }) => {
    settings.uniqueIdFormat = statement.args[0] ?? '';
  },
  'unique-id-header': (statement, { settings }) => {
    settings.uniqueIdHeader = statement.args[0] ?? '';
  },
  'use-server': readUseServer,
  use_backend: readUseBackend,
  ...Object.fromEntries(
    Object.entries(timeouts).map(([name, field]): [string, Handler] => [
      `timeout ${name}`,
      (statement, { settings }) => {
        const time = statement.time(0);
        if (time !== undefined) settings.timeouts = { ...settings.timeouts, [field]: time };
      },
    ]),
  ),
};

/** As in global-lines.ts, for keywords of proxies. */
export function proxyKeywordStatus(keyword: string): KeywordStatus | undefined {
  if (keyword.startsWith('option ')) return optionStatus(keyword.slice('option '.length));
  if (Object.hasOwn(handlers, keyword)) return { reason: undefined };
  const reason = withoutEffect[keyword];
  return reason === undefined ? undefined : { reason };
}

/** Rules that a `defaults` section has for proxies only when it has a name. */
const inNamedDefaults = new Set([
  'acl',
  'http-after-response',
  'http-request',
  'http-response',
  'tcp-request connection',
  'tcp-request content',
  'tcp-request session',
  'tcp-response content',
]);

function isAnonymous({ kind, line }: ProxyDraft): boolean {
  const name = line.words[1]?.text;
  return kind === 'defaults' && (name === undefined || name === 'from');
}

export function readProxyLine(statement: Statement, draft: ProxyDraft, cfg: CfgDraft, environment: Environment): void {
  const { keyword } = statement;
  const obsolete = tellObsolete(keyword, statement.args);
  if (obsolete !== undefined) {
    statement.alert(obsolete);
    return;
  }
  if (isAnonymous(draft) && inNamedDefaults.has(keyword)) {
    statement.alert(`'${keyword}' not allowed in anonymous 'defaults' section.`);
    return;
  }
  const handler = handlers[keyword];
  const reason = withoutEffect[keyword];
  const { settings, settingLines } = draft;
  const before = { ...settings };
  if (keyword.startsWith('option ')) readOption(statement, draft);
  else if (handler !== undefined) handler(statement, draft, cfg, environment);
  else if (reason !== undefined) statement.skip(reason);
  else statement.refuse(`'${keyword}' in section '${statement.section}'`);
  for (const field of Object.keys(settings) as (keyof typeof settings)[]) {
    if (settings[field] !== before[field]) settingLines.set(field, statement.line);
  }
}

/** No two proxies have one number; what is wrong is told in HAProxy's words. */
function readId(statement: Statement, draft: ProxyDraft, cfg: CfgDraft): void {
  const id = Number.parseInt(statement.args[0] ?? '', 10);
  if (!(id > 0 && id <= 2_147_483_647)) {
    statement.alert('custom id has to be > 0.');
    return;
  }
  const other = cfg.proxies.find((proxy) => proxy !== draft && proxy.id === id);
  if (other === undefined) draft.id = id;
  else {
    const [own, theirs] = [draft, other].map((each) => `${wordOf(each)} ${each.name}`);
    const where = `declared at ${other.line.file}:${other.line.line}`;
    statement.alert(`${own} reuses same custom id as ${theirs} (${where}).`);
  }
}

function readBalance(statement: Statement, { settings }: ProxyDraft): void {
  const [word = 'roundrobin', ...more] = statement.args;
  const algorithm = balanceAlgorithms.find((known) => known === word);
  if (/^random\(/.test(word)) {
    const draws = readDraws(statement, word);
    if (draws !== undefined) settings.balance = { algorithm: 'random', draws };
  } else if (algorithm !== undefined && more.length === 0) settings.balance = { algorithm };
  else if (/^(source|uri|url_param|hdr|rdp-cookie)\b/.test(word)) statement.refuse(`'balance ${word}'`);
  else {
    const known =
      "'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)'";
    statement.alert(`balance only supports ${known} options.`);
  }
}

/** The number in "random(3)"; 2 without one. */
function readDraws(statement: Statement, word: string): number | undefined {
  const [, text = '', close] = /^random\(([^)]*)(\)?)/.exec(word) ?? [];
  const garbage = /^ *[-+]?[0-9]*(.?)/s.exec(text)?.[1] ?? '';
  const draws = text === '' ? 2 : Number.parseInt(text, 10);
  if (close !== ')') statement.alert('balance random : missing closing parenthesis.');
  else if (garbage !== '') statement.alert(`balance random : unexpected character '${garbage}' after argument.`);
  else if (!(draws >= 1)) statement.alert('balance random : number of draws must be at least 1.');
  else return draws;
  return undefined;
}

function readRetryOn(statement: Statement, { settings }: ProxyDraft): void {
  const known: readonly string[] = retryCauses;
  const causes = statement.args.filter((cause) => cause !== 'none');
  const unknown = causes.find((cause) => !known.includes(cause));
  if (unknown === '0rtt-rejected') statement.refuse("'retry-on 0rtt-rejected'");
  else if (unknown !== undefined) statement.alert(`'retry-on': unknown keyword '${unknown}'`);
  else settings.retryOn = [...new Set(causes)] as (typeof retryCauses)[number][];
}
