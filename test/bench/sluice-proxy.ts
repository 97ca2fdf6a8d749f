/** Sluice as the benchmark runs it: its own control plane, and a data plane whose processes are measured. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { api, startSluice, waitForControlPlane } from '../../lab/sluice.ts';
import { configuration as haproxyCfg } from './haproxy.ts';
import type { Origin } from './origin.ts';
import type { ProxyOptions, ProxyProgram } from './proxy-program.ts';

export const sluice: ProxyProgram = {
  name: 'Sluice',
  takesLines: true,
  missing: () => undefined,
  start: startSluiceProxy,
};

/** Answers the data plane: supervisor and workers. The control plane carries no traffic and is not measured. */
async function startSluiceProxy(stack: AsyncDisposableStack, options: ProxyOptions): Promise<Child> {
  const { origin, folder, port, workers, lines } = options;
  if (lines.length > 0) return startFromCfg(stack, options);
  const listen = `127.0.0.1:${await freePort()}`;
  const control = await startOwned(stack, () =>
    startSluice('control plane', ['control-plane', '--listen', listen, '--data', join(folder, 'control-plane')]),
  );
  await waitForControlPlane(control, `http://${listen}`);
  await api(`http://${listen}`, 'PUT', '/v1/config', configuration(origin, port));
  const node = ['--control-plane', `ws://${listen}`, '--node', 'bench', '--workers', String(workers)];
  const data = ['--data', join(folder, 'data-plane')];
  return startOwned(stack, () => startSluice('data plane', ['data-plane', ...node, ...data]));
}

/** From the very file that HAProxy has. */
async function startFromCfg(stack: AsyncDisposableStack, options: ProxyOptions): Promise<Child> {
  const file = join(options.folder, 'haproxy.cfg');
  await writeFile(file, haproxyCfg(options));
  return startOwned(stack, () => startSluice('data plane', ['-db', '-q', '-f', file]));
}

/** The same settings as haproxy.ts. */
function configuration(origin: Origin, port: number): unknown {
  return {
    defaults: [
      {
        name: 'bench',
        mode: 'http',
        forwardfor: {},
        timeouts: { connect: '5s', client: '60s', server: '60s', httpRequest: '10s', httpKeepAlive: '300s' },
      },
    ],
    frontends: [
      {
        name: 'web',
        from: 'bench',
        binds: [{ name: 'bench', address: '127.0.0.1', port, backlog: 4096 }],
        acls: [{ name: 'upload', criterion: 'path_beg', values: ['/upload'] }],
        backendSwitchingRules: [{ name: 'upload', backend: 'upload', if: 'upload' }],
        defaultBackend: 'app',
      },
    ],
    backends: [
      {
        name: 'app',
        from: 'bench',
        balance: { algorithm: 'roundrobin' },
        servers: origin.ports.map((server, index) => ({
          name: `s${index}`,
          address: '127.0.0.1',
          port: server,
          check: true,
        })),
      },
      {
        name: 'upload',
        from: 'bench',
        servers: [{ name: 'sink', address: '127.0.0.1', port: origin.uploadPort, check: true }],
      },
    ],
  };
}
