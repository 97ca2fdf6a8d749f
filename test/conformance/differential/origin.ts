/** The servers behind a proxy: they keep what they are asked and answer what the exchange under way says. */
import { createServer, type Server, type Socket } from 'node:net';
import { waitFor } from '../../support/wait-for.ts';
import { findMessage, type Message } from './messages.ts';
import { patience } from './patience.ts';
import type { Answer } from './site.ts';

export interface Received extends Message {
  /** Number of the server, from 0. */
  readonly server: number;
}

export class Origin {
  readonly received: Received[] = [];
  readonly #ports: readonly number[];
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #answer: Answer | undefined;
  /** Connections that a server has ended and that are not closed yet. */
  readonly #ending = new Set<Socket>();

  constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    for (const [index, port] of this.#ports.entries()) {
      const server = createServer((socket) => this.#serve(socket, index));
      this.#servers.push(server);
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** What the next requests are answered with. */
  expect(answer: Answer): void {
    this.#answer = answer;
    this.received.length = 0;
  }

  /** Waits until every connection that a server has ended is closed on both sides. */
  async settled(): Promise<void> {
    if (this.#ending.size > 0) {
      await waitFor('connections of the server are closed', () => this.#ending.size === 0, patience);
    }
  }

  #serve(socket: Socket, server: number): void {
    let text = '';
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#ending.delete(socket);
    });
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (
        let found = findMessage(text, () => false, true);
        found !== undefined;
        found = findMessage(text, () => false, true)
      ) {
        text = text.slice(found.end);
        this.received.push({ ...found.message, server });
        this.#respond(socket, found.message.line);
      }
    });
  }

  #respond(socket: Socket, line: string): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    const head = [answer.line, ...answer.fields, '', ''].join('\r\n');
    const text = head + (line.startsWith('HEAD ') ? '' : answer.body);
    if (answer.closes) {
      this.#ending.add(socket);
      socket.end(text, 'latin1');
    } else socket.write(text, 'latin1');
  }
}
