/** No bytes of a client make proxy and server disagree on where one request ends and the next begins. */
import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { exchange, ok, type RawServer, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker, type WorkerHarness } from '../../support/worker-harness.ts';
import { badAnswers, badChunks, forwarded, refused } from './smuggling-cases.ts';

/** What a strict server makes of the bytes it received: "METHOD TARGET BODY" for each request; throws when they are malformed. */
function understand(bytes: string): string[] {
  const requests: string[] = [];
  let rest = bytes;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    assert.ok(end > 0, `no head in ${JSON.stringify(rest)}`);
    const [line = '', ...fields] = rest.slice(0, end).split('\r\n');
    const match = /^([A-Z]+) (\/\S*) HTTP\/1\.[01]$/.exec(line);
    assert.ok(match, JSON.stringify(line));
    rest = rest.slice(end + 4);
    const value = (name: string) => {
      const found = fields.filter((field) => field.toLowerCase().startsWith(`${name}:`));
      assert.ok(found.length < 2, `${name} twice`);
      return found[0]?.slice(name.length + 1).trim();
    };
    const length = value('content-length');
    const coding = value('transfer-encoding');
    assert.ok(length === undefined || coding === undefined, 'length and transfer coding');
    assert.ok(coding === undefined || coding === 'chunked', coding);
    let body = '';
    if (coding === undefined) {
      const size = Number(length ?? 0);
      assert.ok(Number.isInteger(size) && rest.length >= size, `body of ${length}`);
      body = rest.slice(0, size);
      rest = rest.slice(size);
    } else {
      for (;;) {
        const size = /^([0-9a-fA-F]+)\r\n/.exec(rest);
        assert.ok(size, `chunk size in ${JSON.stringify(rest)}`);
        rest = rest.slice(size[0].length);
        const count = Number.parseInt(size[1] ?? '', 16);
        if (count === 0) break;
        body += rest.slice(0, count);
        assert.equal(rest.slice(count, count + 2), '\r\n');
        rest = rest.slice(count + 2);
      }
      const end = rest.startsWith('\r\n') ? 0 : rest.indexOf('\r\n\r\n') + 2;
      assert.ok(rest.startsWith('\r\n') || end > 1, 'no end of the trailer section');
      const trailers = rest.slice(0, end);
      assert.doesNotMatch(trailers, /content-length|transfer-encoding|host/i);
      rest = rest.slice(trailers.length + 2);
    }
    requests.push(`${match[1]} ${match[2]} ${body}`);
  }
  return requests;
}

suite('smuggling', () => {
  let worker: WorkerHarness & { port: number };
  let server: RawServer;
  const ends: (() => unknown)[] = [];
  const context = { after: (end: () => unknown) => void ends.push(end) } as unknown as TestContext;
  before(async () => {
    server = await rawServer(context, (received) => {
      // Answers each whole request; a body that has not come whole is waited for.
      try {
        return ok('x').repeat(understand(received).length);
      } catch {
        return '';
      }
    });
    worker = await startHttpWorker(context, [server.port], { backend: { httpReuse: 'never' } });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** All that the server receives on connections that it accepts during the task. */
  async function receivedDuring(task: () => Promise<unknown>): Promise<string> {
    const before = server.connections.length;
    await task();
    return server.connections
      .slice(before)
      .map(({ received }) => received)
      .join('');
  }

  for (const [name, bytes] of Object.entries(refused)) {
    test(`${name} is refused`, async (t) => {
      let answer = '';
      const received = await receivedDuring(async () => {
        answer = await exchange(t, worker.port, bytes);
      });
      assert.match(answer, /^HTTP\/1\.1 400 Bad request\r\n/);
      assert.equal(answer.split('HTTP/1.1 ').length, 2, 'one answer only');
      assert.equal(received, '');
    });
  }

  for (const [name, chunks] of Object.entries(badChunks)) {
    test(`a body that goes on with ${name} ends the exchange`, async (t) => {
      const head = 'POST /front HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n';
      const marked = `${chunks}GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n`;
      let answer = '';
      const received = await receivedDuring(async () => {
        answer = await exchange(t, worker.port, head + marked);
      });
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.equal(answer.split('HTTP/1.1 ').length, 2, 'one answer only');
      assert.doesNotMatch(received, /hidden/);
      assert.throws(() => understand(received), 'the server never saw a whole request');
    });
  }

  for (const [name, [bytes, requests]] of Object.entries(forwarded)) {
    test(`${name} is understood alike`, async (t) => {
      const received = await receivedDuring(async () => {
        const client = await rawClient(t, worker.port);
        client.send(bytes);
        await waitFor('every answer', () => client.received.split('\r\n\r\nx').length === requests.length + 1);
        client.socket.destroy();
      });
      assert.deepEqual(understand(received), requests);
    });
  }
});

suite('answers of a server that are ambiguous', () => {
  for (const [name, answer] of Object.entries(badAnswers)) {
    test(`${name} never become two`, async (t) => {
      const planted = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n/planted';
      const server = await rawServer(t, () => answer + planted);
      const { port } = await startHttpWorker(t, [server.port]);
      const client = await rawClient(t, port);
      client.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      const received = await client.untilClosed();
      assert.doesNotMatch(received, /planted/);
      assert.match(received, /^HTTP\/1\.1 502 /);
    });
  }
});
