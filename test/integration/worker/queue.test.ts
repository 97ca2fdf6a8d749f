/** Requests wait while every server has as many sessions as maxconn lets it. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import { exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`;

/** A server that answers only when it is told to. */
async function holdingServer(t: Test) {
  const held: { path: string; socket: Socket }[] = [];
  const server = await rawServer(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n'))
      held.push({ path: received.split(' HTTP/1.1').at(-2)?.split(' ').at(-1) ?? '', socket });
    return '';
  });
  return {
    port: server.port,
    held,
    answerNext() {
      const { path = '', socket } = held.shift() ?? {};
      socket?.write(ok(path));
    },
  };
}

async function startQueue(t: Test, backend: object, servers: object[] = [{}]) {
  const server = await holdingServer(t);
  const worker = await startHttpWorker(t, []);
  const activate = (more: object[]) =>
    worker.activate({
      ...worker.config,
      backends: [
        {
          name: 'app',
          ...backend,
          servers: more.map((settings, index) => ({
            name: `s${index + 1}`,
            address: '127.0.0.1',
            port: server.port,
            maxconn: 1,
            ...settings,
          })),
        },
      ],
    });
  await activate(servers);
  const queued = async (count: number) =>
    waitFor(`${count} queued`, () => worker.counters('/backends/app')?.current.queued === count);
  return { ...server, worker, port: worker.port, activate, queued };
}

suite('maxconn of a server', { concurrency: 3 }, () => {
  test('lets one request at a time pass, the others wait their turn', async (t) => {
    const { port, held, answerNext, queued, worker } = await startQueue(t, {});
    const first = exchange(t, port, get('/1'));
    await waitFor('the first', () => held.length === 1);
    const second = exchange(t, port, get('/2'));
    await queued(1);
    const third = exchange(t, port, get('/3'));
    await queued(2);
    assert.equal(held.length, 1);
    for (const [answer, path] of [
      [first, '/1'],
      [second, '/2'],
      [third, '/3'],
    ] as const) {
      await waitFor(`${path} at the server`, () => held.length > 0);
      assert.equal(held.length, 1);
      assert.equal(held[0]?.path, path);
      answerNext();
      assert.match(await answer, new RegExp(`^HTTP/1\\.1 200 [\\s\\S]*${path}$`));
    }
    const { current, max } = await worker.freshCounters('/backends/app');
    assert.deepEqual([current.queued, max.queued, current.sessions], [0, 2, 0]);
    assert.equal((await worker.freshCounters('/backends/app/servers/s1')).max.sessions, 1);
  });

  test('a request that waits too long is answered with 503, and the next is served', async (t) => {
    const { port, held, answerNext } = await startQueue(t, { timeouts: { queue: '150ms' } });
    const first = exchange(t, port, get('/1'));
    await waitFor('the first', () => held.length === 1);
    assert.match(await exchange(t, port, get('/2')), /^HTTP\/1\.1 503 /);
    answerNext();
    assert.match(await first, /^HTTP\/1\.1 200 /);
    const third = exchange(t, port, get('/3'));
    await waitFor('the third', () => held.length === 1);
    answerNext();
    assert.match(await third, /^HTTP\/1\.1 200 /);
  });

  test('a client that goes while it waits leaves the queue', async (t) => {
    const { port, held, answerNext, queued } = await startQueue(t, {});
    const first = exchange(t, port, get('/1'));
    await waitFor('the first', () => held.length === 1);
    const second = await rawClient(t, port);
    second.send(get('/2'));
    await queued(1);
    const third = exchange(t, port, get('/3'));
    await queued(2);
    second.socket.resetAndDestroy();
    await queued(1);
    answerNext();
    await first;
    await waitFor('the third', () => held.length === 1);
    assert.equal(held[0]?.path, '/3');
    answerNext();
    assert.match(await third, /^HTTP\/1\.1 200 /);
  });

  test('who waits is answered with 503 when no server is left', async (t) => {
    const { port, held, queued, worker } = await startQueue(t, {});
    const first = await rawClient(t, port);
    first.send(get('/1'));
    await waitFor('the first', () => held.length === 1);
    const second = exchange(t, port, get('/2'));
    await queued(1);
    worker.setServers([{ uid: '/backends/app/servers/s1', state: 'down', weight: 1 }]);
    assert.match(await second, /^HTTP\/1\.1 503 /);
  });

  test('a new version with more room serves who waits', async (t) => {
    const { port, held, answerNext, queued, activate } = await startQueue(t, {});
    const first = exchange(t, port, get('/1'));
    await waitFor('the first', () => held.length === 1);
    const second = exchange(t, port, get('/2'));
    await queued(1);
    await activate([{}, {}]);
    await waitFor('the second', () => held.length === 2);
    answerNext();
    answerNext();
    assert.match(await first, /^HTTP\/1\.1 200 /);
    assert.match(await second, /^HTTP\/1\.1 200 /);
  });

  test('connections of mode tcp wait too', async (t) => {
    const server = await rawServer(t, (received) => received);
    const worker = await startHttpWorker(t, []);
    const [frontend] = worker.config.frontends ?? [];
    await worker.activate({
      frontends: [{ ...frontend, name: 'web', mode: 'tcp' }],
      backends: [
        { name: 'app', mode: 'tcp', servers: [{ name: 's1', address: '127.0.0.1', port: server.port, maxconn: 1 }] },
      ],
    });
    const first = await rawClient(t, worker.port);
    first.send('one');
    await first.until('one');
    const second = await rawClient(t, worker.port);
    second.send('two');
    await waitFor('the second waits', () => worker.counters('/backends/app')?.current.queued === 1);
    assert.equal(server.connections.length, 1);
    first.socket.destroy();
    await second.until('two');
  });
});
