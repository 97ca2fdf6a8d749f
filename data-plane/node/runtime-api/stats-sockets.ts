/** The stats sockets of the node: opened and closed as versions come into force, with their connections. */
import type { Socket } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import type { FieldError } from '../../../shared/errors.ts';
import type { Logger } from '../../../shared/logger.ts';
import type { Snapshot, SnapshotStatsSocket } from '../../../shared/model/snapshot.ts';
import { type BoundStatsSocket, bindStatsSocket, StatsSocketError } from './bind-stats-socket.ts';
import { CliConnection } from './cli-connection.ts';
import { runCommand } from './command-table.ts';
import type { NodeView } from './node-view.ts';

interface OpenSocket {
  /** As of the version in force. */
  settings: SnapshotStatsSocket;
  readonly bound: BoundStatsSocket;
}

/** More connections than this that wait for their turn are closed. */
const mostWaiting = 1_000;

export class StatsSockets {
  readonly #node: () => NodeView | undefined;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sockets = new Map<string, OpenSocket>();
  /** With the socket that each came by. */
  readonly #connections = new Map<CliConnection, string>();
  #waiting: { socket: Socket; key: string }[] = [];
  #settings: Pick<Snapshot['stats'], 'timeout' | 'maxconn'> & { bufsize: number } = {
    timeout: 10_000,
    maxconn: 10,
    bufsize: 16_384,
  };

  /** `node` answers undefined while no version is in force: until then connections wait. */
  constructor(options: { node: () => NodeView | undefined; clock: Clock; logger: Logger }) {
    this.#node = options.node;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  /** Whether anyone could ask. */
  get isOpen(): boolean {
    return this.#sockets.size > 0;
  }

  /** Opens what the snapshot needs and is not open yet. On any error nothing new stays open. */
  async open(snapshot: Snapshot): Promise<{ opened: string[]; errors: FieldError[] }> {
    const stats = statsOf(snapshot);
    const opened: string[] = [];
    const errors: FieldError[] = [];
    for (const [index, settings] of stats.sockets.entries()) {
      const key = keyOf(settings);
      if (this.#sockets.has(key)) continue;
      try {
        const bound = await bindStatsSocket(settings);
        bound.server.on('connection', (socket) => this.#accept(socket, key));
        this.#sockets.set(key, { settings, bound });
        opened.push(key);
      } catch (error) {
        const field = error instanceof StatsSocketError ? error.field : 'address';
        const pointer = `/statsSockets/${index}/${field}`;
        errors.push({ resource: '/global', pointer, detail: (error as Error).message });
      }
    }
    if (errors.length === 0) return { opened, errors };
    this.close(opened);
    return { opened: [], errors };
  }

  /** The version is in force: its sockets get their names, those it does not have are closed. */
  adopt(snapshot: Snapshot): void {
    const stats = statsOf(snapshot);
    this.#settings = { timeout: stats.timeout, maxconn: stats.maxconn, bufsize: snapshot.tune.bufsize };
    const wanted = new Map(stats.sockets.map((settings) => [keyOf(settings), settings]));
    for (const [key, open] of this.#sockets) {
      const settings = wanted.get(key);
      if (settings === undefined) continue;
      open.settings = settings;
      try {
        open.bound.publish();
      } catch (error) {
        this.#log.error({ err: error }, `the stats socket ${settings.address} cannot get its name`);
      }
    }
    this.close([...this.#sockets.keys()].filter((key) => !wanted.has(key)));
    this.#serveWaiting();
  }

  /** Accepts nothing more there; connections end once what was answered is out. */
  close(keys: readonly string[]): void {
    for (const key of keys) {
      this.#sockets.get(key)?.bound.close();
      this.#sockets.delete(key);
    }
    for (const [connection, key] of this.#connections) if (keys.includes(key)) connection.finish();
  }

  closeAll(): void {
    this.close([...this.#sockets.keys()]);
    for (const { socket } of this.#waiting.splice(0)) socket.destroy();
  }

  #accept(socket: Socket, key: string): void {
    socket.on('error', () => socket.destroy());
    if (this.#waiting.length >= mostWaiting) return void socket.destroy();
    this.#waiting.push({ socket, key });
    this.#serveWaiting();
  }

  #serveWaiting(): void {
    while (this.#waiting.length > 0 && this.#connections.size < this.#settings.maxconn) {
      if (this.#node() === undefined) return;
      const next = this.#waiting.shift();
      if (next !== undefined && !next.socket.destroyed) this.#serve(next.socket, next.key);
    }
  }

  #serve(socket: Socket, key: string): void {
    const level = this.#sockets.get(key)?.settings.level;
    // The socket was closed while the connection waited.
    if (level === undefined) return void socket.destroy();
    const { timeout, bufsize } = this.#settings;
    const connection: CliConnection = new CliConnection(socket, {
      level,
      timeout,
      bufsize,
      clock: this.#clock,
      onDone: () => {
        this.#connections.delete(connection);
        this.#serveWaiting();
      },
      run: (input) => {
        const node = this.#node();
        return node === undefined ? '' : runCommand({ ...input, node });
      },
    });
    this.#connections.set(connection, key);
    socket.resume();
  }
}

/** A node may still have a version in its cache that was made before there were stats sockets. */
function statsOf(snapshot: Partial<Snapshot>): Snapshot['stats'] {
  return snapshot.stats ?? { sockets: [], timeout: 10_000, maxconn: 10 };
}

/** What must stay the same for an open socket to stay. */
function keyOf({ address, mode, user, group }: SnapshotStatsSocket): string {
  return JSON.stringify(address.startsWith('unix@') ? [address, mode, user, group] : [address]);
}
