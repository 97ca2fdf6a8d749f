/** A client that sends one request after the other on a connection and takes in whole answers. */
import { connect, type Socket } from 'node:net';
import { findMessage, type Message } from './messages.ts';
import { patience } from './patience.ts';
import type { Exchange } from './site.ts';

export class Client {
  readonly #socket: Socket;
  #text = '';
  #closed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#text += bytes.toString('latin1');
      this.#wake();
    });
    for (const event of ['end', 'error', 'close']) {
      socket.on(event, () => {
        this.#closed = true;
        this.#wake();
      });
    }
  }

  static async connect(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    const client = new Client(socket);
    // A connection that is rejected may be reset at once.
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('error', () => resolve());
    });
    return client;
  }

  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  /** The answers to one request, interim ones among them; none where the connection was closed. */
  async ask({ line, fields, body }: Exchange, isLast = false): Promise<Message[]> {
    if (this.#closed) return [];
    const text = `${[line, ...fields, '', ''].join('\r\n')}${body}`;
    if (isLast) this.#socket.end(text, 'latin1');
    else this.#socket.write(text, 'latin1');
    const answers: Message[] = [];
    for (;;) {
      const answer = await this.#take(line.startsWith('HEAD '));
      if (answer === undefined) return answers;
      answers.push(answer);
      if (!/^HTTP\/1\.[01] 1/.test(answer.line)) return answers;
    }
  }

  async #take(isHead: boolean): Promise<Message | undefined> {
    const bodiless = (line: string) => isHead || /^HTTP\/1\.[01] (?:1..|204|304)/.test(line);
    const end = performance.now() + patience;
    for (;;) {
      const found = findMessage(this.#text, bodiless, false, this.#closed);
      if (found !== undefined) {
        this.#text = this.#text.slice(found.end);
        return found.message;
      }
      if (this.#closed) return undefined;
      if (performance.now() > end) return { line: 'no whole answer in time', fields: [this.#text], body: '' };
      await this.#more(end - performance.now());
    }
  }

  #more(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the connection and waits until the other side has ended it too. */
  async close(): Promise<void> {
    this.#socket.end();
    const end = performance.now() + patience;
    while (!this.#closed && performance.now() < end) await this.#more(end - performance.now());
    this.#socket.destroy();
  }
}
