/** One client connection in mode http: reads requests one after the other, has each exchanged, and closes in good order. */
import type { Socket } from 'node:net';
import type { Admission } from '../listen/admission.ts';
import { type ClientReader, openClientSocket, type TcpHandle } from '../listen/client-socket.ts';
import type { ConnectionNotes } from '../listen/connection-context.ts';
import { ReadBuffer } from '../listen/read-buffer.ts';
import { AccessRecord } from '../report/access-record.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { ClientSession, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { Timer } from '../worker/timer-wheel.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { headLimits } from './head-limits.ts';
import { HttpExchange } from './http-exchange.ts';
import { mostPending } from './received-body.ts';
import { findHeadEnd, incomplete, skipEmptyLine } from './request-reader.ts';
import { firstLook, writeTogether } from './write-together.ts';

/** Waiting for a request, perhaps with a part of its head at hand. */
const waiting = 0;
/** An exchange is under way. */
const exchanging = 1;
/** The last answer was written; what the client still sends is thrown away until it closes. */
const lingering = 2;
const closed = 3;

/** How long (ms) a drained worker waits for the first request of a connection. */
const firstRequestGrace = 500;

/** How long (ms) a connection lingers after the last answer for the client to close. */
const lingerTimeout = 2_000;

const nothing = Buffer.alloc(0);

interface OwnedSocket extends Socket {
  session?: Http1Session;
}

export class Http1Session extends Timer implements ClientSession, ExchangeClient, ClientReader {
  readonly socket: Socket;
  frontend: FrontendRuntime;
  /** Requests read so far on this connection. */
  requests = 0;
  record: AccessRecord | undefined;
  readonly tracked: TrackedCounters | undefined;
  readonly #context: WorkerContext;
  readonly #admission: Admission;
  readonly #exchange: HttpExchange;
  readonly #readBuffer = new ReadBuffer();
  #phase = waiting;
  #address = '';
  /** Bytes of the client not yet dealt with: input[start..end]. Outside a read callback they are a copy of our own. */
  #input: Buffer = nothing;
  #start = 0;
  #end = 0;
  /** Whether a read callback is under way, in which `#input` may be the read buffer itself. */
  #inCallback = false;
  /** Whether the clock of a request head is running. */
  #headStarted = false;
  #paused = false;
  #ended = false;
  #reading = false;

