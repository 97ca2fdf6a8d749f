/** A real worker when clients or servers misbehave, break off, or are not there. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { answering, exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: test\r\n${more}\r\n`;

suite('answers in place of a server', () => {
  test('503 without a backend, 403 by a rule, both on a connection that lives on', async (t) => {
    const worker = await startHttpWorker(t, [1]);
    const [frontend] = worker.config.frontends ?? [];
    assert.ok(frontend);
    const { defaultBackend: _, ...alone } = frontend;
    await worker.activate({
      frontends: [{ ...alone, httpRequestRules: [{ name: 'no', action: 'deny', if: '{ path /secret }' }] }],
    });
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('No server is available to handle this request.');
    client.send(get('/secret'));
    await client.until('Request forbidden by administrative rules.');
  });

  test('502 for an answer that is no HTTP, and for one that breaks the rules', async (t) => {
    const answers = [
      'garbage\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n',
    ];
    for (const answer of answers) {
      const server = await rawServer(t, () => answer);
      const { port } = await startHttpWorker(t, [server.port]);
      const client = await rawClient(t, port);
      client.send(get('/'));
      assert.match(await client.until('</html>'), /^HTTP\/1\.1 502 Bad Gateway/);
    }
  });

  test('504 when the server does not answer in time', async (t) => {
    const server = await rawServer(t, () => '');
    const { port } = await startHttpWorker(t, [server.port], { backend: { timeouts: { server: '100ms' } } });
    const client = await rawClient(t, port);
    client.send(get('/'));
    assert.match(await client.until('</html>'), /^HTTP\/1\.1 504 Gateway Time-out/);
  });

  test('400, 414 and 431 for requests that cannot be read, without troubling a server', async (t) => {
    const server = await rawServer(t, answering('x'));
    const { port } = await startHttpWorker(t, [server.port]);
    assert.match(await exchange(t, port, 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await exchange(t, port, 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await exchange(t, port, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`), /^HTTP\/1\.1 414 /);
    assert.match(
      await exchange(t, port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    assert.equal(server.connections.length, 0);
  });

  test('400 for a chunked body that breaks the rules', async (t) => {
    const server = await rawServer(t, () => '');
    const { port } = await startHttpWorker(t, [server.port]);
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    assert.match(await exchange(t, port, `${head}xyz\r\n`), /^HTTP\/1\.1 400 /);
    assert.doesNotMatch(server.connections[0]?.received ?? '', /xyz/);
  });
});

suite('servers that are not there', () => {
  test('a refused connection is retried on another server with redispatch, and no request fails', async (t) => {
    const server = await rawServer(t, answering('alive'));
    const worker = await startHttpWorker(t, [await freePort(), server.port], { backend: { redispatch: true } });
    const client = await rawClient(t, worker.port);
    for (let count = 1; count <= 4; count++) {
      client.send(get('/'));
      await waitFor('the answer', () => client.received.split('alive').length === count + 1);
    }
    const { total } = await worker.freshCounters('/backends/app');
    assert.equal(total.responses2xx, 4);
    assert.equal(total.responses5xx, 0);
    assert.ok(total.redispatches >= 2);
    assert.equal(total.retries, total.redispatches);
  });

  test('503 when no server can be reached and when none is available', async (t) => {
    const port = await freePort();
    const worker = await startHttpWorker(t, [port], { backend: { retries: 0 } });
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('503 Service Unavailable');
    worker.setServers([{ uid: '/backends/app/servers/s1', state: 'down', weight: 1 }]);
    const { total } = await worker.freshCounters('/backends/app/servers/s1');
    assert.equal(total.connectionErrors, 1);
    client.send(get('/'));
    await waitFor('the second answer', () => client.received.split('503 Service').length === 3);
    assert.equal((await worker.freshCounters('/backends/app/servers/s1')).total.connectionErrors, 1);
  });

  test('a backup server takes the traffic only while all others are down', async (t) => {
    const main = await rawServer(t, answering('main'));
    const spare = await rawServer(t, answering('spare'));
    const worker = await startHttpWorker(t, [], {
      backend: {
        servers: [
          { name: 'main', address: '127.0.0.1', port: main.port },
          { name: 'spare', address: '127.0.0.1', port: spare.port, backup: true },
        ],
      },
    });
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('main');
    worker.setServers([{ uid: '/backends/app/servers/main', state: 'down', weight: 1 }]);
    await worker.freshCounters('/backends/app');
    client.send(get('/'));
    await client.until('spare');
    worker.setServers([{ uid: '/backends/app/servers/main', state: 'up', weight: 1 }]);
    await worker.freshCounters('/backends/app');
    client.send(get('/'));
    await waitFor('main again', () => client.received.split('main').length === 3);
  });

  test('a pooled connection that the server closes just as it is used costs no client an error', async (t) => {
    const server = await rawServer(t, (received, socket, connection) => {
      if (connection === 0 && received.includes('/second')) {
        socket.destroy();
        return '';
      }
      return received.endsWith('\r\n\r\n') ? ok(`from ${connection}`) : '';
    });
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(get('/first'));
    await client.until('from 0');
    client.send(get('/second'));
    await client.until('from 1');
  });

  test('an idempotent request whose server closes without an answer goes to another one; a POST does not', async (t) => {
    const closing = await rawServer(t, (_received, socket) => {
      socket.destroy();
      return '';
    });
    const good = await rawServer(t, answering('good'));
    const { port } = await startHttpWorker(t, [closing.port, good.port], { backend: { redispatch: true } });
    const client = await rawClient(t, port);
    for (let count = 1; count <= 4; count++) {
      client.send(get('/'));
      await waitFor('the answer', () => client.received.split('good').length === count + 1);
    }
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    const answers = [await exchange(t, port, post), await exchange(t, port, post)].map((text) => text.slice(9, 12));
    assert.ok(answers.includes('502'), answers.join());
  });
});

suite('connections that break', () => {
  test('an answer cut short cuts the client connection too', async (t) => {
    const server = await rawServer(t, (_received, socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
      return '';
    });
    const worker = await startHttpWorker(t, [server.port]);
    const received = await exchange(t, worker.port, get('/'));
    assert.match(received, /part$/);
    assert.equal((await worker.freshCounters('/backends/app')).total.serverAborts, 1);
  });

  test('a client that resets its connection frees the server at once', async (t) => {
    const server = await rawServer(t, () => '');
    const worker = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await waitFor('the request at the server', () => server.connections[0]?.received);
    client.socket.resetAndDestroy();
    await waitFor('the server side closed', () => server.connections[0]?.ended === true);
    const { current, total } = await worker.freshCounters('/frontends/web');
    assert.equal(current.sessions, 0);
    assert.equal(total.clientAborts, 1);
  });

  test('a client that only ends its sending side still gets its answer', async (t) => {
    const server = await rawServer(t, answering('late'));
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.socket.end(get('/'));
    assert.match(await client.untilClosed(), /late$/);
  });

  test('a drained worker finishes its requests, tells clients to close, and exits', async (t) => {
    let answer = (): void => {};
    const server = await rawServer(t, (received, socket) => {
      if (received.endsWith('\r\n\r\n')) answer = () => socket.write(ok('finished'));
      return '';
    });
    const worker = await startHttpWorker(t, [server.port]);
    const busy = await rawClient(t, worker.port);
    const idle = await rawClient(t, worker.port);
    busy.send(get('/'));
    await waitFor('the request at the server', () => server.connections[0]?.received.endsWith('\r\n\r\n'));
    worker.drain();
    assert.equal(await idle.untilClosed(), '');
    answer();
    assert.match(await busy.untilClosed(), /connection: close\r\n\r\nfinished$/i);
    await waitFor('the worker to exit', () => worker.process.exitCode === 0);
  });
});

suite('a new version', () => {
  test('takes effect at the next request of a connection that lives on, and keeps counters and turns', async (t) => {
    const first = await rawServer(t, answering('first'));
    const second = await rawServer(t, answering('second'));
    const worker = await startHttpWorker(t, [first.port]);
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('first');
    const [backend] = worker.config.backends ?? [];
    assert.ok(backend);
    await worker.activate({
      ...worker.config,
      backends: [{ ...backend, servers: [{ name: 's2', address: '127.0.0.1', port: second.port }] }],
    });
    client.send(get('/'));
    await client.until('second');
    assert.equal((await worker.freshCounters('/frontends/web')).total.requests, 2);
  });

  test('that does not compile leaves the old one serving', async (t) => {
    const server = await rawServer(t, answering('still here'));
    const worker = await startHttpWorker(t, [server.port]);
    await assert.rejects(
      worker.activate({ ...worker.config, backends: [] }),
      /\/frontends\/web: there is no backend "app"/,
    );
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('still here');
  });

  test('without a bind stops accepting there', async (t) => {
    const server = await rawServer(t, answering('x'));
    const worker = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await client.until('x');
    await worker.activate({ frontends: [], backends: [] });
    client.send(get('/'));
    await waitFor('the last answer of the removed frontend', () => client.received.split('\r\n\r\nx').length === 3);
  });
});
