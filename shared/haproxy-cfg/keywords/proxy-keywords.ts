/** The keywords of the proxy sections: defaults, frontend, listen and backend (configuration manual 2.6, section 4). */
import { type Keyword, keywords, type Section } from './keyword.ts';

/** The combinations of proxy sections that the matrix of section 4.1 knows. */
const everywhere: readonly Section[] = ['defaults', 'frontend', 'listen', 'backend'];
const proxies: readonly Section[] = ['frontend', 'listen', 'backend'];
const clientSide: readonly Section[] = ['defaults', 'frontend', 'listen'];
const frontends: readonly Section[] = ['frontend', 'listen'];
const serverSide: readonly Section[] = ['defaults', 'listen', 'backend'];
const backends: readonly Section[] = ['listen', 'backend'];

/** Where connections and requests come from and where they go to. */
const routing: readonly Keyword[] = [
  ...keywords(frontends, 1, Infinity, ['bind']),
  ...keywords(clientSide, 1, 1, ['backlog', 'default_backend', 'maxconn']),
  ...keywords(clientSide, 1, Infinity, ['max-session-srv-conns']),
  ...keywords(everywhere, 1, 1, ['mode']),
  ...keywords(everywhere, 0, 0, ['disabled', 'enabled']),
  ...keywords(proxies, 1, 1, ['id']),
  ...keywords(proxies, 1, Infinity, ['description']),
  ...keywords(everywhere, 1, Infinity, ['acl']),
  ...keywords(frontends, 1, Infinity, ['use_backend']),
  ...keywords(backends, 3, Infinity, ['use-server']),
  ...keywords(backends, 2, Infinity, ['server']),
  ...keywords(backends, 3, Infinity, ['server-template']),
  ...keywords(serverSide, 0, Infinity, ['default-server']),
  ...keywords(serverSide, 0, Infinity, ['balance']),
  ...keywords(serverSide, 1, Infinity, ['hash-balance-factor', 'hash-type']),
  ...keywords(backends, 1, 1, ['dispatch']),
  ...keywords(serverSide, 1, 1, ['fullconn', 'retries']),
  ...keywords(serverSide, 1, Infinity, ['http-reuse', 'max-keep-alive-queue', 'retry-on', 'source']),
  ...keywords(frontends, 1, Infinity, ['monitor fail']),
  ...keywords(clientSide, 1, 1, ['monitor-uri']),
  ...keywords(clientSide, 1, Infinity, ['rate-limit sessions']),
  ...keywords(backends, 1, Infinity, ['use-fcgi-app']),
];

/** Rules, tables and stickiness. */
const rules: readonly Keyword[] = [
  ...keywords(everywhere, 1, Infinity, ['http-request', 'http-response', 'http-after-response']),
  ...keywords(clientSide, 1, Infinity, ['tcp-request connection', 'tcp-request session']),
  ...keywords(everywhere, 1, Infinity, ['tcp-request content', 'tcp-request inspect-delay']),
  ...keywords(serverSide, 1, Infinity, ['tcp-response content', 'tcp-response inspect-delay']),
  ...keywords(proxies, 2, Infinity, ['redirect']),
  ...keywords(proxies, 1, Infinity, ['filter']),
  ...keywords(proxies, 4, Infinity, ['stick-table']),
  ...keywords(backends, 1, Infinity, ['stick match', 'stick on', 'stick store-request', 'stick store-response']),
  ...keywords(serverSide, 1, Infinity, ['cookie', 'dynamic-cookie-key']),
  ...keywords(serverSide, 0, Infinity, ['persist rdp-cookie'], { parentheses: 'optional' }),
  ...keywords(backends, 2, Infinity, ['force-persist', 'ignore-persist']),
  ...keywords(serverSide, 1, Infinity, ['http-send-name-header']),
  ...keywords(clientSide, 1, 1, ['unique-id-format']),
  ...keywords(clientSide, 1, Infinity, ['unique-id-header']),
];

/** Pages that HAProxy answers itself: errors and statistics. */
const answers: readonly Keyword[] = [
  ...keywords(everywhere, 2, Infinity, ['errorfile', 'errorloc', 'errorloc302', 'errorloc303']),
  ...keywords(everywhere, 1, Infinity, ['errorfiles']),
  ...keywords(everywhere, 2, Infinity, ['http-error']),
  ...keywords(everywhere, 1, Infinity, ['compression algo', 'compression type']),
  ...keywords(proxies, 0, Infinity, ['compression offload']),
  ...keywords(proxies, 2, Infinity, ['stats admin']),
  ...keywords(proxies, 1, Infinity, ['stats http-request']),
  ...keywords(everywhere, 1, Infinity, ['stats auth', 'stats realm', 'stats refresh', 'stats scope', 'stats uri']),
  ...keywords(everywhere, 0, Infinity, [
    'stats enable',
    'stats hide-version',
    'stats show-desc',
    'stats show-legends',
    'stats show-modules',
    'stats show-node',
  ]),
];

