/** HAProxy and a Sluice node with the same proxies and servers, each with stats sockets, to ask the same questions. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { startOrigin } from '../../support/origin-server.ts';
import { requireProgram } from '../../support/require-program.ts';
import { ask, type RuntimeClient, runtimeClient } from '../../support/runtime-client.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

type Side = 'haproxy' | 'sluice';
type Level = 'admin' | 'operator' | 'user';

export interface Both {
  /** Answers of both to one line. */
  ask(line: string, level?: Level): Promise<Record<Side, string>>;
  connect(side: Side, level?: Level): Promise<RuntimeClient>;
  /** Where a client of the frontend "web" connects. */
  readonly port: Record<Side, number>;
}

const levels: readonly Level[] = ['admin', 'operator', 'user'];

/** Ports of servers: one that answers, one that nobody listens on. */
interface Ports {
  readonly good: number;
  readonly dead: number;
}

const haproxyText = (folder: string, web: number, raw: number, { good, dead }: Ports) => `
global
${levels.map((level) => `  stats socket ${join(folder, `haproxy-${level}.sock`)} level ${level}`).join('\n')}
  stats timeout 3s
  maxconn 400
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
  timeout queue 1s
frontend raw
  mode tcp
  bind 127.0.0.1:${raw}
  default_backend tunnel
frontend stopped
  bind 127.0.0.1:${raw}
  disabled
frontend web
  bind 127.0.0.1:${web}
  maxconn 101
  rate-limit sessions 900
  default_backend app
backend app
  balance roundrobin
  option httpchk GET /health
  server s1 127.0.0.1:${good} weight 2
  server s2 127.0.0.1:${good} check inter 1s fastinter 100ms downinter 100ms weight 10
  server s3 127.0.0.1:${dead} check inter 1s fastinter 100ms downinter 100ms backup
  server s4 127.0.0.1:${good} disabled minconn 5 maxconn 50
backend empty
backend least
  balance leastconn
  server a 127.0.0.1:${good} weight 10
  server b 127.0.0.1:${good} weight 0
backend tunnel
  mode tcp
  server a 127.0.0.1:${good} check inter 1s fastinter 100ms downinter 100ms
`;

function sluiceConfig(folder: string, web: number, raw: number, { good, dead }: Ports): ConfigDocument {
  const server = { address: '127.0.0.1', port: good };
  const check = { check: true, inter: '1s', fastinter: '100ms', downinter: '100ms' };
  return {
    global: {
      nbproc: 1,
      statsSockets: levels.map((level) => ({ address: join(folder, `sluice-${level}.sock`), level })),
      statsTimeout: '3s',
      maxconn: 400,
    },
    frontends: [
      { name: 'raw', mode: 'tcp', binds: [{ name: 'b', address: '127.0.0.1', port: raw }], defaultBackend: 'tunnel' },
      { name: 'stopped', disabled: true, binds: [{ name: 'b', address: '127.0.0.1', port: raw }] },
      {
        name: 'web',
        maxconn: 101,
        rateLimitSessions: 900,
        binds: [{ name: 'b', address: '127.0.0.1', port: web }],
        defaultBackend: 'app',
      },
    ],
    backends: [
      {
        name: 'app',
        healthCheck: { type: 'http', method: 'GET', uri: '/health' },
        servers: [
          { ...server, name: 's1', weight: 2 },
          { ...server, ...check, name: 's2', weight: 10 },
          { ...server, ...check, name: 's3', port: dead, backup: true },
          { ...server, name: 's4', disabled: true, minconn: 5, maxconn: 50 },
        ],
      },
      { name: 'empty' },
      {
        name: 'least',
        balance: { algorithm: 'leastconn' },
        servers: [
          { ...server, name: 'a', weight: 10 },
          { ...server, name: 'b', weight: 0 },
        ],
      },
      { name: 'tunnel', mode: 'tcp', servers: [{ ...server, ...check, name: 'a' }] },
    ],
  };
}

/** Starts both; undefined, with the test skipped, where HAProxy is not installed. Ready when checks have settled. */
export async function startBoth(test: TestContext): Promise<Both | undefined> {
  const program = requireProgram(test, 'haproxy');
  if (program === undefined) return undefined;
  const folder = await temporaryFolder();
  const good = await startOrigin(test);
  const [dead, haproxyWeb, haproxyRaw, sluiceWeb, sluiceRaw] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);

  await writeFile(join(folder, 'haproxy.cfg'), haproxyText(folder, haproxyWeb, haproxyRaw, { good, dead }));
  const child = spawn(program, ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
  test.after(() => child.kill('SIGKILL'));

  const control = await startFakeControlPlane(test);
  await startNode(test, { controlPlane: control.url });
  await control.heard('hello');
  const answer = await control.apply(versionOf(1, sluiceConfig(folder, sluiceWeb, sluiceRaw, { good, dead })));
  if (answer.type === 'nack') throw new Error(JSON.stringify(answer.errors));

  const path = (side: Side, level: Level) => join(folder, `${side}-${level}.sock`);
  const both: Both = {
    port: { haproxy: haproxyWeb, sluice: sluiceWeb },
    async ask(line, level = 'admin') {
      const [haproxy, sluice] = await Promise.all([
        ask(test, path('haproxy', level), line),
        ask(test, path('sluice', level), line),
      ]);
      return { haproxy, sluice };
    },
    connect: (side, level = 'admin') => runtimeClient(test, path(side, level)),
  };
  await waitFor('both to have checked their servers', async () => {
    const answers = await both.ask('show stat').catch(() => ({ haproxy: '', sluice: '' }));
    return Object.values(answers).every((text) => isSettled(text));
  });
  return both;
}

/** s2 and the server of the tunnel are up for sure, s3 is down. */
export function isSettled(csv: string): boolean {
  return [/^app,s2,.*,UP,/m, /^app,s3,.*,DOWN,/m, /^tunnel,a,.*,UP,/m].every((line) => line.test(csv));
}
