/** The connection of a node with its control plane: made anew whenever it breaks, every message checked. */
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import {
  type ControlMessage,
  controlMessageSchema,
  deadAfter,
  type Hello,
  type NodeMessage,
  nodePath,
  pingInterval,
  type ServerOverride,
  subprotocol,
} from '../../shared/protocol/messages.ts';
import { type ReceivedSnapshot, SnapshotReceiver } from '../../shared/protocol/snapshot-transfer.ts';
import { findViolations } from '../../shared/validate.ts';
import type { PatternMessage } from './control-patterns.ts';

/** How long (ms) a connection may take to open. */
const connectWithin = 10_000;
const shortestDelay = 500;
const longestDelay = 30_000;

/** Answers a message on the connection it came over; does nothing once that is gone. */
export type Reply = (message: NodeMessage) => void;

export interface ControlHandlers {
  hello(): Hello;
  /** The control plane of this identity has answered the hello. */
  welcomed(epoch: string): void;
  snapshot(received: ReceivedSnapshot, reply: Reply): void;
  overrides(overrides: ServerOverride[]): void;
  /** A map or ACL file, or changes of one. */
  patterns(message: PatternMessage, reply: Reply): void;
  drain(): void;
}

/** Full jitter (ms): anywhere from 0 to 0.5 s, 1 s, 2 s, ... up to 30 s after so many failures in a row. */
export function reconnectDelay(failures: number, random: () => number): number {
  return random() * Math.min(longestDelay, shortestDelay * 2 ** failures);
}

/** Where a node connects: the address of the control plane, its path for nodes, the name of the node. */
export function nodeUrl(controlPlane: string, node: string): URL {
  const url = new URL(controlPlane);
  url.pathname = url.pathname.replace(/\/$/, '') + nodePath;
  url.searchParams.set('node', node);
  return url;
}

export class ControlSession {
  readonly #url: URL;
  readonly #token: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #handlers: ControlHandlers;
  #socket: WebSocket | undefined;
  #receiver = new SnapshotReceiver();
  #welcomed = false;
  #failures = 0;
  #lastHeard = 0;
  #stopped = false;
  #cancelTimer = () => {};

  constructor(options: {
    url: URL;
    /** "" for none. */
    token: string;
    clock: Clock;
    /** From 0 to below 1. */
    random: () => number;
    logger: Logger;
    handlers: ControlHandlers;
  }) {
    this.#url = options.url;
    this.#token = options.token;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#log = options.logger;
    this.#handlers = options.handlers;
  }

  /** Connects, and keeps connecting. */
  start(): void {
    if (!this.#stopped) this.#connect();
  }

  /** Whether the control plane has answered the hello of this connection. */
  get connected(): boolean {
    return this.#welcomed;
  }

  /** Sends a report; without a connection it is dropped, since a new one begins with all of them. */
  send(message: NodeMessage): void {
    if (this.#welcomed && this.#socket !== undefined) transmit(this.#socket, message);
  }

  /** Says bye and ends for good. Resolves once the connection is closed. */
  async stop(reason: string): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    const socket = this.#socket;
    if (socket === undefined) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    transmit(socket, { type: 'bye', reason });
    socket.close(1000);
    const cancel = this.#clock.after(1_000, () => socket.terminate());
    await closed;
    cancel();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, subprotocol, {
      handshakeTimeout: connectWithin,
      perMessageDeflate: false,
      maxPayload: 64 * 1024 * 1024,
      headers: this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` },
    });
    this.#socket = socket;
    this.#receiver = new SnapshotReceiver();
    socket.on('open', () => {
      this.#lastHeard = this.#clock.now();
      transmit(socket, this.#handlers.hello());
      this.#armPing(socket);
    });
    socket.on('message', (data, isBinary) => this.#receive(socket, data, isBinary));
    socket.on('error', (error) => this.#log.debug({ err: error }, 'the connection with the control plane failed'));
    socket.on('unexpected-response', (_request, response) => {
      this.#log.error({ status: response.statusCode }, 'the control plane refuses this node');
      response.destroy();
      socket.terminate();
    });
    socket.on('close', (code, reason) => this.#closed(code, String(reason)));
  }

  #closed(code: number, reason: string): void {
    this.#cancelTimer();
    const wasConnected = this.#welcomed;
    this.#socket = undefined;
    this.#welcomed = false;
    if (this.#stopped) return;
    const delay = reconnectDelay(this.#failures, this.#random);
    const details = { code, reason, retryInMs: Math.round(delay) };
    if (wasConnected) this.#log.warn(details, 'the control plane is gone; this node serves on');
    else if (this.#failures === 0) this.#log.warn(details, `the control plane at ${this.#url.host} cannot be reached`);
    else this.#log.debug(details, 'the control plane still cannot be reached');
    this.#failures++;
    this.#cancelTimer = this.#clock.after(delay, () => this.#connect());
  }

  #armPing(socket: WebSocket): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(pingInterval, () => {
      if (this.#clock.now() - this.#lastHeard >= deadAfter) {
        this.#log.warn('the control plane has gone silent');
        socket.terminate();
        return;
      }
      transmit(socket, { type: 'ping' });
      this.#armPing(socket);
    });
  }

