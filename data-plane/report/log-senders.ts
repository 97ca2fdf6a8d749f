/** The ways a line leaves the process: UDP datagrams and descriptors that the process was started with. */
import { createSocket, type Socket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseLogAddress } from '../../shared/model/log-address.ts';

/** Sends one line, which ends with a line feed. What cannot be sent is lost: traffic never waits for its log. */
export type LogSender = (line: Buffer) => void;

/** One socket for each family, whatever number of targets there is. */
const sockets = new Map<number, Socket>();

/** Makes the sender for an address; throws Error when a node cannot send there. */
export function createLogSender(text: string): LogSender {
  const address = parseLogAddress(text);
  if ('problem' in address) throw new Error(address.problem);
  switch (address.kind) {
    case 'udp': {
      const { family, port, host } = address;
      return (line) => {
        unsent++;
        udpSocket(family).send(line, port, host, onSent);
      };
    }
    case 'fd':
      return descriptorSender(address.fd);
    case 'unix':
      // Node.js has no unix datagram sockets, and the packages that have need a compiler on each node.
      throw new Error(
        `this node cannot send logs to the unix socket ${address.path}; have syslog listen on UDP, or use "stdout"`,
      );
    case 'global':
      throw new Error('"global" is no address of its own');
  }
}

let unsent = 0;
let tellAllSent = () => {};

function onSent(): void {
  if (--unsent === 0) tellAllSent();
}

/** Resolves once the datagrams so far have left, for a process that is about to end. */
export function logsSent(): Promise<void> {
  if (unsent === 0) return Promise.resolve();
  return new Promise((resolve) => {
    tellAllSent = resolve;
  });
}

function udpSocket(family: 4 | 6): Socket {
  let socket = sockets.get(family);
  if (socket === undefined) {
    // Addresses are never names, so there is nothing to look up.
    const lookup = (host: string, _options: unknown, found: (error: null, address: string, family: number) => void) =>
      found(null, host === '' ? (family === 4 ? '0.0.0.0' : '::') : host, isIP(host) || family);
    socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', lookup: lookup as never });
    socket.on('error', () => {});
    socket.unref();
    sockets.set(family, socket);
  }
  return socket;
}

/** Lines of one turn of the event loop go out in one write. */
class DescriptorWriter {
  readonly #fd: number;
  #lines: Buffer[] = [];

  constructor(fd: number) {
    this.#fd = fd;
    process.on('exit', () => this.#flush());
  }

  add(line: Buffer): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.concat(this.#lines);
    this.#lines = [];
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#fd, bytes, from);
    } catch {
      // A reader that is gone or does not keep up.
    }
  }
}

const writers = new Map<number, DescriptorWriter>();

function descriptorSender(fd: number): LogSender {
  if (fd !== 1 && fd !== 2) {
    throw new Error(`workers have no descriptor ${fd}; logs can go to fd@1 (stdout) and fd@2 (stderr)`);
  }
  const writer = writers.get(fd) ?? new DescriptorWriter(fd);
  writers.set(fd, writer);
  return (line) => writer.add(line);
}
