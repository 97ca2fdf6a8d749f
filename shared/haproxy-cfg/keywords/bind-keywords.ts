/** The parameters of a "bind" line (configuration manual 2.6, section 5.1), and which of them a crt-list takes too. */
import type { Parameter } from './keyword.ts';

export interface BindKeyword extends Parameter {
  /** Whether a line of a crt-list file may set it between brackets. */
  readonly inCrtList: boolean;
}

function parameters(values: number, names: readonly string[], flags: Partial<BindKeyword> = {}): BindKeyword[] {
  return names.map((name) => ({ name, fewest: values, most: values, inCrtList: false, ...flags }));
}

export const bindKeywords: readonly BindKeyword[] = [
  ...parameters(0, ['accept-proxy', 'defer-accept', 'tfo', 'transparent', 'v4v6', 'v6only']),
  ...parameters(1, [
    'accept-netscaler-cip',
    'backlog',
    'expose-fd',
    'gid',
    'group',
    'id',
    'interface',
    'level',
    'maxconn',
    'mode',
    'mss',
    'name',
    'namespace',
    'nice',
    'proto',
    'severity-output',
    'shards',
    'tcp-ut',
    'thread',
    'uid',
    'user',
  ]),
  ...parameters(1, ['process'], { obsolete: true }),

  ...parameters(0, ['allow-0rtt', 'no-ca-names'], { inCrtList: true }),
  ...parameters(0, [
    'force-sslv3',
    'force-tlsv10',
    'force-tlsv11',
    'force-tlsv12',
    'force-tlsv13',
    'generate-certificates',
    'no-sslv3',
    'no-tls-tickets',
    'no-tlsv10',
    'no-tlsv11',
    'no-tlsv12',
    'no-tlsv13',
    'prefer-client-ciphers',
    'ssl',
    'strict-sni',
  ]),
  ...parameters(
    1,
    [
      'alpn',
      'ca-file',
      'ca-verify-file',
      'ciphers',
      'ciphersuites',
      'crl-file',
      'curves',
      'ecdhe',
      'npn',
      'ssl-max-ver',
      'ssl-min-ver',
      'verify',
    ],
    { inCrtList: true },
  ),
  ...parameters(1, [
    'ca-ignore-err',
    'ca-sign-file',
    'ca-sign-pass',
    'crt',
    'crt-ignore-err',
    'crt-list',
    'tls-ticket-keys',
  ]),

  ...parameters(0, ['quic-force-retry']),
  ...parameters(1, ['quic-cc-algo']),
];