  #receive(socket: WebSocket, data: RawData, isBinary: boolean): void {
    if (this.#stopped) return;
    this.#lastHeard = this.#clock.now();
    const message = isBinary ? undefined : this.#parse(String(data));
    if (message === undefined) {
      transmit(socket, { type: 'bye', reason: 'a message is no valid message of this protocol' });
      socket.close(1008);
      return;
    }
    this.#dispatch(socket, message);
  }

  #parse(text: string): ControlMessage | undefined {
    try {
      const value: unknown = JSON.parse(text);
      const violations = findViolations(controlMessageSchema, value);
      if (violations.length === 0) return value as ControlMessage;
      this.#log.error({ violations: violations.slice(0, 5) }, 'a message of the control plane does not fit its schema');
    } catch (error) {
      this.#log.error({ err: error }, 'a message of the control plane is no JSON');
    }
    return undefined;
  }

  #dispatch(socket: WebSocket, message: ControlMessage): void {
    switch (message.type) {
      case 'ping':
        transmit(socket, { type: 'pong' });
        return;
      case 'pong':
        return;
      case 'welcome':
        this.#welcomed = true;
        this.#failures = 0;
        this.#log.info({ epoch: message.epoch, version: message.version }, 'connected with the control plane');
        this.#handlers.welcomed(message.epoch);
        return;
      case 'snapshot':
        this.#takePiece(socket, message);
        return;
      case 'override':
        this.#handlers.overrides(message.overrides);
        return;
      case 'pattern-file':
      case 'pattern-changes':
      case 'pattern-files':
        this.#handlers.patterns(message, (reply) => transmit(socket, reply));
        return;
      case 'drain':
        this.#handlers.drain();
        return;
      case 'bye':
        this.#log.info({ reason: message.reason }, 'the control plane says bye');
        socket.close(1000);
    }
  }

  #takePiece(socket: WebSocket, message: Extract<ControlMessage, { type: 'snapshot' }>): void {
    const { version, hash } = message;
    let received: ReceivedSnapshot | undefined;
    try {
      received = this.#receiver.receive(message);
    } catch (error) {
      const errors = [{ resource: '', pointer: '', detail: (error as Error).message }];
      this.#log.error({ version, errors }, 'a version cannot be received');
      transmit(socket, { type: 'nack', version, hash, phase: 'receive', errors });
      return;
    }
    if (received !== undefined) this.#handlers.snapshot(received, (reply) => transmit(socket, reply));
  }
}

function transmit(socket: WebSocket, message: NodeMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
