/** The servers behind a proxy: they keep what they are asked and answer what the exchange under way says. */
import { createServer, type Server, type Socket } from 'node:net';
import { findMessage, type Message } from './messages.ts';
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

  #serve(socket: Socket, server: number): void {
    let text = '';
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
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
    if (answer.closes) socket.end(text, 'latin1');
    else socket.write(text, 'latin1');
  }
}