  constructor(context: WorkerContext, frontend: FrontendRuntime, handle: TcpHandle, notes: ConnectionNotes) {
    super();
    this.#context = context;
    this.frontend = frontend;
    this.tracked = notes.tracked;
    this.#admission = frontend.admission;
    this.#exchange = new HttpExchange(context, this, notes);
    const socket: OwnedSocket = openClientSocket(handle, this, this.#readBuffer);
    this.socket = socket;
    socket.session = this;
    socket.on('end', onEnd).on('drain', onDrain).on('error', onGone).on('close', onGone);
    if (frontend.log !== undefined) this.record = new AccessRecord(context, frontend.log, socket);
    context.sessions.add(this);
    frontend.counters.connections++;
    frontend.counters.beginSession();
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

  get localAddress(): string {
    const address = this.socket.localAddress ?? '';
    return address.startsWith('::ffff:') ? address.slice(7) : address;
  }

  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  // What the client has sent.

  received(buffer: Buffer, length: number): void {
    this.frontend.counters.bytesIn += length;
    if (this.#phase >= lingering) return;
    if (this.record !== undefined && this.#phase === waiting) this.record.firstByte();
    this.#inCallback = true;
    if (this.#start === this.#end) {
      this.#input = buffer;
      this.#start = 0;
      this.#end = length;
    } else {
      this.#input = Buffer.concat([this.#input.subarray(this.#start, this.#end), buffer.subarray(0, length)]);
      this.#start = 0;
      this.#end = this.#input.length;
    }
    if (this.#phase === waiting) this.#readRequests();
    else if (this.#exchange.isWaiting) this.#exchange.moreArrived();
    else this.feedBody();
    this.#inCallback = false;
    this.#keepRest(buffer);
  }

  /** What is left is copied, since the next read goes to the same buffer; while much is left, nothing more is read. */
  #keepRest(buffer: Buffer): void {
    if (this.#start === this.#end) {
      this.#input = nothing;
    } else if (this.#input === buffer) {
      this.#input = Buffer.from(buffer.subarray(this.#start, this.#end));
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#phase === exchanging && this.pendingLength > mostPending()) this.pause();
  }

  get pendingLength(): number {
    return this.#end - this.#start;
  }

  get pending(): Buffer {
    return this.#input.subarray(this.#start, this.#end);
  }

  takeText(length: number): string {
    const start = this.#start;
    this.#start += length;
    return this.#input.toString('latin1', start, this.#start);
  }

  sendWithPending(socket: Socket, head: string, length: number): void {
    writeTogether(socket, head, this.#input, this.#start, this.#start + length);
    this.#start += length;
  }

  skip(length: number): void {
    this.#start = Math.min(this.#end, this.#start + length);
  }

  feedBody(): void {
    if (this.#start === this.#end || !this.#exchange.wantsBody) return;
    const end = this.#end;
    const taken = this.#exchange.takeBody(this.#input, this.#start, end);
    // The exchange may have ended the connection, and with it what was pending.
    if (this.#end === end && this.#start < taken) this.#start = taken;
  }

  lasting(buffer: Buffer, start: number, end: number): Buffer {
    const bytes = buffer.subarray(start, end);
    return this.#inCallback && this.#readBuffer.isShared && buffer === this.#readBuffer.current
      ? Buffer.from(bytes)
      : bytes;
  }

  stillWriting(): void {
    if (this.#inCallback) this.#readBuffer.giveAway();
  }

  #dropPending(): void {
    this.#start = this.#end;
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

  armClientTimeout(): void {
    this.#context.timers.arm(this, this.frontend.timeouts.client);
  }

  disarmClientTimeout(): void {
    this.#context.timers.disarm(this);
  }

  // Requests, one after the other.

  /** Reads requests as long as there are whole heads, each once the one before is answered. */
  #readRequests(): void {
    if (this.#reading) return;
    this.#reading = true;
    while (this.#phase === waiting && this.#start < this.#end && !this.socket.writableNeedDrain) {
      if (!this.#readRequest()) break;
    }
    this.#reading = false;
    if (this.#phase !== waiting) return;
    this.resume();
    if (this.#ended && !this.socket.writableNeedDrain) {
      if (this.#start < this.#end) this.frontend.counters.requestErrors++;
      this.close();
    }
  }

  /** Reads one request from what is pending and begins its exchange; false when its head is not complete yet. */
  #readRequest(): boolean {
    const from = this.#start;
    let text = this.#input.toString('latin1', from, Math.min(this.#end, from + firstLook));
    const start = skipEmptyLine(text);
    let end = findHeadEnd(text, start);
    if (end === incomplete && this.pendingLength > firstLook) {
      text = this.#input.toString('latin1', from, Math.min(this.#end, from + headLimits.bytes + 2));
      end = findHeadEnd(text, start);
    }
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
    this.#start = from + end;
    this.#exchange.begin(start === 0 && end === text.length ? text : text.slice(start, end));
    return true;
  }

  /** The first bytes of a head start its clock; more bytes do not push it on. */
  #startHeadClock(): void {
    if (!this.#headStarted && this.requests > 0) this.#context.timers.arm(this, this.frontend.timeouts.httpRequest);
    this.#headStarted = true;
  }

  recordForFrontend(): AccessRecord | undefined {
    const { log } = this.frontend;
    if (log === undefined) this.record = undefined;
    else if (this.record === undefined) this.record = new AccessRecord(this.#context, log, this.socket);
    else this.record.useLog(log);
    return this.record;
  }

  /** The exchange is over: the next request may come, or the connection ends. */
  exchangeDone(keep: boolean): void {
    if (this.#phase === closed) return;
    if (!keep) {
      this.#linger();
      return;
    }
    this.#phase = waiting;
    if (this.record !== undefined) this.record.begin(this.pendingLength);
    this.#context.timers.arm(this, this.frontend.timeouts.httpKeepAlive);
    this.#readRequests();
  }

  drained(): void {
    if (this.#phase === exchanging) this.#exchange.clientDrained();
    else if (this.#phase === waiting) this.#readRequests();
  }

  // The end of the connection.

  /** Says that nothing more comes and waits for the client to close, so that it can read the answer (RFC 9112 section 9.6). */
  #linger(): void {
    this.#phase = lingering;
    this.#dropPending();
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

  close(): void {
    if (this.#phase === closed) return;
    const orderly = this.#phase !== exchanging;
    if (this.#phase === waiting) this.#noteAbort();
    this.#phase = closed;
    this.#dropPending();
    this.#exchange.cancel();
    this.tracked?.end();
    this.#context.timers.forget(this);
    this.#context.sessions.delete(this);
    this.frontend.counters.endSession();
    if (orderly && this.#ended) this.socket.end();
    else this.socket.destroy();
    this.#admission.leave();
  }

  /** The client left before its request had come whole; a kept connection on which it began none is no matter. */
  #noteAbort(): void {
    if (this.#start === this.#end && !this.#owesRequest) return;
    this.record?.finish(400, 'CR', 0);
    this.tracked?.badRequest();
  }

  gone(): void {
    if (this.#phase === exchanging) this.#exchange.countClientAbort();
    this.close();
    this.#readBuffer.release();
  }

  /** A connection that has brought no request yet was made to bring one: it has a moment to do so, and is answered. */
  finish(): void {
    if (this.#phase !== waiting || this.#start < this.#end) return;
    if (this.requests === 0) this.#context.timers.arm(this, firstRequestGrace);
    else this.#linger();
  }

  /** A connection that never sent a byte is told so, unless such probes are to be ignored; an idle kept one just ends. */
  get #owesRequest(): boolean {
    return this.requests === 0 && !this.frontend.ignoresProbes;
  }

  override expire(): void {
    if (this.#phase === waiting && this.#start === this.#end && this.#context.draining) {
      this.#linger();
      return;
    }
    if (this.#phase === waiting && (this.#start < this.#end || this.#owesRequest)) {
      this.#dropPending();
      this.#phase = exchanging;
      this.#exchange.refuse(408);
    } else if (this.#phase === exchanging) this.#exchange.clientTimedOut();
    else this.close();
  }
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
