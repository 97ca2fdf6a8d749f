/** Hands out TCP ports on loopback that nothing uses, below the range the kernel takes for outgoing connections. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

const lowest = 10_000;
const blockSize = 256;
const blocks = Math.floor((32_768 - lowest) / blockSize);

/** Ports from `next` up to `end` are still to be given. */
interface Block {
  next: number;
  readonly end: number;
}

let block: Promise<Block> | undefined;

/**
 * A port on 127.0.0.1 that nothing listens on, and that no other call is given: not in this process, nor in any that
 * runs at the same time.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    block ??= claimBlock();
    const current = block;
    const ports = await current;
    if (ports.next === ports.end) {
      if (block === current) block = undefined;
      continue;
    }
    const port = ports.next++;
    if ((await listenOn(port, true)) !== undefined) return port;
  }
}

/** Several ports, each given once. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

/** A block belongs to the process that listens on its first port, for as long as it lives. */
async function claimBlock(): Promise<Block> {
  const start = Math.floor(Math.random() * blocks);
  for (let index = 0; index < blocks; index += 1) {
    const first = lowest + ((start + index) % blocks) * blockSize;
    const server = await listenOn(first, false);
    if (server === undefined) continue;
    server.unref();
    return { next: first + 1, end: first + blockSize };
  }
  throw new Error(`no free ports between ${lowest} and ${lowest + blocks * blockSize - 1}`);
}

/** Undefined where somebody else listens. */
async function listenOn(port: number, closes: boolean): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  if (closes) {
    server.close();
    await once(server, 'close');
  }
  return server;
}
