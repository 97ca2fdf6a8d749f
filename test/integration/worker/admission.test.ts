/** Connections beyond the limits of a frontend or of the node are held until there is room. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import type { WorkerMessage } from '../../../data-plane/node/worker-messages.ts';
import { freePort } from '../../../lab/free-port.ts';
import { answering, exchange, type RawClient, rawClient, rawServer } from '../../support/raw-http.ts';
import { snapshotOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker, startWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];

const get = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';
const getAndClose = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';

/** What came until the end; the client then ends its half too, with which the connection is over. */
async function answerTo(client: RawClient): Promise<string> {
  const answer = await client.untilClosed();
  client.socket.end();
  return answer;
}

async function startLimited(t: Test, frontend: object) {
  const server = await rawServer(t, answering('ok'));
  const worker = await startHttpWorker(t, [server.port], { frontend });
  const openFiles = () => readdirSync(`/proc/${worker.process.pid}/fd`).length;
  /** Connects clients that each send a request; resolves once the worker has accepted them all. */
  const crowd = async (count: number): Promise<RawClient[]> => {
    const before = openFiles();
    const clients = await Promise.all(Array.from({ length: count }, () => rawClient(t, worker.port)));
    await waitFor('all are accepted', () => openFiles() >= before + count);
    for (const client of clients) client.send(getAndClose);
    return clients;
  };
  return { ...worker, server, openFiles, crowd };
}

