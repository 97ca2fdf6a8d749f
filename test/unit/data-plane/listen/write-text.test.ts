/** Texts written past the stream of a socket keep their order, are held back with the rest, and fail as the socket does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { writeText } from '../../../../data-plane/listen/write-text.ts';

async function socketPair(t: TestContext): Promise<{ writer: Socket; reader: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const writer = connect({ host: '127.0.0.1', port });
  const [reader] = (await once(server, 'connection')) as [Socket];
  if (writer.connecting) await once(writer, 'connect');
  t.after(() => {
    writer.destroy();
    reader.destroy();
    server.close();
  });
  return { writer, reader };
}

test('a reader that is late gets all of it in order, and the socket tells that it is full', async (t) => {
  const { writer, reader } = await socketPair(t);
  let expected = '';
  for (let number = 0; !writer.writableNeedDrain; number++) {
    const text = `${number}\xe9${'x'.repeat(20_000)}`;
    expected += text;
    if (number % 3 === 2) writer.write(text, 'latin1');
    else writeText(writer, text);
    assert.ok(number < 10_000, 'the socket never says that it is full');
  }
  writeText(writer, 'the end');
  writer.end();
  let received = '';
  reader.setEncoding('latin1');
  for await (const piece of reader) received += piece;
  assert.equal(received.length, expected.length + 7);
  assert.ok(received === `${expected}the end`);
});

test('what is written while the socket is corked, or connects, goes out in order', async (t) => {
  const { writer, reader } = await socketPair(t);
  writer.cork();
  writer.write('a');
  writeText(writer, 'b');
  writer.uncork();
  writeText(writer, 'c');
  const early = connect({ host: '127.0.0.1', port: writer.remotePort ?? 0 });
  writeText(early, 'd');
  early.on('error', () => {});
  early.destroy();
  writer.end();
  let received = '';
  for await (const piece of reader) received += piece;
  assert.equal(received, 'abc');
});

test('a connection that is broken ends with the error of its write', async (t) => {
  const { writer, reader } = await socketPair(t);
  const failed = once(writer, 'error');
  reader.resetAndDestroy();
  while (!writer.destroyed) {
    writeText(writer, 'x');
    await new Promise(setImmediate);
  }
  const [error] = (await failed) as [NodeJS.ErrnoException];
  assert.ok(error.code === 'EPIPE' || error.code === 'ECONNRESET', error.code);
});
