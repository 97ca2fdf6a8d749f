/** A bounded load on a port, with every answer and every failure kept, for tests that change what listens there. */
import { type Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Traffic {
  /** Contents of the answers, in order. */
  readonly answers: readonly string[];
  /** Codes of connections and requests that failed, such as "ECONNREFUSED", and statuses that are not 200. */
  readonly failures: readonly string[];
  /** Ends the load; resolves once the last request has been answered. */
  stop(): Promise<void>;
}

/** Asks the port by this many users, each one request after the other on new connections. */
export function startTraffic(port: number, users = 3): Traffic {
  const answers: string[] = [];
  const failures: string[] = [];
  let over = false;
  const use = async () => {
    while (!over) {
      try {
        answers.push(await ask(port));
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code ?? (error as Error).message);
      }
    }
  };
  const all = Promise.all(Array.from({ length: users }, use));
  return {
    answers,
    failures,
    async stop() {
      over = true;
      await all;
    },
  };
}

/** The content of the answer; rejects with the status when that is not 200. */
export function ask(port: number, path = '/', agent: Agent | false = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, agent, timeout: 10_000 }, (response) => {
      text(response).then(
        (content) => (response.statusCode === 200 ? resolve(content) : reject(new Error(String(response.statusCode)))),
        reject,
      );
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.once('error', reject);
    sent.end();
  });
}

/** Whether a connection to the port is accepted. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