suite('maxconn of a frontend', { concurrency: 3 }, () => {
  test('connections beyond it are served one by one as others end', async (t) => {
    const { port, crowd, freshCounters } = await startLimited(t, { maxconn: 2 });
    const kept = [await rawClient(t, port), await rawClient(t, port)] as const;
    for (const client of kept) client.send(get);
    for (const client of kept) await client.until('ok');
    const held = await crowd(5);
    const { current, total } = await freshCounters('/frontends/web');
    assert.deepEqual([current.sessions, total.connections, total.requests], [2, 2, 2]);
    assert.deepEqual(new Set(held.map(({ received }) => received)), new Set(['']));
    kept[0].socket.end();
    for (const client of held) assert.match(await answerTo(client), /^HTTP\/1\.1 200 [\s\S]*ok$/);
    assert.equal((await freshCounters('/frontends/web')).max.sessions, 2);
  });

  test('timeouts do not run while a connection is held', async (t) => {
    const timeouts = { httpRequest: '200ms', httpKeepAlive: '1m', client: '200ms' };
    const { port, crowd, freshCounters } = await startLimited(t, { maxconn: 1, timeouts });
    const first = await rawClient(t, port);
    first.send(get);
    await first.until('ok');
    const [second] = (await crowd(1)) as [RawClient];
    // Two reports are at least a second apart.
    await freshCounters('/frontends/web');
    assert.deepEqual([second.received, second.ended], ['', false]);
    first.socket.end();
    assert.match(await answerTo(second), /^HTTP\/1\.1 200 /);
  });

  test('a client that breaks its connection is let go at once, one that ends it when its turn comes', async (t) => {
    const { port, crowd, openFiles, freshCounters } = await startLimited(t, { maxconn: 1 });
    const first = await rawClient(t, port);
    first.send(get);
    await first.until('ok');
    const before = openFiles();
    const silent = await rawClient(t, port);
    const [broken, last] = (await crowd(2)) as [RawClient, RawClient];
    broken.socket.resetAndDestroy();
    await waitFor('it is let go', () => openFiles() === before + 2);
    silent.socket.end();
    assert.equal(last.received, '');
    first.socket.end();
    assert.match(await answerTo(last), /^HTTP\/1\.1 200 /);
    const { total, current } = await freshCounters('/frontends/web');
    assert.deepEqual([total.connections, total.requests, current.sessions], [3, 2, 0]);
  });

  test('a drained worker ends held connections without a reset', async (t) => {
    const { port, crowd, drain, process } = await startLimited(t, { maxconn: 1 });
    const first = await rawClient(t, port);
    first.send('GET / HTTP/1.1\r\n');
    const held = await crowd(3);
    drain();
    for (const client of held) {
      assert.equal(await answerTo(client), '');
      assert.equal(client.failed, false);
    }
    first.send('Host: test\r\n\r\n');
    assert.match(await first.untilClosed(), /^HTTP\/1\.1 200 /);
    await waitFor('the worker ends', () => process.exitCode === 0);
  });

  test('a new version without the limit serves who was held, one without the frontend turns them away', async (t) => {
    const { port, config, crowd, activate } = await startLimited(t, { maxconn: 1 });
    const first = await rawClient(t, port);
    first.send(get);
    await first.until('ok');
    const held = await crowd(2);
    const [web] = config.frontends ?? [];
    await activate({ ...config, frontends: [{ ...web, name: 'web', maxconn: 0 }] });
    for (const client of held) assert.match(await answerTo(client), /^HTTP\/1\.1 200 /);
    await activate({ ...config, frontends: [{ ...web, name: 'web', maxconn: 1 }] });
    const others = await crowd(2);
    await activate({ ...config, frontends: [] });
    for (const client of others) {
      assert.equal(await client.untilClosed(), '');
      assert.equal(client.failed, false);
    }
  });

  test('connections of mode tcp are held too, and no server hears of them', async (t) => {
    const server = await rawServer(t, (received) => received);
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { mode: 'tcp', maxconn: 1 },
      backend: { mode: 'tcp' },
    });
    const first = await rawClient(t, worker.port);
    first.send('one');
    await first.until('one');
    const second = await rawClient(t, worker.port);
    second.send('two');
    await worker.freshCounters('/frontends/web');
    assert.equal(server.connections.length, 1);
    first.socket.destroy();
    await second.until('two');
  });

  test('global.maxconn counts the connections of all frontends', async (t) => {
    const worker = await startLimited(t, {});
    const other = await freePort();
    const [web] = worker.config.frontends ?? [];
    await worker.activate({
      ...worker.config,
      global: { maxconn: 1 },
      frontends: [
        { ...web, name: 'web' },
        { name: 'other', binds: [{ name: 'b', address: '127.0.0.1', port: other }], defaultBackend: 'app' },
      ],
    });
    const first = await rawClient(t, other);
    first.send(get);
    await first.until('ok');
    const [second] = (await worker.crowd(1)) as [RawClient];
    assert.equal((await worker.freshCounters('/frontends/web')).total.connections, 0);
    first.socket.end();
    assert.match(await answerTo(second), /^HTTP\/1\.1 200 /);
  });

  test('rate-limit sessions makes connections wait for the next second', async (t) => {
    const { port } = await startLimited(t, { rateLimitSessions: 3 });
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 7 }, () => exchange(t, port, getAndClose)));
    assert.ok(answers.every((answer) => answer.startsWith('HTTP/1.1 200 ')));
    assert.ok(performance.now() - startedAt > 2_000);
  });

  test('slots that are recalled before the version is in force are given back once it is', async (t) => {
    const { process } = await startWorker(t);
    const answers: WorkerMessage[] = [];
    process.on('message', (message: WorkerMessage) => answers.push(message));
    const said = (type: WorkerMessage['type']) => answers.find((message) => message.type === type);
    const snapshot = snapshotOf({ global: { maxconn: 4 }, frontends: [{ name: 'web', maxconn: 4 }] });
    const slots = { global: 2, '/frontends/web': 2 };
    const more = { servers: [], slots, workers: 1, tables: [], variables: { set: [], planned: [] } };
    process.send({
      type: 'stage',
      activation: 1,
      epoch: 'test',
      version: 1,
      snapshot: JSON.stringify(snapshot),
      ...more,
    });
    for (const uid of Object.keys(slots)) process.send({ type: 'recall-slots', uid, count: 1, busy: false });
    await waitFor('it is staged', () => said('staged'));
    assert.equal(said('return-slots'), undefined);
    process.send({ type: 'commit', activation: 1 });
    await waitFor('it is committed', () => said('committed'));
    assert.deepEqual(
      answers.filter(({ type }) => type === 'return-slots'),
      Object.keys(slots).map((uid) => ({ type: 'return-slots', uid, count: 1 })),
    );
  });
});
