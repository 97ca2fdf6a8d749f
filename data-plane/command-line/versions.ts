/** What `-v` and `-vv` print. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibleVersion, features } from '../../shared/haproxy-cfg/sluice-facts.ts';

export function softwareVersion(): string {
  const file = join(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
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
