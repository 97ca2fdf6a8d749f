/** What Sluice says of itself where HAProxy would: version, features and what conditional blocks may ask. */
import type { Facts } from './predicates.ts';
import type { Environment } from './tokenize-line.ts';

/** The HAProxy whose configuration language and behaviour this is. */
export const compatibleVersion = '2.6.12';

/** Features by HAProxy's names, and whether Sluice has them. */
export const features: readonly (readonly [string, boolean])[] = [
  ['51DEGREES', false],
  ['ACCEPT4', true],
  ['BACKTRACE', true],
  ['CPU_AFFINITY', false],
  ['DEVICEATLAS', false],
  ['EPOLL', true],
  ['GETADDRINFO', true],
  ['KQUEUE', false],
  ['LINUX_SPLICE', false],
  ['LINUX_TPROXY', false],
  ['LUA', false],
  ['NS', false],
  ['OPENSSL', false],
  ['PCRE', false],
  ['PCRE2', false],
  ['POLL', true],
  ['PROMEX', false],
  ['QUIC', false],
  ['SLZ', false],
  ['SYSTEMD', false],
  ['TFO', false],
  ['THREAD', true],
  ['TPROXY', false],
  ['WURFL', false],
  ['ZLIB', false],
];

/** What Sluice answers to the predicates of conditions. */
export function sluiceFacts(environment: Environment): Facts {
  return {
    version: compatibleVersion,
    features: new Set(features.filter(([, present]) => present).map(([name]) => name)),
    enabled: new Set(['POLL', 'EPOLL', 'GETADDRINFO', 'REUSEPORT']),
    openssl: process.versions.openssl.replace(/\+.*/, ''),
    sslLibrary: `OpenSSL ${process.versions.openssl}`,
    environment,
  };
}