/** Logs and alerts. */
const logs: readonly Keyword[] = [
  ...keywords(everywhere, 1, Infinity, ['log'], { negatable: true }),
  ...keywords(clientSide, 1, 1, ['error-log-format', 'log-format', 'log-format-sd']),
  ...keywords(everywhere, 1, Infinity, ['log-tag']),
  ...keywords(frontends, 3, Infinity, ['capture cookie']),
  ...keywords(frontends, 3, 3, ['capture request header', 'capture response header']),
  ...keywords(frontends, 3, Infinity, ['declare capture']),
  ...keywords(everywhere, 0, Infinity, [
    'email-alert from',
    'email-alert mailers',
    'email-alert myhostname',
    'email-alert to',
  ]),
  ...keywords(everywhere, 1, Infinity, ['email-alert level']),
];

/** Health checks and the state of servers. */
const checks: readonly Keyword[] = [
  ...keywords(serverSide, 1, Infinity, ['http-check comment', 'http-check expect']),
  ...keywords(serverSide, 0, Infinity, ['http-check connect', 'http-check send']),
  ...keywords(serverSide, 0, 0, ['http-check disable-on-404', 'http-check send-state']),
  ...keywords(serverSide, 1, Infinity, ['http-check set-var'], { parentheses: 'needed' }),
  ...keywords(serverSide, 0, Infinity, ['http-check set-var-fmt', 'http-check unset-var'], { parentheses: 'needed' }),
  ...keywords(serverSide, 1, Infinity, [
    'tcp-check comment',
    'tcp-check expect',
    'tcp-check send',
    'tcp-check send-binary',
    'tcp-check send-binary-lf',
    'tcp-check send-lf',
  ]),
  ...keywords(serverSide, 0, Infinity, ['tcp-check connect']),
  ...keywords(serverSide, 1, Infinity, ['tcp-check set-var'], { parentheses: 'needed' }),
  ...keywords(serverSide, 0, Infinity, ['tcp-check set-var-fmt', 'tcp-check unset-var'], { parentheses: 'needed' }),
  ...keywords(serverSide, 1, 1, ['external-check command', 'external-check path']),
  ...keywords(serverSide, 1, Infinity, ['load-server-state-from-file']),
  ...keywords(serverSide, 0, 1, ['server-state-file-name']),
];

/** Timeouts and keep-alive probes of TCP. */
const timers: readonly Keyword[] = [
  ...keywords(clientSide, 1, 1, ['timeout client', 'timeout client-fin']),
  ...keywords(everywhere, 1, 1, ['timeout http-keep-alive', 'timeout http-request', 'timeout tarpit']),
  ...keywords(serverSide, 1, 1, [
    'timeout check',
    'timeout connect',
    'timeout queue',
    'timeout server',
    'timeout server-fin',
    'timeout tunnel',
  ]),
  ...keywords(clientSide, 1, Infinity, ['clitcpka-cnt', 'clitcpka-idle', 'clitcpka-intvl']),
  ...keywords(serverSide, 1, Infinity, ['srvtcpka-cnt', 'srvtcpka-idle', 'srvtcpka-intvl']),
];

/** Words of older versions: the first two still work, the others are errors that name what replaces them. */
const obsolete: readonly Keyword[] = [
  ...keywords(everywhere, 0, Infinity, ['bind-process'], { obsolete: true }),
  ...keywords(serverSide, 0, 0, ['transparent'], { obsolete: true }),
  ...keywords(
    everywhere,
    0,
    Infinity,
    [
      ...['appsession', 'block', 'cliexp', 'grace', 'monitor-net', 'redisp', 'redispatch', 'srvexp'],
      ...['clitimeout', 'contimeout', 'srvtimeout', 'timeout clitimeout', 'timeout contimeout', 'timeout srvtimeout'],
      ...['reqadd', 'reqallow', 'reqdel', 'reqdeny', 'reqpass', 'reqrep', 'reqtarpit'],
      ...['reqiallow', 'reqidel', 'reqideny', 'reqipass', 'reqirep', 'reqitarpit'],
      ...['rspadd', 'rspdel', 'rspdeny', 'rsprep', 'rspidel', 'rspideny', 'rspirep'],
    ],
    { obsolete: true },
  ),
];

export const proxyKeywords: readonly Keyword[] = [
  ...routing,
  ...rules,
  ...answers,
  ...logs,
  ...checks,
  ...timers,
  ...obsolete,
];

/** What a "filter" line may name (section 9). */
export const filterNames: readonly string[] = ['cache', 'compression', 'fcgi-app', 'opentracing', 'spoe', 'trace'];
