/** A real worker whose rules look at the bodies of requests, and then pass them on. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const post = (length: number, fields = '') =>
  `POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n${fields}\r\n`;
const waitForBody = { name: 'wait', action: 'wait-for-body' as const, time: '10s' };
const denyEvil = { name: 'deny', action: 'deny' as const, if: '{ req.body -m sub evil }' };

suite('rules on bodies', () => {
  test('see a body that comes late, with what rules before have changed, and it goes on whole', async (t) => {
    const server = await rawServer(t, (received) =>
      received.endsWith('ten bytes.') ? 'HTTP/1.1 204 No Content\r\n\r\n' : '',
    );
    const worker = await startHttpWorker(t, [server.port], {
      frontend: {
        httpRequestRules: [
          { name: 'mark', action: 'set-header', header: 'X-Mark', value: 'set' },
          waitForBody,
          { name: 'size', action: 'set-header', header: 'X-Size', value: '%[req.body_len] %[req.hdr(x-mark)]' },
          denyEvil,
        ],
      },
    });
    const client = await rawClient(t, worker.port);
    for (let round = 1; round <= 2; round++) {
      client.send(post(10));
      client.send('ten ');
      client.send('bytes.');
      await waitFor('the answer', () => client.received.split(' 204 ').length === round + 1);
    }
    const [first] = server.connections;
    assert.equal(first?.received.match(/X-Size: 10 set\r\n\r\nten bytes\./g)?.length, 2);
    client.send(`${post(4)}evil${post(10)}ten bytes.`);
    await client.until(' 403 ');
    await waitFor('the request behind the denied one', () => client.received.split(' 204 ').length === 4);
  });

  test('wait while other requests of the worker are read', async (t) => {
    const server = await rawServer(t, () => ok('hello'));
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { httpRequestRules: [waitForBody, denyEvil] },
    });
    const slow = await rawClient(t, worker.port);
    slow.send(post(8, 'X-Slow: 1\r\n'));
    const quick = await rawClient(t, worker.port);
    quick.send('GET /quick HTTP/1.1\r\nHost: other\r\n\r\n');
    await quick.until('hello');
    assert.equal(slow.received, '');
    slow.send('patience');
    await slow.until('hello');
    assert.match(server.connections.map(({ received }) => received).join(''), /X-Slow: 1\r\n\r\npatience/);
  });

  test('let a body that is larger than the buffer stream on', async (t) => {
    const size = 3_000_000;
    const server = await rawServer(t, (received) =>
      received.length > size ? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' : '',
    );
    const worker = await startHttpWorker(t, [server.port], {
      frontend: { httpBufferRequest: true, httpRequestRules: [denyEvil] },
    });
    const client = await rawClient(t, worker.port);
    client.send(post(size) + 'a'.repeat(size));
    await client.until('ok');
    const received = server.connections[0]?.received ?? '';
    assert.equal(received.length - received.indexOf('\r\n\r\n') - 4, size);
  });

  test('let a client go that leaves while its body is waited for', async (t) => {
    const worker = await startHttpWorker(t, [], { frontend: { httpRequestRules: [waitForBody] } });
    const client = await rawClient(t, worker.port);
    client.send(post(8));
    await waitFor('the request', async () => (await worker.freshCounters('/frontends/web')).total.requests === 1);
    client.socket.destroy();
    await waitFor('the abort', async () => (await worker.freshCounters('/frontends/web')).total.clientAborts === 1);
  });
});
