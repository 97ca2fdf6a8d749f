/** A real worker under the options of an HTTP proxy: connection modes, reuse, retries, and what servers are told of clients. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answering, exchange, ok, type RawServer, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];

const get = (path = '/', more = '') => `GET ${path} HTTP/1.1\r\nHost: test:80\r\n${more}\r\n`;
const post = 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n';

/** Sends requests one after the other on one connection; answers all that came. */
async function ask(t: Test, port: number, requests: readonly string[], content: string): Promise<string> {
  const client = await rawClient(t, port);
  for (const [index, request] of requests.entries()) {
    client.send(request);
    await waitFor('the answer', () => client.received.split(content).length === index + 2);
  }
  client.socket.destroy();
  return client.received;
}

suite('httpConnectionMode', () => {
  test('http-server-close closes the side of the server and keeps that of the client', async (t) => {
    const server = await rawServer(t, answering('x1x'));
    const { port } = await startHttpWorker(t, [server.port], { backend: { httpConnectionMode: 'http-server-close' } });
    const received = await ask(t, port, [get(), get()], 'x1x');
    assert.doesNotMatch(received, /connection: close/i);
    assert.equal(server.connections.length, 2);
    for (const { received: sent } of server.connections) assert.match(sent, /connection: close\r\n/i);
  });

  test('httpclose closes both', async (t) => {
    const server = await rawServer(t, answering('x'));
    const { port } = await startHttpWorker(t, [server.port], {
      frontend: { httpConnectionMode: 'httpclose' },
      backend: { httpConnectionMode: 'http-server-close' },
    });
    assert.match(await exchange(t, port, get() + get()), /^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n\r\nx$/i);
    assert.match(server.connections[0]?.received ?? '', /connection: close\r\n/i);
  });
});

suite('httpReuse', () => {
  /** Connections that the server has seen after two clients with two requests each. */
  async function connectionsUnder(t: Test, httpReuse: string, request: string): Promise<RawServer['connections']> {
    const server = await rawServer(t, answering('yes'));
    const { port } = await startHttpWorker(t, [server.port], { backend: { httpReuse } });
    await ask(t, port, [request, request], 'yes');
    await ask(t, port, [request, request], 'yes');
    return server.connections;
  }

  test('never gives each client connections of its own', async (t) => {
    assert.equal((await connectionsUnder(t, 'never', get())).length, 2);
  });

  test('safe shares them for requests that can be sent again, others begin on a fresh one', async (t) => {
    assert.equal((await connectionsUnder(t, 'safe', get())).length, 1);
    assert.equal((await connectionsUnder(t, 'safe', post)).length, 2);
  });

  test('aggressive begins on one that has lasted, always on any', async (t) => {
    assert.equal((await connectionsUnder(t, 'aggressive', post)).length, 1);
    assert.equal((await connectionsUnder(t, 'always', post)).length, 1);
  });
});

suite('retryOn', () => {
  /** A first server that always answers like this, and a good one. */
  async function withBadServer(t: Test, retryOn: readonly string[], bad: string, timeouts = {}) {
    const first = await rawServer(t, () => bad);
    const second = await rawServer(t, answering('good'));
    const backend = { retryOn, redispatch: true, timeouts };
    return startHttpWorker(t, [first.port, second.port], { backend });
  }

  test('a status sends an idempotent request to another server', async (t) => {
    const bad = 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy';
    const { port } = await withBadServer(t, ['503'], bad);
    await ask(t, port, [get(), get(), get(), get()], 'good');
    const { port: other } = await withBadServer(t, ['502'], bad);
    assert.match(await exchange(t, other, get('/', 'Connection: close\r\n')), /^HTTP\/1\.1 503 Busy/);
  });

  test('junk and a silent server do so too', async (t) => {
    const { port } = await withBadServer(t, ['junk-response'], 'garbage\r\n\r\n');
    await ask(t, port, [get(), get()], 'good');
    const { port: slow } = await withBadServer(t, ['all-retryable-errors'], '', { server: '100ms' });
    await ask(t, slow, [get(), get()], 'good');
  });

  test('a request that is not idempotent is not sent again', async (t) => {
    const { port } = await withBadServer(t, ['all-retryable-errors'], 'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n');
    const statuses: string[] = [];
    for (let count = 0; count < 2; count++) {
      const answer = await exchange(t, port, post.replace('Host', 'Connection: close\r\nHost'));
      statuses.push(answer.slice(9, 12));
    }
    assert.deepEqual(statuses.sort(), ['200', '500']);
  });

  test('the last answer stands when no retry is left', async (t) => {
    const server = await rawServer(t, () => 'HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n');
    const worker = await startHttpWorker(t, [server.port], { backend: { retryOn: ['504'], retries: 2 } });
    assert.match(await exchange(t, worker.port, get('/', 'Connection: close\r\n')), /^HTTP\/1\.1 504 Late/);
    assert.equal((await worker.freshCounters('/backends/app')).total.retries, 2);
  });
});

