/** HAProxy as the benchmark runs it: the yardstick. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild, startOwned } from '../../lab/child.ts';
import { findProgram, programPath } from '../../lab/programs.ts';
import type { ProxyOptions, ProxyProgram } from './proxy-program.ts';

export const haproxy: ProxyProgram = {
  name: 'HAProxy',
  takesLines: true,
  missing: () => (findProgram('haproxy') === undefined ? 'the program haproxy is not installed' : undefined),
  start: startHaproxy,
};

async function startHaproxy(stack: AsyncDisposableStack, options: ProxyOptions): Promise<Child> {
  const file = join(options.folder, 'haproxy.cfg');
  await writeFile(file, configuration(options));
  return startOwned(stack, () => startChild('haproxy', programPath('haproxy'), ['-db', '-q', '-f', file]));
}

/**
 * The two ratios keep its pool of server connections working with 10,000 idle clients where the limit of open files is
 * low: by default it closes them once a quarter of the descriptors is in use.
 */
export function configuration({ origin, port, workers, lines }: ProxyOptions): string {
  const servers = origin.ports.map((server, index) => `  server s${index} 127.0.0.1:${server} check`).join('\n');
  return `
global
  nbthread ${workers}
  maxconn 15000
  no strict-limits
  tune.pool-low-fd-ratio 90
  tune.pool-high-fd-ratio 95
defaults
  mode http
  option forwardfor
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout http-request 10s
  timeout http-keep-alive 300s
frontend web
  bind 127.0.0.1:${port} backlog 4096
${lines.map((line) => `  ${line}\n`).join('')}  acl upload path_beg /upload
  use_backend upload if upload
  default_backend app
backend app
  balance roundrobin
${servers}
backend upload
  server sink 127.0.0.1:${origin.uploadPort} check
`;
}
