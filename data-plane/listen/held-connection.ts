/** An accepted connection that is not served yet: its handle and nothing more, so that thousands of them cost little. */
import type { Admission } from './admission.ts';
import type { TcpHandle } from './client-socket.ts';
import type { ConnectionNotes } from './connection-context.ts';

/** Where it was accepted. */
export interface HoldingListener {
  /** The connection has passed every gate of the admission. */
  admitted(admission: Admission, client: TcpHandle, notes: ConnectionNotes): void;
  /** The connection is not to be served. */
  refuse(client: TcpHandle): void;
}

export class HeldConnection {
  /** How many gates it has passed. */
  passed = 0;
  readonly #admission: Admission;
  readonly #listener: HoldingListener;
  readonly #client: TcpHandle;
  readonly #notes: ConnectionNotes;

  constructor(admission: Admission, listener: HoldingListener, client: TcpHandle, notes: ConnectionNotes) {
    this.#admission = admission;
    this.#listener = listener;
    this.#client = client;
    this.#notes = notes;
  }

  /** It is in where it waited. */
  pass(): void {
    this.passed++;
    this.#admission.proceed(this);
  }

  begin(): void {
    this.#listener.admitted(this.#admission, this.#client, this.#notes);
  }

  /**
   * Whether the client has broken the connection. Nothing is read, so this is all that can be seen: one that has only ended
   * its half may still want an answer, and is found out when its turn comes.
   */
  get isGone(): boolean {
    const { getpeername } = this.#client;
    return getpeername !== undefined && getpeername.call(this.#client, {}) !== 0;
  }

  drop(): void {
    this.#admission.leaveFirst(this.passed);
    this.#notes.tracked?.end();
    this.#notes.variables?.endSession();
    this.#client.close();
  }

  refuse(): void {
    this.#admission.leaveFirst(this.passed);
    this.#notes.tracked?.end();
    this.#notes.variables?.endSession();
    this.#listener.refuse(this.#client);
  }
}