suite('what servers are told of clients', () => {
  async function sent(t: Test, frontend: object, backend: object, request = get()): Promise<string> {
    const server = await rawServer(t, () => ok('x'));
    const { port } = await startHttpWorker(t, [server.port], { frontend, backend });
    await ask(t, port, [request], '\r\n\r\nx');
    return server.connections[0]?.received ?? '';
  }

  test('originalto', async (t) => {
    assert.match(await sent(t, { originalto: {} }, {}), /\r\nX-Original-To: 127\.0\.0\.1\r\n/);
    assert.match(await sent(t, { originalto: {} }, { originalto: { header: 'X-Dst' } }), /\r\nX-Dst: 127\.0\.0\.1\r\n/);
    assert.doesNotMatch(await sent(t, { originalto: { except: '127.0.0.1' } }, {}), /original/i);
  });

  test('forwarded', async (t) => {
    assert.match(await sent(t, { forwarded: {} }, {}), /\r\nforwarded: proto=http;for=127\.0\.0\.1\r\n/);
    assert.match(
      await sent(t, {}, { forwarded: { host: true, by: true, proto: false } }),
      /\r\nforwarded: host="test:80";by=127\.0\.0\.1;for=127\.0\.0\.1\r\n/,
    );
  });

  test('forwardfor, unless the request has the field already', async (t) => {
    const has = get('/', 'X-Forwarded-For: 10.0.0.1\r\n');
    assert.doesNotMatch(await sent(t, { forwardfor: { ifNone: true } }, {}, has), /127\.0\.0\.1/);
    assert.match(await sent(t, { forwardfor: {} }, {}, has), /10\.0\.0\.1\r\nX-Forwarded-For: 127\.0\.0\.1\r\n/);
  });
});

suite('half-closed connections', () => {
  test('of mode tcp end after clientFin without a byte', async (t) => {
    const server = await rawServer(t, () => '');
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { mode: 'tcp', timeouts: { clientFin: '100ms' } },
      backend: { mode: 'tcp' },
    });
    const client = await rawClient(t, worker.port);
    await waitFor('the connection at the server', () => server.connections.length === 1);
    server.connections[0]?.socket.removeAllListeners('end');
    client.socket.end('bye');
    await client.untilClosed();
  });
});

suite('tarpit', () => {
  const httpRequestRules = [{ name: 't', action: 'tarpit' as const, status: 429, if: '{ path /robot }' }];

  test('holds the request for its timeout, then answers; others pass', async (t) => {
    const server = await rawServer(t, answering('fine'));
    const { port, freshCounters } = await startHttpWorker(t, [server.port], {
      frontend: { httpRequestRules, timeouts: { tarpit: '300ms' } },
    });
    const startedAt = performance.now();
    assert.match(await exchange(t, port, get('/robot', 'Connection: close\r\n')), /^HTTP\/1\.1 429 /);
    const held = performance.now() - startedAt;
    assert.ok(held >= 290 && held < 2_000, `${held} ms`);
    assert.match(await exchange(t, port, get('/', 'Connection: close\r\n')), /fine$/);
    assert.equal(server.connections.length, 1);
    assert.equal((await freshCounters('/frontends/web')).total.deniedRequests, 1);
  });

  test('a client that goes meanwhile is held no more', async (t) => {
    const { port, counters } = await startHttpWorker(t, [], {
      frontend: { httpRequestRules, timeouts: { tarpit: '1h' } },
    });
    const client = await rawClient(t, port);
    client.send(get('/robot'));
    await waitFor('the request is held', () => counters('/frontends/web')?.total.deniedRequests === 1);
    client.socket.resetAndDestroy();
    await waitFor('the session ends', () => counters('/frontends/web')?.current.sessions === 0);
  });
});
