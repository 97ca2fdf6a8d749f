/** Closes an accepted connection that is not to be served, so that its client sees an end and not a reset. */
import type { Socket } from 'node:net';
import type { ClientSession, WorkerContext } from '../worker/runtime.ts';
import { Timer } from '../worker/timer-wheel.ts';
import { type ClientReader, openClientSocket, type TcpHandle } from './client-socket.ts';
import { ReadBuffer } from './read-buffer.ts';

/** How long (ms) the client has to close its half too. */
const lingerTimeout = 2_000;

/** What the client sent is read and thrown away: to close a socket with unread bytes is to reset it. */
export class ClosingConnection extends Timer implements ClientSession, ClientReader {
  readonly #context: WorkerContext;
  readonly #socket: Socket;

  constructor(context: WorkerContext, handle: TcpHandle) {
    super();
    this.#context = context;
    this.#socket = openClientSocket(handle, this, new ReadBuffer());
    const close = () => this.#close();
    this.#socket.on('end', close).on('error', close).on('close', close);
    this.#socket.end();
    context.sessions.add(this);
    context.timers.arm(this, lingerTimeout);
  }

  received(): void {}

  finish(): void {}

  override expire(): void {
    this.#close();
  }

  #close(): void {
    this.#context.timers.forget(this);
    this.#context.sessions.delete(this);
    this.#socket.destroy();
  }
}
