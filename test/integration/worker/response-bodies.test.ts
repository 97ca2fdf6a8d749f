/** A real worker whose rules look at the bodies of responses, and then pass them on. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const waitForBody = { name: 'wait', action: 'wait-for-body' as const, time: '10s' };
const tellSize = { name: 'size', action: 'set-header' as const, header: 'X-Size', value: '%[res.body_len]' };

suite('rules on bodies of responses', () => {
  test('see a body that comes late, on one connection after the other', async (t) => {
    const server = await rawServer(t, () => 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Mark: set\r\n\r\nten ');
    const worker = await startHttpWorker(t, [server.port], { backend: { httpResponseRules: [waitForBody, tellSize] } });
    const client = await rawClient(t, worker.port);
    for (let round = 1; round <= 2; round++) {
      client.send(get('/'));
      await waitFor('the request', () => server.connections[0]?.received.split('GET ').length === round + 1);
      assert.equal(client.received.split(' 200 ').length, round);
      server.connections[0]?.socket.write('bytes.');
      await waitFor('the answer', () => client.received.split('ten bytes.').length === round + 1);
    }
    assert.equal(client.received.match(/X-Mark: set\r\nX-Size: 10\r\n\r\nten bytes\./g)?.length, 2);
    assert.equal(server.connections.length, 1);
  });

  test('wait while other responses of the worker are read', async (t) => {
    const server = await rawServer(t, (received) =>
      received.includes('/slow') ? 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\nX-Slow: 1\r\n\r\npati' : ok('hello'),
    );
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { httpResponseRules: [waitForBody, tellSize] },
    });
    const slow = await rawClient(t, worker.port);
    slow.send(get('/slow'));
    await waitFor('the slow request', () => server.connections[0]?.received.includes('/slow') === true);
    const quick = await rawClient(t, worker.port);
    quick.send(get('/quick'));
    await quick.until('hello');
    assert.equal(slow.received, '');
    server.connections[0]?.socket.write('ence');
    await slow.until('patience');
    assert.match(slow.received, /X-Slow: 1\r\nX-Size: 8\r\n/);
  });

  test('let a client go that leaves while the response waits, and the server with it', async (t) => {
    const server = await rawServer(t, () => 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npati');
    const worker = await startHttpWorker(t, [server.port], { backend: { httpResponseRules: [waitForBody] } });
    const client = await rawClient(t, worker.port);
    client.send(get('/'));
    await waitFor('the request', () => server.connections[0]?.received.includes('GET ') === true);
    client.socket.resetAndDestroy();
    await waitFor('the abort', async () => (await worker.freshCounters('/frontends/web')).total.clientAborts === 1);
    await waitFor('the end of the server connection', () => server.connections[0]?.socket.destroyed === true);
  });
});

test('a request whose client sends no more while its body is waited for reaches the rules, but no server', async (t) => {
  const server = await rawServer(t, () => ok('hello'));
  const worker = await startHttpWorker(t, [server.port], {
    frontend: {
      httpRequestRules: [waitForBody, { name: 'deny', action: 'deny', status: 429, if: '{ req.body -m sub evil }' }],
    },
  });
  const post = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\n';
  const evil = await rawClient(t, worker.port);
  evil.socket.end(`${post}is evil`);
  await evil.until(' 429 ');
  const good = await rawClient(t, worker.port);
  good.socket.end(`${post}is good`);
  await waitFor('the end', () => good.ended);
  assert.equal(good.received, '');
  assert.equal(server.connections.length, 0);
  const { total } = await worker.freshCounters('/frontends/web');
  assert.equal(total.clientAborts, 1);
});
