/** The options of the proxy sections: what may follow the word "option" (configuration manual 2.6, section 4). */
import { type Keyword, type KeywordFlags, keywords, type Section } from './keyword.ts';

const everywhere: readonly Section[] = ['defaults', 'frontend', 'listen', 'backend'];
const clientSide: readonly Section[] = ['defaults', 'frontend', 'listen'];
const serverSide: readonly Section[] = ['defaults', 'listen', 'backend'];

/** The options marked with "(*)" in the matrix of section 4.1. */
const switchable: KeywordFlags = { negatable: true, defaultable: true };

function options(
  sections: readonly Section[],
  fewest: number,
  most: number,
  names: readonly string[],
  flags: KeywordFlags = {},
): Keyword[] {
  return keywords(
    sections,
    fewest,
    most,
    names.map((name) => `option ${name}`),
    flags,
  );
}

/** Options that are switched on and off; none takes an argument. */
const switches: readonly Keyword[] = [
  ...options(
    everywhere,
    0,
    0,
    [
      'http-buffer-request',
      'http-keep-alive',
      'http-no-delay',
      'http-server-close',
      'httpclose',
      'independent-streams',
      'nolinger',
      'splice-auto',
      'splice-request',
      'splice-response',
    ],
    switchable,
  ),
  ...options(
    clientSide,
    0,
    0,
    [
      'accept-invalid-http-request',
      'clitcpka',
      'contstats',
      'disable-h2-upgrade',
      'dontlog-normal',
      'dontlognull',
      'h1-case-adjust-bogus-client',
      'http-ignore-probes',
      'http-use-proxy-header',
      'idle-close-on-response',
      'log-separate-errors',
      'logasap',
      'socket-stats',
      'tcp-smart-accept',
    ],
    switchable,
  ),
  ...options(
    serverSide,
    0,
    0,
    [
      'abortonclose',
      'accept-invalid-http-response',
      'allbackups',
      'checkcache',
      'h1-case-adjust-bogus-server',
      'http-pretend-keepalive',
      'log-health-checks',
      'persist',
      'prefer-last-server',
      'srvtcpka',
      'tcp-smart-connect',
      'transparent',
    ],
    switchable,
  ),
  ...options(serverSide, 0, Infinity, ['redispatch'], switchable),
];

/** Options that "no" and "default" cannot precede. */
const settings: readonly Keyword[] = [
  ...options(everywhere, 0, Infinity, ['forwardfor', 'originalto']),
  ...options(everywhere, 1, 1, ['http-restrict-req-hdr-names']),
  ...options(everywhere, 0, 0, ['tcpka']),
  ...options(clientSide, 0, 0, ['tcplog']),
  ...options(clientSide, 0, 1, ['httplog']),
  ...options(clientSide, 0, Infinity, ['httpslog']),
  ...options(serverSide, 0, 0, [
    'external-check',
    'ldap-check',
    'redis-check',
    'spop-check',
    'ssl-hello-chk',
    'tcp-check',
  ]),
  ...options(serverSide, 0, 3, ['httpchk', 'mysql-check']),
  ...options(serverSide, 2, 2, ['pgsql-check']),
  ...options(serverSide, 0, 2, ['smtpchk']),
];

/** Options that HAProxy 2.6 refuses, saying since when. */
const removed: readonly Keyword[] = options(everywhere, 0, Infinity, ['forceclose', 'http-tunnel', 'http_proxy'], {
  obsolete: true,
});

/** Options of later versions of HAProxy that Sluice has. */
const later: readonly Keyword[] = options(everywhere, 0, Infinity, ['forwarded'], { negatable: true });

export const proxyOptions: readonly Keyword[] = [...switches, ...settings, ...removed, ...later];
