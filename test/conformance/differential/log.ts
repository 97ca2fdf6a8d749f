/** The receiver of log lines: all of them, in the order they came. */
import { createSocket } from 'node:dgram';
import { waitFor } from '../../support/wait-for.ts';
import { patience } from './patience.ts';

export interface Log {
  /** Waits until whatever had been sent by now is here. */
  settled(): Promise<void>;
  /** The lines that begin so, without that. */
  linesOf(key: string): string[];
  stop(): void;
}

export async function startLog(port: number): Promise<Log> {
  const lines: string[] = [];
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.on('message', (message) => lines.push(message.toString('latin1')));
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  let marks = 0;
  return {
    async settled() {
      // What is sent on loopback waits in the socket in its order; a mark that finds no room is sent again.
      const mark = `mark ${++marks}`;
      await waitFor(
        'the log is read',
        () => {
          if (lines.includes(mark)) return true;
          socket.send(mark, port, '127.0.0.1');
          return false;
        },
        patience,
      );
    },
    linesOf: (key) => lines.filter((line) => line.startsWith(key)).map((line) => line.slice(key.length)),
    stop: () => void socket.close(),
  };
}
