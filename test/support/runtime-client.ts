/** A client of a stats socket, as socat is one: what it sends and what comes back until the other side closes. */
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { waitFor } from './wait-for.ts';

export interface RuntimeClient {
  readonly socket: Socket;
  readonly received: string;
  /** The other side has ended its half, or broken the connection. */
  readonly closed: boolean;
  send(text: string): void;
  /** Ends this half, as socat does behind its input. */
  end(text?: string): void;
  /** Waits until what was received ends with `part`. */
  until(part: string): Promise<string>;
  untilClosed(): Promise<string>;
}

/** Connects to a path or a port of the loopback address. */
export async function runtimeClient(test: TestContext, place: string | number): Promise<RuntimeClient> {
  const where = typeof place === 'number' ? { port: place, host: '127.0.0.1' } : { path: place };
  const socket = connect({ ...where, allowHalfOpen: true });
  test.after(() => socket.destroy());
  let received = '';
  let closed = false;
  socket.setEncoding('utf8');
  socket.on('data', (text) => {
    received += text;
  });
  for (const event of ['end', 'error', 'close'] as const) {
    socket.on(event, () => {
      closed = true;
    });
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    get received() {
      return received;
    },
    get closed() {
      return closed;
    },
    send: (text) => void socket.write(text),
    end: (text = '') => void socket.end(text),
    async until(part) {
      await waitFor(`${JSON.stringify(part)} at the end of ${JSON.stringify(received)}`, () => received.endsWith(part));
      return received;
    },
    async untilClosed() {
      await waitFor('the end of the connection', () => closed);
      return received;
    },
  };
}

/** The answer to one line, sent as `echo LINE | socat stdio PLACE` does it. */
export async function ask(test: TestContext, place: string | number, line: string): Promise<string> {
  const client = await runtimeClient(test, place);
  client.end(`${line}\n`);
  const answer = await client.untilClosed();
  client.socket.destroy();
  return answer;
}
