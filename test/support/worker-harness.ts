/** A real worker process without a supervisor: the test plays that part. */
import { type ChildProcess, fork } from 'node:child_process';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { limitsOf } from '../../data-plane/node/node-limits.ts';
import type { ServerState, WorkerCounters, WorkerMessage } from '../../data-plane/node/worker-messages.ts';
import { freePort } from '../../lab/free-port.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Config, ConfigDocument } from '../../shared/model/config.ts';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import { resolveDefaults } from '../../shared/model/resolve-defaults.ts';
import { waitFor } from './wait-for.ts';

const script = fileURLToPath(new URL('../../data-plane/worker/worker.ts', import.meta.url));

/** Binds without listening, as the supervisor does. */
const { _createServerHandle: bindHandle } = net as unknown as {
  _createServerHandle(address: string, port: number, family: 4 | 6, fd: number, flags: number): net.Server | number;
};

export interface WorkerHarness {
  readonly process: ChildProcess;
  /** Activates a config; the uid of each resource is its path. Rejects with what the worker could not stage. */
  activate(config: ConfigDocument): Promise<void>;
  setServers(servers: ServerState[]): void;
  drain(): void;
  /** The counters of the resource at a path such as "/backends/app/servers/s1", as last reported. */
  counters(path: string): WorkerCounters | undefined;
  /** Waits for a report that was made after now. */
  freshCounters(path: string): Promise<WorkerCounters>;
}

export async function startWorker(test: TestContext): Promise<WorkerHarness> {
  const worker = fork(script, [], { stdio: 'inherit', serialization: 'advanced' });
  test.after(() => worker.kill('SIGKILL'));
  const open = new Set<string>();
  const messages: WorkerMessage[] = [];
  let latest: Record<string, WorkerCounters> = {};
  let reports = 0;
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'counters') {
      latest = message.counters;
      reports++;
    } else messages.push(message);
  });
  let activation = 0;
  const take = async <Type extends WorkerMessage['type']>(type: Type) => {
    const at = await waitFor(`worker says ${type}`, () => messages.findIndex((message) => message.type === type) + 1);
    return messages.splice(at - 1, 1)[0] as Extract<WorkerMessage, { type: Type }>;
  };
  await take('ready');
  return {
    process: worker,
    async activate(document) {
      const config: Config = { ...emptyConfig, ...document };
      const snapshot = resolveDefaults(config, (path) => path);
      activation++;
      for (const bind of snapshot.frontends.flatMap((frontend) => frontend.binds)) {
        const key = `${bind.address}:${bind.port}`;
        if (open.has(key)) continue;
        const handle = bindHandle(bind.address, bind.port, bind.address.includes(':') ? 6 : 4, -1, 0);
        if (typeof handle === 'number') throw new Error(`cannot bind ${key}`);
        open.add(key);
        worker.send({ type: 'socket', address: bind.address, port: bind.port, backlog: bind.backlog }, handle);
      }
      const servers = snapshot.backends.flatMap((backend) =>
        backend.servers.map((server) => ({ uid: server.uid, state: 'up', weight: server.weight })),
      );
      const slots = Object.fromEntries(limitsOf(snapshot).map(({ uid, limit }) => [uid, limit]));
      const more = { slots, workers: 1, tables: [], variables: { set: [], planned: [] } };
      worker.send({
        type: 'stage',
        activation,
        epoch: 'test',
        version: activation,
        snapshot: JSON.stringify(snapshot),
        servers,
        ...more,
      });
      const { errors } = await take('staged');
      if (errors.length > 0) throw new StageError(errors);
      worker.send({ type: 'commit', activation });
      await take('committed');
    },
    setServers(servers) {
      worker.send({ type: 'servers', servers });
    },
    drain() {
      worker.send({ type: 'drain' });
    },
    counters: (path) => latest[path],
    async freshCounters(path) {
      const before = reports;
      await waitFor('a new report of counters', () => reports > before + 1);
      return latest[path] as WorkerCounters;
    },
  };
}

export class StageError extends Error {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super(errors.map((error) => `${error.resource}${error.pointer}: ${error.detail}`).join('; '));
    this.errors = errors;
  }
}

/** A worker with one HTTP frontend before the given servers; answers the frontend's port. */
export async function startHttpWorker(
  test: TestContext,
  ports: readonly number[],
  more: { frontend?: object; backend?: object; config?: ConfigDocument } = {},
): Promise<WorkerHarness & { port: number; config: ConfigDocument }> {
  const worker = await startWorker(test);
  const port = await freePort();
  const config: ConfigDocument = {
    ...more.config,
    frontends: [
      { name: 'web', binds: [{ name: 'b', address: '127.0.0.1', port }], defaultBackend: 'app', ...more.frontend },
    ],
    backends: [
      {
        name: 'app',
        servers: ports.map((serverPort, index) => ({ name: `s${index + 1}`, address: '127.0.0.1', port: serverPort })),
        ...more.backend,
      },
    ],
  };
  await worker.activate(config);
  return { ...worker, port, config };
}
