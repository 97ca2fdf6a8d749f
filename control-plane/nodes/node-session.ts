/** One connection with a node: checks every message against its schema, keeps it alive, tells the hub what came. */
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import {
  type ControlMessage,
  deadAfter,
  type Hello,
  type NodeMessage,
  nodeMessageSchema,
  pingInterval,
} from '../../shared/protocol/messages.ts';
import { findViolations } from '../../shared/validate.ts';

/** How long (ms) a node may take to say hello. */
const helloWithin = 10_000;

/** The messages that tell something about the node. */
export type ReportedMessage = Exclude<NodeMessage, { type: 'hello' | 'ping' | 'pong' | 'bye' }>;

export interface SessionHandlers {
  hello(message: Hello): void;
  message(message: ReportedMessage): void;
  /** Called once, whoever closed. */
  closed(): void;
}

export class NodeSession {
  readonly node: string;
  /** When the last message came, in milliseconds since 1970. */
  lastHeard: number;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #handlers: SessionHandlers;
  #greeted = false;
  #closed = false;
  #cancelTimers: () => void = () => {};

  constructor(options: { node: string; socket: WebSocket; clock: Clock; logger: Logger; handlers: SessionHandlers }) {
    this.node = options.node;
    this.#socket = options.socket;
    this.#clock = options.clock;
    this.#handlers = options.handlers;
    this.#log = options.logger.child({ node: options.node });
    this.lastHeard = this.#clock.now();
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('error', (error) => this.#log.warn({ err: error }, 'the connection of the node failed'));
    this.#socket.on('close', () => this.#finish());
    const cancelHello = this.#clock.after(helloWithin, () => {
      if (!this.#greeted) this.close('no hello came', 1008);
    });
    this.#armPing(cancelHello);
  }

  /** Sends a message; one that can no longer be sent is dropped. */
  send(message: ControlMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Says why and closes. Codes are those of RFC 6455 section 7.4.1. */
  close(reason: string, code = 1000): void {
    if (this.#closed) return;
    this.send({ type: 'bye', reason });
    this.#socket.close(code, reason.slice(0, 100));
    this.#finish();
  }

  #armPing(cancelHello: () => void): void {
    const cancelPing = this.#clock.after(pingInterval, () => {
      if (this.#clock.now() - this.lastHeard >= deadAfter) {
        this.#log.warn('the node has gone silent');
        this.#socket.terminate();
        this.#finish();
        return;
      }
      this.send({ type: 'ping' });
      this.#armPing(cancelHello);
    });
    this.#cancelTimers = () => {
      cancelHello();
      cancelPing();
    };
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#closed) return;
    this.lastHeard = this.#clock.now();
    const message = isBinary ? undefined : this.#parse(String(data));
    if (message === undefined) {
      this.close('a message is no valid message of this protocol', 1008);
      return;
    }
    this.#dispatch(message);
  }

  #parse(text: string): NodeMessage | undefined {
    try {
      const value: unknown = JSON.parse(text);
      const violations = findViolations(nodeMessageSchema, value);
      if (violations.length === 0) return value as NodeMessage;
      this.#log.warn({ violations: violations.slice(0, 5) }, 'a message of the node does not fit its schema');
    } catch (error) {
      this.#log.warn({ err: error }, 'a message of the node is no JSON');
    }
    return undefined;
  }

  #dispatch(message: NodeMessage): void {
    if (message.type === 'ping') this.send({ type: 'pong' });
    else if (message.type === 'pong') return;
    else if (message.type === 'bye') {
      this.#log.info({ reason: message.reason }, 'the node says bye');
      this.#socket.close(1000);
      this.#finish();
    } else if (message.type === 'hello') {
      if (this.#greeted) this.close('a second hello', 1008);
      else if (message.nodeId !== this.node) this.close(`the hello is of node "${message.nodeId}"`, 1008);
      else {
        this.#greeted = true;
        this.#handlers.hello(message);
      }
    } else if (!this.#greeted) this.close('the first message must be a hello', 1008);
    else this.#handlers.message(message);
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimers();
    this.#handlers.closed();
  }
}
