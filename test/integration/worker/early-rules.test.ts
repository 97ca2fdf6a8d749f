/** A real worker with rules that decide before a request is read, or which server it goes to. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answering, exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`;

suite('tcp-request rules', () => {
  for (const type of ['connection', 'session'] as const) {
    test(`of type ${type} close a connection that has brought nothing`, async (t) => {
      const worker = await startHttpWorker(t, [], {
        frontend: { tcpRequestRules: [{ name: 'r', action: 'reject', type, if: '{ src 127.0.0.1 }' }] },
      });
      const client = await rawClient(t, worker.port);
      assert.equal(await client.untilClosed(), '');
      assert.equal((await worker.freshCounters('/frontends/web')).total.sessions, 0);
    });
  }

  test('of type content judge each request', async (t) => {
    const server = await rawServer(t, answering('hello'));
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { tcpRequestRules: [{ name: 'r', action: 'reject', type: 'content', if: '{ path /no }' }] },
    });
    const client = await rawClient(t, worker.port);
    client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await client.until('hello');
    client.send('GET /no HTTP/1.1\r\nHost: h\r\n\r\n');
    assert.equal((await client.untilClosed()).split('HTTP/1.1').length, 2);
    assert.equal((await worker.freshCounters('/frontends/web')).total.deniedRequests, 1);
  });

  test('of type content end connections in mode tcp, those of the backend too', async (t) => {
    const server = await rawServer(t, () => 'hello');
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { mode: 'tcp', tcpRequestRules: [{ name: 'a', action: 'accept', type: 'content' }] },
      backend: { mode: 'tcp', tcpRequestRules: [{ name: 'r', action: 'silent-drop', type: 'content' }] },
    });
    // The reset may come before the client has noticed that it is connected.
    const received = await rawClient(t, worker.port).then(
      (client) => client.untilClosed(),
      (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? '' : error.message),
    );
    assert.equal(received, '');
    assert.equal(server.connections.length, 0);
    assert.equal((await worker.freshCounters('/backends/app')).total.deniedRequests, 1);
  });
});

test('a request for the monitor is answered before rules, and not counted', async (t) => {
  const worker = await startHttpWorker(t, [], {
    frontend: {
      monitorUri: '/mon',
      monitorFail: [{ if: '{ hdr(x-fail) 1 }' }],
      httpRequestRules: [{ name: 'd', action: 'deny' }],
    },
  });
  assert.match(await exchange(t, worker.port, get('/mon')), /^HTTP\/1\.1 200 OK[\s\S]*Service ready\./);
  assert.match(await exchange(t, worker.port, get('/mon', 'X-Fail: 1\r\n')), /^HTTP\/1\.1 503 /);
  assert.match(await exchange(t, worker.port, get('/mon?x')), /^HTTP\/1\.1 403 /);
  assert.equal((await worker.freshCounters('/frontends/web')).total.requests, 1);
});

suite('rules for servers', () => {
  test('choose the server unless it is down, and servers are told their name', async (t) => {
    const servers = [await rawServer(t, answering('one')), await rawServer(t, answering('two'))];
    const worker = await startHttpWorker(
      t,
      servers.map(({ port }) => port),
      {
        backend: {
          serverSwitchingRules: [{ name: 'r', server: 's2', if: '{ path /two }' }],
          httpSendNameHeader: 'X-Server',
        },
      },
    );
    const ask = async (path: string) => (await exchange(t, worker.port, get(path, 'x-server: me\r\n'))).slice(-3);
    assert.deepEqual([await ask('/two'), await ask('/two'), await ask('/two')], ['two', 'two', 'two']);
    assert.match(
      servers[1]?.connections[0]?.received ?? '',
      /^GET \/two HTTP\/1\.1\r\nHost: h\r\nX-Server: s2\r\n\r\n/,
    );
    worker.setServers([{ uid: '/backends/app/servers/s2', state: 'down', weight: 1 }]);
    await worker.freshCounters('/backends/app');
    assert.equal(await ask('/two'), 'one');
  });

  test('a retry at another server names that one', async (t) => {
    const server = await rawServer(t, () => ok('one'));
    const closed = await rawServer(t, answering(''));
    await closed.close();
    const worker = await startHttpWorker(t, [server.port, closed.port], {
      backend: {
        serverSwitchingRules: [{ name: 'r', server: 's2' }],
        httpSendNameHeader: 'X-Server',
        redispatch: true,
      },
    });
    const body = 'Content-Length: 2\r\n\r\nab';
    const answer = await exchange(t, worker.port, `PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${body}`);
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.match(server.connections[0]?.received ?? '', /\r\nX-Server: s1\r\n\r\nab$/);
    assert.doesNotMatch(server.connections[0]?.received ?? '', /X-Server: s2/);
  });
});
