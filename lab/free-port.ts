/** Finds TCP ports on loopback that nothing uses, below the range the kernel takes for outgoing connections. */
import { once } from 'node:events';
import { createServer } from 'node:net';

const lowest = 12_000;
const highest = 31_999;
const given = new Set<number>();

/** A port on 127.0.0.1 that was free a moment ago and that this process was not given before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
