/** Clients and servers that speak in raw bytes, so that tests see exactly what went over the wire. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { waitFor } from './wait-for.ts';

export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far, as latin1. */
  readonly received: string;
  readonly ended: boolean;
  readonly failed: boolean;
  send(text: string): void;
  /** Waits until the text received holds `part`. */
  until(part: string): Promise<string>;
  /** Waits until the server closed the connection. */
  untilClosed(): Promise<string>;
}

export async function rawClient(test: TestContext, port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  test.after(() => socket.destroy());
  let received = '';
  let ended = false;
  let failed = false;
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('end', () => {
    ended = true;
  });
  socket.on('error', () => {
    failed = true;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    get received() {
      return received;
    },
    get ended() {
      return ended;
    },
    get failed() {
      return failed;
    },
    send(text) {
      socket.write(text, 'latin1');
    },
    async until(part) {
      await waitFor(`${JSON.stringify(part)} received`, () => received.includes(part));
      return received;
    },
    async untilClosed() {
      await waitFor('the connection closed', () => ended || failed);
      return received;
    },
  };
}

/** Sends one text on a connection of its own and answers all that came until the other side closed. */
export async function exchange(test: TestContext, port: number, text: string): Promise<string> {
  const client = await rawClient(test, port);
  client.send(text);
  return client.untilClosed();
}

export interface RawServer {
  readonly port: number;
  /** Everything each connection received, in order of acceptance. */
  readonly connections: { received: string; socket: Socket; ended: boolean }[];
  close(): Promise<void>;
}

/**
 * A server whose `respond` is called with all that a connection has received whenever more comes, and answers what to write
 * ("" for nothing yet). It is asked once for each part it has answered.
 */
export async function rawServer(
  test: TestContext,
  respond: (received: string, socket: Socket, connection: number) => string,
): Promise<RawServer> {
  const connections: RawServer['connections'] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = { received: '', socket, ended: false };
    const index = connections.push(connection) - 1;
    let unanswered = '';
    socket.on('error', () => {});
    socket.on('end', () => {
      connection.ended = true;
      socket.end();
    });
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      connection.received += text;
      unanswered += text;
      const answer = respond(unanswered, socket, index);
      if (answer === '') return;
      unanswered = '';
      socket.write(answer, 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const { socket } of connections) socket.destroy();
      server.close(() => resolve());
    });
  test.after(close);
  return { port: (server.address() as AddressInfo).port, connections, close };
}

/** A plain answer of 200 with the text as its content. */
export function ok(content: string, more = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${content.length}\r\n${more}\r\n${content}`;
}

/** A respond function that answers every whole request head without a body. */
export function answering(content: string): (received: string) => string {
  return (received) => {
    const heads = received.split('\r\n\r\n').length - 1;
    return received.endsWith('\r\n\r\n') ? ok(content).repeat(heads) : '';
  };
}
