/** A real worker in mode tcp. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const tcp = { frontend: { mode: 'tcp' }, backend: { mode: 'tcp', redispatch: true } };

suite('mode tcp', () => {
  test('passes bytes both ways and keeps a half-closed connection', async (t) => {
    const server = await rawServer(t, (received) => received.toUpperCase());
    const { port } = await startHttpWorker(t, [server.port], tcp);
    const client = await rawClient(t, port);
    client.send('ping');
    await client.until('PING');
    client.socket.end('last');
    assert.equal(await client.untilClosed(), 'PINGLAST');
  });

  test('passes on what a server says first', async (t) => {
    const server = await rawServer(t, () => '');
    const { port } = await startHttpWorker(t, [server.port], tcp);
    const client = await rawClient(t, port);
    await waitFor('the connection at the server', () => server.connections.length === 1);
    server.connections[0]?.socket.write('welcome');
    await client.until('welcome');
  });

  test('goes to another server when one refuses, and closes when none is left', async (t) => {
    const server = await rawServer(t, (received) => received);
    const worker = await startHttpWorker(t, [await freePort(), server.port], tcp);
    for (let count = 0; count < 4; count++) {
      const client = await rawClient(t, worker.port);
      client.send(`hello ${count}`);
      await client.until(`hello ${count}`);
      client.socket.destroy();
    }
    await server.close();
    const client = await rawClient(t, worker.port);
    assert.equal(await client.untilClosed(), '');
  });

  test('spreads connections to the least busy server', async (t) => {
    const first = await rawServer(t, (received) => received);
    const second = await rawServer(t, (received) => received);
    const { port } = await startHttpWorker(t, [first.port, second.port], {
      frontend: { mode: 'tcp' },
      backend: { mode: 'tcp', balance: { algorithm: 'leastconn' } },
    });
    for (let count = 0; count < 6; count++) {
      const client = await rawClient(t, port);
      client.send('x');
      await client.until('x');
    }
    assert.deepEqual([first.connections.length, second.connections.length], [3, 3]);
  });

  test('a broken server connection ends the client connection', async (t) => {
    const server = await rawServer(t, (_received, socket) => {
      socket.resetAndDestroy();
      return '';
    });
    const worker = await startHttpWorker(t, [server.port], tcp);
    const client = await rawClient(t, worker.port);
    client.send('x');
    await client.untilClosed();
    await waitFor('the session to end', () => worker.counters('/frontends/web')?.current.sessions === 0);
  });
});
