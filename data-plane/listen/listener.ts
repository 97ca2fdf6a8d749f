/** A listening socket of a worker: accepts connections for whichever frontend of the running version has its address. */
import { Http1Session } from '../http/http1-session.ts';
import { TcpSession } from '../tcp/tcp-session.ts';
import type { WorkerContext } from '../worker/runtime.ts';
import { admits } from './admission.ts';
import { listenOn, type TcpHandle } from './client-socket.ts';

/** What the runtime files a socket under. */
export function socketKey(address: string, port: number): string {
  return `${address}:${port}`;
}

export class Listener {
  readonly key: string;
  readonly #context: WorkerContext;
  readonly #handle: TcpHandle;
  /** Connections accepted before the version that uses this socket was committed. */
  #early: TcpHandle[] = [];
  #serving = false;

  constructor(context: WorkerContext, key: string, handle: TcpHandle) {
    this.#context = context;
    this.key = key;
    this.#handle = handle;
  }

  /** Begins to listen; throws Error with the system's words when that fails. */
  listen(backlog: number): void {
    listenOn(this.#handle, backlog, (client) => {
      if (this.#serving) this.#begin(client);
      else this.#early.push(client);
    });
  }

  /** The version is committed: connections that waited begin. */
  serve(): void {
    this.#serving = true;
    for (const client of this.#early) this.#begin(client);
    this.#early = [];
  }

  /** Accepts nothing more; connections that have begun go on. */
  close(): void {
    this.#handle.close();
    for (const client of this.#early) client.close();
    this.#early = [];
  }

  #begin(client: TcpHandle): void {
    const frontend = this.#context.runtime.listeners.get(this.key);
    if (frontend === undefined) client.close();
    else if (!admits(frontend, client)) return;
    else if (frontend.mode === 'http') new Http1Session(this.#context, frontend, client);
    else new TcpSession(this.#context, frontend, client);
  }
}
