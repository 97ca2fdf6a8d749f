/** A node for tests: a real WebSocket that does exactly what the test tells it. */
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import {
  type ControlMessage,
  type Hello,
  type NodeMessage,
  nodePath,
  subprotocol,
} from '../../../shared/protocol/messages.ts';
import { type ReceivedSnapshot, SnapshotReceiver } from '../../../shared/protocol/snapshot-transfer.ts';

type MessageOf<Type extends ControlMessage['type']> = Extract<ControlMessage, { type: Type }>;

export interface FakeNode {
  readonly socket: WebSocket;
  /** Resolves with the code when the connection has closed. */
  readonly closed: Promise<number>;
  send(message: NodeMessage): void;
  sendText(text: string): void;
  /** Takes the next message, which must be of this type; pings are left out. */
  next<Type extends ControlMessage['type']>(type: Type): Promise<MessageOf<Type>>;
  /** Takes all messages up to a whole snapshot. */
  snapshot(): Promise<ReceivedSnapshot>;
  ack(snapshot: { version: number; hash: string }): void;
  nack(
    snapshot: { version: number; hash: string },
    errors: { resource: string; pointer: string; detail: string }[],
  ): void;
  /** The messages that nobody has taken. */
  readonly waiting: readonly ControlMessage[];
}

export interface NodeOptions {
  name?: string;
  bootId?: string;
  running?: Hello['running'];
  source?: Hello['source'];
  patternFiles?: NonNullable<Hello['patternFiles']>;
  headers?: Record<string, string>;
  /** Acknowledges every snapshot at once. */
  obedient?: boolean;
}

/** Connects and says hello. */
export async function connectNode(test: TestContext, url: string, options: NodeOptions = {}): Promise<FakeNode> {
  const node = await openNode(test, url, options);
  const { name = 'n1', bootId = 'boot-1', running = { epoch: '', version: 0, hash: '' }, source = 'none' } = options;
  const patternFiles = options.patternFiles === undefined ? {} : { patternFiles: options.patternFiles };
  node.send({ type: 'hello', nodeId: name, bootId, software: 'test', workers: 1, running, source, ...patternFiles });
  return node;
}

/** Connects without a word. */
export async function openNode(test: TestContext, url: string, options: NodeOptions = {}): Promise<FakeNode> {
  const { name = 'n1', headers = {}, obedient = false } = options;
  const socket = new WebSocket(`${url.replace('http', 'ws')}${nodePath}?node=${name}`, subprotocol, { headers });
  const waiting: ControlMessage[] = [];
  let wake = () => {};
  const receiver = new SnapshotReceiver();
  const send = (message: NodeMessage) => socket.send(JSON.stringify(message));
  const ack = ({ version, hash }: { version: number; hash: string }) =>
    send({ type: 'ack', version, hash, durationMs: 1 });
  const obeying = new SnapshotReceiver();
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as ControlMessage;
    if (message.type === 'ping') return;
    waiting.push(message);
    if (obedient && message.type === 'snapshot') {
      const snapshot = obeying.receive(message);
      if (snapshot !== undefined) ack(snapshot);
    }
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      wake();
      resolve(code);
    });
  });
  test.after(() => socket.terminate());
  await once(socket, 'open');

  async function take(): Promise<ControlMessage> {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) return message;
      if (socket.readyState >= WebSocket.CLOSING) throw new Error('the connection is closed');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    socket,
    closed,
    waiting,
    send,
    sendText: (text) => socket.send(text),
    ack,
    nack: ({ version, hash }, errors) => send({ type: 'nack', version, hash, phase: 'prepare', errors }),
    async next<Type extends ControlMessage['type']>(type: Type) {
      const message = await take();
      if (message.type !== type) throw new Error(`${message.type} came where ${type} was due`);
      return message as MessageOf<Type>;
    },
    async snapshot() {
      for (;;) {
        const message = await take();
        if (message.type !== 'snapshot') continue;
        const snapshot = receiver.receive(message);
        if (snapshot !== undefined) return snapshot;
      }
    },
  };
}
