/** A control plane for tests of nodes: speaks the protocol over a real WebSocket and keeps what nodes say. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Version } from '../../data-plane/node/activate.ts';
import {
  type ControlMessage,
  type NodeMessage,
  nodeMessageSchema,
  nodePath,
  subprotocol,
} from '../../shared/protocol/messages.ts';
import { encodeSnapshot } from '../../shared/protocol/snapshot-transfer.ts';
import { findViolations } from '../../shared/validate.ts';
import { waitFor } from './wait-for.ts';

type Typed<Type extends NodeMessage['type']> = Extract<NodeMessage, { type: Type }>;

export interface FakeControlPlane {
  readonly url: string;
  readonly connections: { url: string; authorization: string | undefined }[];
  /** Everything that nodes said, in order. */
  readonly messages: NodeMessage[];
  send(message: ControlMessage): void;
  sendVersion(version: Version): void;
  /** Text as it is, to break the protocol with. */
  sendText(text: string): void;
  /** The first message of this type that satisfies `test`, now or later. */
  heard<Type extends NodeMessage['type']>(type: Type, test?: (message: Typed<Type>) => boolean): Promise<Typed<Type>>;
  /** Sends the version and resolves to how the node answers it. */
  apply(version: Version): Promise<Typed<'ack'> | Typed<'nack'>>;
  /** Breaks the connections of all nodes. */
  disconnect(): void;
  close(): Promise<void>;
}

export async function startFakeControlPlane(test: TestContext, port = 0): Promise<FakeControlPlane> {
  const server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => subprotocol });
  await once(server, 'listening');
  const messages: NodeMessage[] = [];
  const connections: FakeControlPlane['connections'] = [];
  let current: WebSocket | undefined;

  server.on('connection', (socket, request) => {
    connections.push({ url: request.url ?? '', authorization: request.headers.authorization });
    current = socket;
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as NodeMessage;
      const violations = findViolations(nodeMessageSchema, message);
      if (violations.length > 0) throw new Error(`the node breaks the protocol: ${JSON.stringify(violations)}`);
      messages.push(message);
      if (message.type === 'hello') send({ type: 'welcome', epoch: 'test', version: 0 });
    });
  });

  const send = (message: ControlMessage) => current?.send(JSON.stringify(message));
  const sendVersion = ({ epoch, version, json, hash }: Version) => {
    for (const message of encodeSnapshot(epoch, version, json, hash)) send(message);
  };
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  test.after(close);

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    messages,
    send,
    sendVersion,
    sendText: (text) => current?.send(text),
    heard: (type, satisfies = () => true) =>
      waitFor(`a message "${type}" of the node`, () =>
        messages.find((message): message is Typed<typeof type> => message.type === type && satisfies(message as never)),
      ),
    async apply(version) {
      const before = messages.length;
      sendVersion(version);
      return waitFor(`the answer to version ${version.version}`, () =>
        messages
          .slice(before)
          .find((message) =>
            message.type === 'ack' || message.type === 'nack' ? message.version === version.version : false,
          ),
      ) as Promise<Typed<'ack'> | Typed<'nack'>>;
    },
    disconnect: () => {
      for (const socket of server.clients) socket.terminate();
    },
    close,
  };
}

/** Where nodes are to connect, as a URL tells it. */
export function isNodeUrl(url: string, node: string): boolean {
  return url === `${nodePath}?node=${node}`;
}
