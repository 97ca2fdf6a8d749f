/** The servers behind every proxy: one nginx on two ports for answers, one Node process that swallows uploads. */
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild, startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { startNginx } from '../../lab/nginx.ts';
import { waitUntil } from '../../lab/wait-until.ts';

export interface Origin {
  /** Two ports that answer /100 (100 bytes), /10k (a file of 10,000), /big and, to a POST, /post. */
  ports: readonly [number, number];
  /** The port that reads a body to its end before it answers. */
  uploadPort: number;
  /** The file that /big answers with, for uploads too. */
  bigFile: string;
  bigBytes: number;
}

/** Starts the servers; they end with the stack. */
export async function startOrigin(stack: AsyncDisposableStack, folder: string, bigBytes: number): Promise<Origin> {
  const root = join(folder, 'files');
  await mkdir(root, { recursive: true });
  const bigFile = join(root, 'big');
  await writeFile(join(root, '10k'), 'x'.repeat(10_000));
  await writeFile(bigFile, '');
  await truncate(bigFile, bigBytes);
  const ports = [await freePort(), await freePort()] as const;
  const uploadPort = await freePort();
  const http = `
    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    client_max_body_size 0;
    sendfile on;
    tcp_nopush on;
    server {
      listen 127.0.0.1:${ports[0]} backlog=4096;
      listen 127.0.0.1:${ports[1]} backlog=4096;
      default_type text/plain;
      root ${root};
      location = / { return 200 "origin"; }
      location ~ /100$ { return 200 "${'x'.repeat(100)}"; }
      location = /post { return 200 "ok"; }
    }`;
  await startOwned(stack, () => startNginx({ name: 'origin', folder: join(folder, 'origin'), port: ports[0], http }));
  await startSink(stack, uploadPort);
  return { ports, uploadPort, bigFile, bigBytes };
}

async function startSink(stack: AsyncDisposableStack, port: number): Promise<void> {
  const script = join(import.meta.dirname, 'sink.ts');
  const sink = await startOwned(stack, () => startChild('sink', process.execPath, [script, String(port)]), 'SIGKILL');
  await waitUntil(`sink on port ${port}`, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok, { child: sink });
}
