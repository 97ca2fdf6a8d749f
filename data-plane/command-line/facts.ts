/** What Sluice says of itself where HAProxy would: its version, features and what conditional blocks may ask. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Facts } from '../../shared/haproxy-cfg/predicates.ts';

/** The HAProxy whose configuration language and behaviour this is. */
export const compatibleVersion = '2.6.12';

/** Features by HAProxy's names, and whether Sluice has them. */
const features: readonly (readonly [string, boolean])[] = [
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

export function softwareVersion(): string {
  const file = join(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

export function facts(): Facts {
  return {
    version: compatibleVersion,
    features: new Set(features.filter(([, present]) => present).map(([name]) => name)),
    enabled: new Set(['POLL', 'EPOLL', 'GETADDRINFO', 'REUSEPORT']),
    openssl: process.versions.openssl.replace(/\+.*/, ''),
    sslLibrary: `OpenSSL ${process.versions.openssl}`,
    environment: process.env,
  };
}

export function shortVersion(): string {
  return `Sluice version ${softwareVersion()}, compatible with HAProxy ${compatibleVersion}\n`;
}

export function longVersion(): string {
  const list = features.map(([name, present]) => `${present ? '+' : '-'}${name}`).join(' ');
  return `HAProxy version ${compatibleVersion} as Sluice version ${softwareVersion()} speaks it
Running on: Node.js ${process.version}, ${process.platform} ${process.arch}
Build options :
  TARGET  = linux-glibc
  OPTIONS =

Feature list : ${list}

Default settings :
  bufsize = 16384, maxrewrite = 0, maxpollevents = 1024

Built with multi-threading support (MAX_THREADS=64, default=the number of cores).

Available polling systems :
      epoll : pref=300,  test result OK

Available multiplexer protocols :
(protocols marked as <default> cannot be specified using 'proto' keyword)
       <default> : mode=HTTP  side=FE|BE  mux=H1    flags=HTX
       <default> : mode=TCP   side=FE|BE  mux=PASS  flags=

Available services : none

Available filters : none
`;
}
