/** A listening socket of a worker: accepts connections for whichever frontend of the running version has its address. */
import { createServer, type Server, type Socket } from 'node:net';
import { Http1Session } from '../http/http1-session.ts';
import { TcpSession } from '../tcp/tcp-session.ts';
import type { WorkerContext } from '../worker/runtime.ts';

/** What the runtime files a socket under. */
export function socketKey(address: string, port: number): string {
  return `${address}:${port}`;
}

export class Listener {
  readonly key: string;
  readonly #context: WorkerContext;
  readonly #server: Server;
  /** Connections accepted before the version that uses this socket was committed. */
  #early: Socket[] = [];
  #serving = false;

  constructor(context: WorkerContext, key: string) {
    this.#context = context;
    this.key = key;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Listens on a bound handle that the supervisor sent. Rejects with the system's error. */
  listen(handle: unknown, backlog: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(handle, backlog, () => {
        this.#server.off('error', reject);
        this.#server.on('error', ignoreAcceptError);
        resolve();
      });
    });
  }

  /** The version is committed: connections that waited begin. */
  serve(): void {
    this.#serving = true;
    for (const socket of this.#early) this.#begin(socket);
    this.#early = [];
  }

  /** Accepts nothing more; connections that have begun go on. */
  close(): void {
    this.#server.close();
    for (const socket of this.#early) socket.destroy();
    this.#early = [];
  }

  #accept(socket: Socket): void {
    if (this.#serving) this.#begin(socket);
    else this.#early.push(socket);
  }

  #begin(socket: Socket): void {
    const frontend = this.#context.runtime.listeners.get(this.key);
    if (frontend === undefined) socket.destroy();
    else if (frontend.mode === 'http') new Http1Session(this.#context, frontend, socket);
    else new TcpSession(this.#context, frontend, socket);
  }
}

/** accept() fails when descriptors run out; the connection stays in the queue of the kernel and is tried again. */
function ignoreAcceptError(): void {}
