/** A listening socket of a worker: accepts connections for whichever frontend of the running version has its address. */
import { Http1Session } from '../http/http1-session.ts';
import { TcpSession } from '../tcp/tcp-session.ts';
import type { FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { Admission } from './admission.ts';
import { listenOn, type TcpHandle } from './client-socket.ts';
import { ClosingConnection } from './closing-connection.ts';
import type { ConnectionNotes } from './connection-context.ts';
import { admit } from './connection-rules.ts';
import { HeldConnection, type HoldingListener } from './held-connection.ts';

/** What the runtime files a socket under. */
export function socketKey(address: string, port: number): string {
  return `${address}:${port}`;
}

export class Listener implements HoldingListener {
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
    for (const client of this.#early) this.refuse(client);
    this.#early = [];
  }

  #begin(client: TcpHandle): void {
    const frontend = this.#context.runtime.listeners.get(this.key);
    if (frontend === undefined) {
      this.refuse(client);
      return;
    }
    const notes = admit(this.#context, frontend, client);
    if (notes === undefined) return;
    if (frontend.admission.enter()) this.#open(frontend, client, notes);
    else frontend.admission.proceed(new HeldConnection(frontend.admission, this, client, notes));
  }

  /** The frontend that it was held for may have another limit now, or this address another frontend. */
  admitted(admission: Admission, client: TcpHandle, notes: ConnectionNotes): void {
    const frontend = this.#context.runtime.listeners.get(this.key);
    if (frontend?.admission === admission) {
      this.#open(frontend, client, notes);
      return;
    }
    notes.tracked?.end();
    notes.variables?.endSession();
    admission.leave();
    this.#begin(client);
  }

  refuse(client: TcpHandle): void {
    new ClosingConnection(this.#context, client);
  }

  #open(frontend: FrontendRuntime, client: TcpHandle, notes: ConnectionNotes): void {
    if (frontend.mode === 'http') new Http1Session(this.#context, frontend, client, notes);
    else new TcpSession(this.#context, frontend, client, notes);
  }
}
