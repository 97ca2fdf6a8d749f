/** A syslog server for tests: receives datagrams and keeps their text. */
import { createSocket } from 'node:dgram';
import type { TestContext } from 'node:test';
import { waitFor } from './wait-for.ts';

export interface LogReceiver {
  readonly port: number;
  /** What has come, in order, each as it came. */
  readonly lines: string[];
  /** Waits for so many lines and takes all that are there. */
  take(count: number): Promise<string[]>;
}

export async function startLogReceiver(test: Pick<TestContext, 'after'>): Promise<LogReceiver> {
  const socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (message) => lines.push(message.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  test.after(() => socket.close());
  return {
    port: socket.address().port,
    lines,
    async take(count) {
      await waitFor(`${count} lines in the log, not ${lines.length}`, () => lines.length >= count);
      return lines.splice(0);
    },
  };
}
