/**
 * Bodies far larger than memory go through a worker in both directions, framed by length and by chunks. SLUICE_BODY_GB sets
 * their size (default: 0.5).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import { startHttpWorker, type WorkerHarness } from '../support/worker-harness.ts';

const blockBytes = 256 * 1024;
const blocks = Math.ceil((Number(process.env.SLUICE_BODY_GB ?? '0.5') * 2 ** 30) / blockBytes);
const size = blocks * blockBytes;
const mostGrowth = 64 * 2 ** 20;
/** Seconds; a body that crawls is a failure too. */
const within = 120 + (blocks * blockBytes) / 2 ** 23;

type Framing = 'length' | 'chunked';

const framingLine = { length: `Content-Length: ${size}\r\n`, chunked: 'Transfer-Encoding: chunked\r\n' };
const plain = Buffer.alloc(blockBytes, 'x');
const chunk = Buffer.concat([Buffer.from(`${blockBytes.toString(16)}\r\n`), plain, Buffer.from('\r\n')]);

/** Writes all blocks as fast as the socket takes them. */
function pour(socket: Socket, framing: Framing): void {
  let left = blocks;
  const more = () => {
    while (left > 0) {
      left--;
      if (!socket.write(framing === 'length' ? plain : chunk)) break;
    }
    if (left > 0) socket.once('drain', more);
    else if (framing === 'chunked') socket.write('0\r\n\r\n');
  };
  more();
}

/** Counts what comes after the empty line that ends the head. */
function meter(socket: Socket, onHead: () => void): { head: string; bytes: number } {
  const seen = { head: '', bytes: 0 };
  socket.on('data', (data) => {
    if (seen.head.includes('\r\n\r\n')) {
      seen.bytes += data.length;
      return;
    }
    seen.head += data.toString('latin1');
    const end = seen.head.indexOf('\r\n\r\n');
    if (end < 0) return;
    seen.bytes = seen.head.length - end - 4;
    onHead();
  });
  return seen;
}

async function listen(t: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

/** Bytes of the worker's memory: now, or the highest ever. */
function memoryOf(worker: WorkerHarness, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${worker.process.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

function expected(framing: Framing): number {
  return framing === 'length' ? size : blocks * chunk.length + '0\r\n\r\n'.length;
}

async function withoutGrowth(worker: WorkerHarness, work: () => Promise<void>): Promise<void> {
  const before = memoryOf(worker, 'VmRSS');
  await work();
  const growth = memoryOf(worker, 'VmHWM') - before;
  assert.ok(growth < mostGrowth, `the worker grew by ${Math.round(growth / 2 ** 20)} MB`);
}

for (const framing of ['length', 'chunked'] as const) {
  test(`a download framed by ${framing} takes constant memory`, async (t) => {
    const port = await listen(t, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${framingLine[framing]}\r\n`);
        pour(socket, framing);
      });
    });
    const worker = await startHttpWorker(t, [port]);
    await withoutGrowth(worker, async () => {
      const client = connect(worker.port, '127.0.0.1');
      t.after(() => client.destroy());
      const seen = meter(client, () => {});
      client.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
      await waitFor('the whole body', () => seen.bytes >= expected(framing), within * 1_000);
      assert.equal(seen.bytes, expected(framing));
    });
  });

  test(`an upload framed by ${framing} takes constant memory`, async (t) => {
    let seen = { head: '', bytes: 0 };
    const port = await listen(t, (socket) => {
      socket.on('error', () => {});
      seen = meter(socket, () => {});
    });
    const worker = await startHttpWorker(t, [port]);
    await withoutGrowth(worker, async () => {
      const client = connect(worker.port, '127.0.0.1');
      t.after(() => client.destroy());
      client.on('data', () => {});
      client.write(`POST / HTTP/1.1\r\nHost: test\r\n${framingLine[framing]}\r\n`);
      pour(client, framing);
      await waitFor('the whole body', () => seen.bytes >= expected(framing), within * 1_000);
      assert.equal(seen.bytes, expected(framing));
    });
  });
}
