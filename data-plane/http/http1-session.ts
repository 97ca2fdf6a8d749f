/** One client connection in mode http: reads requests one after the other, has each exchanged, and closes in good order. */
import type { Socket } from 'node:net';
import type { ClientSession, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { Timer } from '../worker/timer-wheel.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { HttpExchange } from './http-exchange.ts';
import { longestHead } from './message-head.ts';
import { findHeadEnd, incomplete, skipEmptyLine } from './request-reader.ts';

/** Waiting for a request, perhaps with a part of its head at hand. */
const waiting = 0;
/** An exchange is under way. */
const exchanging = 1;
/** The last answer was written; what the client still sends is thrown away until it closes. */
const lingering = 2;
const closed = 3;

/** Bytes of a client that may wait in memory before its socket is paused. */
const mostPending = 64 * 1024;

/** How long (ms) a connection lingers after the last answer for the client to close. */
const lingerTimeout = 2_000;

const nothing = Buffer.alloc(0);

interface OwnedSocket extends Socket {
  session?: Http1Session;
}

export class Http1Session extends Timer implements ClientSession, ExchangeClient {
  readonly socket: Socket;
  frontend: FrontendRuntime;
  /** Requests read so far on this connection. */
  requests = 0;
  readonly #context: WorkerContext;
  readonly #exchange: HttpExchange;
  #phase = waiting;
  #address = '';
  /** Bytes of the client not yet dealt with. */
  #pending: Buffer = nothing;
  /** Whether the clock of a request head is running. */
  #headStarted = false;
  #paused = false;
  #ended = false;
  #reading = false;

  constructor(context: WorkerContext, frontend: FrontendRuntime, socket: Socket) {
    super();
    this.#context = context;
    this.frontend = frontend;
    this.socket = socket;
    this.#exchange = new HttpExchange(context, this);
    context.sessions.add(this);
    frontend.counters.connections++;
    frontend.counters.beginSession();
    const owned: OwnedSocket = socket;
    owned.session = this;
    socket.on('data', onData).on('end', onEnd).on('drain', onDrain).on('error', onGone).on('close', onGone);
    context.timers.arm(this, frontend.timeouts.httpRequest);
  }

  /** The address of the client; "0.0.0.0" when it has gone already. */
  get address(): string {
    if (this.#address === '') {
      const address = this.socket.remoteAddress ?? '0.0.0.0';
      this.#address = address.startsWith('::ffff:') ? address.slice(7) : address;
    }
    return this.#address;
  }

  received(chunk: Buffer): void {
    this.frontend.counters.bytesIn += chunk.length;
    if (this.#phase === waiting) {
      this.unread(chunk);
      this.#readRequests();
    } else if (this.#phase === exchanging) {
      if (this.#exchange.wantsBody) this.#exchange.takeBody(chunk);
      else this.hold(chunk);
    }
  }

  /** Keeps bytes for later and stops reading when there are many. */
  hold(chunk: Buffer): void {
    this.unread(chunk);
    if (this.#pending.length > mostPending) this.pause();
  }

  unread(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
  }

  /** Takes all bytes that wait, or the first `length` of them. */
  takePending(length = this.#pending.length): Buffer {
    const pending = this.#pending;
    this.#pending = length < pending.length ? pending.subarray(length) : nothing;
    return length < pending.length ? pending.subarray(0, length) : pending;
  }

  get pendingLength(): number {
    return this.#pending.length;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.socket.resume();
  }

  /** Expects the client to send or take bytes within its timeout. */
  armClientTimeout(): void {
    this.#context.timers.arm(this, this.frontend.timeouts.client);
  }

  disarmClientTimeout(): void {
    this.#context.timers.disarm(this);
  }

  /** Reads requests as long as there are whole heads, each once the one before is answered. */
  #readRequests(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#phase === waiting && this.#pending.length > 0 && !this.socket.writableNeedDrain) {
      if (!this.#readRequest()) break;
    }
    this.#reading = false;
    if (this.#phase !== waiting) return;
    this.resume();
    if (this.#ended && !this.socket.writableNeedDrain) {
      if (this.#pending.length > 0) this.frontend.counters.requestErrors++;
      this.close();
    }
  }

  /** Reads one request from what is pending and begins its exchange; false when its head is not complete yet. */
  #readRequest(): boolean {
    const pending = this.#pending;
    const text = pending.toString('latin1', 0, Math.min(pending.length, longestHead + 2));
    const start = skipEmptyLine(text);
    const end = findHeadEnd(text, start);
    if (end === incomplete) {
      this.#startHeadClock();
      return false;
    }
    this.#headStarted = false;
    this.#context.timers.disarm(this);
    this.requests++;
    this.frontend.counters.requests++;
    this.#phase = exchanging;
    if (end < 0) {
      this.#exchange.refuse(-end);
      return true;
    }
    this.#pending = end < pending.length ? pending.subarray(end) : nothing;
    this.#exchange.begin(start === 0 && end === text.length ? text : text.slice(start, end));
    return true;
  }

  /** The first bytes of a head start its clock; more bytes do not push it on. */
  #startHeadClock(): void {
    if (!this.#headStarted && this.requests > 0) this.#context.timers.arm(this, this.frontend.timeouts.httpRequest);
    this.#headStarted = true;
  }

  /** The exchange is over: the next request may come, or the connection ends. */
  exchangeDone(keep: boolean): void {
    if (this.#phase === closed) return;
    if (!keep) {
      this.#linger();
      return;
    }
    this.#phase = waiting;
    this.#context.timers.arm(this, this.frontend.timeouts.httpKeepAlive);
    this.#readRequests();
  }

  /** Says that nothing more comes and waits for the client to close, so that it can read the answer (RFC 9112 section 9.6). */
  #linger(): void {
    this.#phase = lingering;
    this.#pending = nothing;
    this.resume();
    this.socket.end();
    this.#context.timers.arm(this, lingerTimeout);
  }

  clientEnded(): void {
    this.#ended = true;
    if (this.#phase === waiting) this.#readRequests();
    else if (this.#phase === exchanging) this.#exchange.clientEnded();
    else this.close();
  }

  drained(): void {
    if (this.#phase === exchanging) this.#exchange.clientDrained();
    else if (this.#phase === waiting) this.#readRequests();
  }

  /** The client has gone, or the exchange cannot be brought to an orderly end. */
  close(): void {
    if (this.#phase === closed) return;
    const orderly = this.#phase !== exchanging;
    this.#phase = closed;
    this.#exchange.cancel();
    this.#context.timers.forget(this);
    this.#context.sessions.delete(this);
    this.frontend.counters.endSession();
    if (orderly && this.#ended) this.socket.end();
    else this.socket.destroy();
  }

  gone(): void {
    if (this.#phase === exchanging) this.#exchange.countClientAbort();
    this.close();
  }

  finish(): void {
    if (this.#phase === waiting && this.#pending.length === 0) this.#linger();
  }

  override expire(): void {
    if (this.#phase === waiting && this.#pending.length > 0) {
      this.#pending = nothing;
      this.#phase = exchanging;
      this.#exchange.refuse(408);
    } else if (this.#phase === exchanging) this.#exchange.clientTimedOut();
    else this.close();
  }
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this.session?.received(chunk);
}

function onEnd(this: OwnedSocket): void {
  this.session?.clientEnded();
}

function onDrain(this: OwnedSocket): void {
  this.session?.drained();
}

function onGone(this: OwnedSocket): void {
  this.session?.gone();
}
