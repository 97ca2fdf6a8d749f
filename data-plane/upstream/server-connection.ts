/** One TCP connection to a server: connecting, in use by one session at a time, or idle in the pool of its server. */
import { connect, type Socket } from 'node:net';
import { plainAddress } from '../../shared/address.ts';
import { ReadBuffer } from '../listen/read-buffer.ts';
import type { ServerConnectionView } from '../rules/sample-context.ts';
import { Timer, type TimerWheel } from '../worker/timer-wheel.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** The session that uses a connection. */
export interface ConnectionUser {
  serverConnected(): void;
  /** buffer[0..length] is valid only during the call when `connection.readBuffer.isShared`. */
  serverData(buffer: Buffer, length: number): void;
  /** The server has sent its last byte. */
  serverEnded(): void;
  /** The connection could not be made or broke; `code` is such as ECONNREFUSED. */
  serverFailed(code: string): void;
  serverTimedOut(): void;
  /** What was written has gone out. */
  serverDrained(): void;
}

/** An idle connection is closed after this time in milliseconds (HAProxy: pool-purge-delay). */
const idleTimeout = 5_000;

interface OwnedSocket extends Socket {
  connection?: ServerConnection;
}

export class ServerConnection extends Timer implements ServerConnectionView {
  readonly server: UpstreamServer;
  readonly socket: Socket;
  readonly readBuffer = new ReadBuffer();
  /** undefined while idle. */
  user: ConnectionUser | undefined;
  connected = false;
  /** Exchanges it has served before the present one. */
  uses = 0;
  closed = false;
  /** Place among the idle connections of the server; -1 while in use. */
  idleIndex = -1;
  readonly #timers: TimerWheel;

  get sourceAddress(): string {
    return plainAddress(this.socket.localAddress);
  }

  get sourcePort(): number {
    return this.socket.localPort ?? 0;
  }

  /** Starts to connect; `connectTimeout` in milliseconds. */
  constructor(server: UpstreamServer, timers: TimerWheel, user: ConnectionUser, connectTimeout: number) {
    super();
    this.server = server;
    this.user = user;
    this.#timers = timers;
    const readBuffer = this.readBuffer;
    const socket: OwnedSocket = connect({
      host: server.address,
      port: server.port,
      noDelay: true,
      allowHalfOpen: true,
      onread: {
        buffer: () => readBuffer.next(),
        callback: (length, buffer) => {
          readBuffer.filled(length);
          this.#read(buffer as Buffer, length);
          return true;
        },
      },
    });
    this.socket = socket;
    socket.connection = this;
    socket.on('connect', onConnect).on('end', onEnd).on('error', onError).on('close', onClose).on('drain', onDrain);
    this.arm(connectTimeout);
  }

  /** Sets the time in milliseconds after which the user is told that the server timed out. */
  arm(milliseconds: number): void {
    this.#timers.arm(this, milliseconds);
  }

  disarm(): void {
    this.#timers.disarm(this);
  }

  override expire(): void {
    if (this.user === undefined) this.destroy();
    else this.user.serverTimedOut();
  }

  #read(buffer: Buffer, length: number): void {
    if (this.user === undefined) this.destroy();
    else this.user.serverData(buffer, length);
  }

  /** Puts the connection into the pool of its server for the next session. */
  makeIdle(): void {
    this.waitForOwner();
    this.server.addIdle(this);
  }

  /** Stays open for the session that has used it, and for no other. */
  waitForOwner(): void {
    this.user = undefined;
    this.uses++;
    this.readBuffer.release();
    this.arm(idleTimeout);
  }

  /** Closes at once; the user is told nothing more. */
  destroy(): void {
    if (this.closed) return;
    this.closed = true;
    this.user = undefined;
    if (this.idleIndex >= 0) this.server.removeIdle(this);
    this.#timers.forget(this);
    this.readBuffer.release();
    this.socket.destroy();
  }

  connectDone(): void {
    this.connected = true;
    this.disarm();
    this.user?.serverConnected();
  }

  ended(): void {
    if (this.user === undefined) this.destroy();
    else this.user.serverEnded();
  }

  failed(code: string): void {
    const user = this.user;
    this.destroy();
    user?.serverFailed(code);
  }
}

function onConnect(this: OwnedSocket): void {
  this.connection?.connectDone();
}

function onEnd(this: OwnedSocket): void {
  const connection = this.connection;
  if (connection !== undefined && !connection.closed) connection.ended();
}

function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  const connection = this.connection;
  if (connection !== undefined && !connection.closed) connection.failed(error.code ?? 'EIO');
}

function onClose(this: OwnedSocket): void {
  const connection = this.connection;
  if (connection !== undefined && !connection.closed) connection.failed('ECONNRESET');
}

function onDrain(this: OwnedSocket): void {
  this.connection?.user?.serverDrained();
}
