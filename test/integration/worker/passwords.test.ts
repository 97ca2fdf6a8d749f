/** A real worker that asks for passwords: what takes long to check keeps nobody else waiting. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { shaCrypt } from '../../../data-plane/passwords/sha-crypt.ts';
import { exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const request = (path: string, credentials: string, fields = 'Connection: close\r\n') =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nAuthorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n${fields}\r\n`;

/** Some half a second of work. */
const slow = shaCrypt(Buffer.from('secret'), '6', 'salt', 200_000);

async function start(t: TestContext) {
  const isWhole = (text: string) => text.endsWith(text.startsWith('POST') ? 'body' : '\r\n\r\n');
  const server = await rawServer(t, (received) => (isWhole(received) ? ok('hello') : ''));
  const worker = await startHttpWorker(t, [server.port], {
    config: { userlists: [{ name: 'staff', users: [{ name: 'ann', password: slow }] }] },
    // The backend asks; the frontend alone knows nothing of users.
    backend: { httpRequestRules: [{ name: 'r', action: 'auth', if: '{ path_beg /in } !{ http_auth(staff) }' }] },
  });
  return { server, worker };
}

suite('a password whose check takes long', () => {
  test('is checked while others are served', async (t) => {
    const { worker } = await start(t);
    const waiting = await rawClient(t, worker.port);
    waiting.send(request('/in', 'ann:secret'));
    const answer = await exchange(t, worker.port, 'GET /out HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(waiting.received, '');
    assert.match(await waiting.untilClosed(), /^HTTP\/1\.1 200 /);
  });

  test('is checked once, and the body that has come meanwhile is passed on', async (t) => {
    const { worker, server } = await start(t);
    const client = await rawClient(t, worker.port);
    client.send(request('/in', 'ann:secret', 'Content-Length: 4\r\n').replace('GET', 'POST'));
    client.send('body');
    await client.until('hello');
    assert.equal(server.connections.filter(({ received }) => received.endsWith('\r\n\r\nbody')).length, 1);
    // The thread is busy with another one meanwhile.
    const wrong = await rawClient(t, worker.port);
    wrong.send(request('/in', 'ann:wrong'));
    assert.match(await exchange(t, worker.port, request('/in', 'ann:secret')), /^HTTP\/1\.1 200 /);
    assert.equal(wrong.received, '');
    await wrong.until('401');
  });

  test('is asked for again when it is wrong', async (t) => {
    const { worker } = await start(t);
    const answer = await exchange(t, worker.port, request('/in', 'ann:wrong'));
    assert.match(answer, /^HTTP\/1\.1 401 .*\r\nwww-authenticate: Basic realm="app"\r\n/s);
    assert.match(await exchange(t, worker.port, request('/in', 'bob:secret')), /^HTTP\/1\.1 401 /);
  });

  test('is forgotten with its client', async (t) => {
    const { worker } = await start(t);
    const client = await rawClient(t, worker.port);
    client.send(request('/in', 'ann:secret'));
    client.socket.resetAndDestroy();
    assert.match(await exchange(t, worker.port, request('/in', 'ann:secret')), /^HTTP\/1\.1 200 /);
    await waitFor('no session is left', () => worker.counters('/frontends/web')?.current.sessions === 0);
  });
});
