/** Clients and servers that are slow, stall or never come to an end: each is cut in time, and nobody else suffers. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answering, exchange, ok, type RawClient, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];
type Respond = Parameters<typeof rawServer>[1];

const get = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';
const getOnce = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';

/** Sends a text byte by byte, one every `every` milliseconds, until all is sent or the connection is over; answers how many. */
async function drip(client: RawClient, text: string, every: number): Promise<number> {
  let sent = 0;
  let due = performance.now();
  await waitFor('the end of dripping', () => {
    if (client.ended || client.failed) return true;
    for (; sent < text.length && performance.now() >= due; due += every) client.send(text[sent++] as string);
    return sent === text.length;
  });
  return sent;
}

async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; took: number }> {
  const startedAt = performance.now();
  return { result: await work, took: performance.now() - startedAt };
}

async function startSite(
  t: Test,
  timeouts: { frontend?: object; backend?: object },
  respond: Respond = answering('fine'),
) {
  const server = await rawServer(t, respond);
  const worker = await startHttpWorker(t, [server.port], {
    frontend: { timeouts: timeouts.frontend ?? {} },
    backend: { timeouts: timeouts.backend ?? {}, retries: 0 },
  });
  return { ...worker, server };
}

suite('slow heads', { concurrency: 2 }, () => {
  const limits = { frontend: { httpRequest: '400ms', client: '10s' } };

  test('bytes that drip in do not push the deadline on: 408, and the server never hears of it', async (t) => {
    const { port, server } = await startSite(t, limits);
    const client = await rawClient(t, port);
    const { result, took } = await timed(drip(client, get.replace('\r\n\r\n', `\r\nX: ${'y'.repeat(500)}`), 20));
    assert.ok(result < 100, `${result} bytes went out`);
    assert.ok(took > 350 && took < 2_000, `cut after ${took} ms`);
    assert.match(await client.untilClosed(), /^HTTP\/1\.1 408 Request Time-out\r\n[\s\S]*connection: close\r\n/);
    assert.equal(server.connections.length, 0);
  });

  test('a head that stops half way gets 408', async (t) => {
    const { port } = await startSite(t, limits);
    assert.match(await exchange(t, port, 'GET / HTTP/1.1\r\nHost: te'), /^HTTP\/1\.1 408 /);
  });

  test('a connection without a byte gets 408, or nothing when probes are ignored', async (t) => {
    const { port, activate, config } = await startSite(t, limits);
    assert.match(await exchange(t, port, ''), /^HTTP\/1\.1 408 /);
    const frontends = (config.frontends ?? []).map((frontend) => ({ ...frontend, httpIgnoreProbes: true }));
    await activate({ ...config, frontends });
    assert.equal(await exchange(t, port, ''), '');
  });

  test('the second head of a kept connection has its own deadline, and silence between ends it without a word', async (t) => {
    const { port } = await startSite(t, { frontend: { httpRequest: '400ms', httpKeepAlive: '300ms', client: '10s' } });
    const silent = await rawClient(t, port);
    silent.send(get);
    const { result, took } = await timed(silent.untilClosed());
    assert.match(result, /^HTTP\/1\.1 200 [\s\S]*fine$/);
    assert.ok(took < 2_000, `${took} ms`);
    const slow = await rawClient(t, port);
    slow.send(get);
    await slow.until('fine');
    await drip(slow, get.replace('\r\n\r\n', `\r\nX: ${'y'.repeat(500)}`), 20);
    assert.match(await slow.untilClosed(), /fineHTTP\/1\.1 408 /);
  });

  test('three hundred dripping clients do not keep others waiting, and all are cut', async (t) => {
    const { port } = await startSite(t, { frontend: { httpRequest: '1500ms' } });
    const slow = await Promise.all(Array.from({ length: 300 }, () => rawClient(t, port)));
    for (const client of slow) client.send('GET / HTTP/1.1\r\nHost: ');
    let longest = 0;
    await waitFor('all slow clients are cut', async () => {
      for (const client of slow) if (!client.ended) client.send('x');
      const { result, took } = await timed(exchange(t, port, getOnce));
      assert.match(result, /^HTTP\/1\.1 200 /);
      longest = Math.max(longest, took);
      return slow.every((client) => client.ended);
    });
    assert.ok(longest < 1_000, `the slowest answer took ${longest} ms`);
    for (const client of slow) assert.match(client.received, /^HTTP\/1\.1 408 /);
  });
});

suite('slow bodies', { concurrency: 2 }, () => {
  const head = 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n';
  const chunked = 'POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n';

  for (const [kind, start] of [
    ['with a length', `${head}part`],
    ['in chunks', `${chunked}4\r\npart\r\n`],
    ['inside a chunk size', `${chunked}1`],
  ] as const) {
    test(`a body ${kind} that stalls gets 408, and the server's connection ends`, async (t) => {
      const { port, server } = await startSite(t, { frontend: { client: '300ms' } }, () => '');
      const { result, took } = await timed(exchange(t, port, start));
      assert.match(result, /^HTTP\/1\.1 408 [\s\S]*connection: close/);
      assert.ok(took > 250 && took < 2_000, `${took} ms`);
      await waitFor('the server sees the end', () =>
        server.connections.every(({ ended, socket }) => ended || socket.destroyed),
      );
    });
  }

  test('a body that drips but never stalls goes through', async (t) => {
    const respond = (received: string) => (received.endsWith(`\r\n\r\n${'b'.repeat(40)}`) ? ok('got it') : '');
    const { port } = await startSite(t, { frontend: { client: '300ms' }, backend: { server: '300ms' } }, respond);
    const client = await rawClient(t, port);
    client.send(head.replace('1000', '40'));
    assert.equal(await drip(client, 'b'.repeat(40), 20), 40);
    await client.until('got it');
  });
});

suite('slow readers', { concurrency: 2 }, () => {
  const endless = 256 * 1024 * 1024;
  const respond = (received: string) => {
    return received.endsWith('\r\n\r\n') ? `HTTP/1.1 200 OK\r\nContent-Length: ${endless}\r\n\r\n` : '';
  };

  /** A server that sends as fast as it is let. */
  async function startFlood(t: Test, client: string) {
    const written = { bytes: 0 };
    const block = Buffer.alloc(256 * 1024, 'x');
    const site = await startSite(t, { frontend: { client } }, (received, socket) => {
      const more = () => {
        while (written.bytes < endless && socket.writable) {
          written.bytes += block.length;
          if (!socket.write(block)) {
            socket.once('drain', more);
            return;
          }
        }
      };
      const answer = respond(received);
      if (answer !== '') setImmediate(more);
      return answer;
    });
    return { ...site, written };
  }

  test('a client that reads nothing pauses the server, and is cut after the client timeout', async (t) => {
    const { port, written, freshCounters } = await startFlood(t, '500ms');
    const client = await rawClient(t, port);
    client.socket.pause();
    client.send(get);
    const { took } = await timed(
      waitFor('the session is over', async () => (await freshCounters('/frontends/web')).current.sessions === 0),
    );
    assert.ok(took < 5_000, `${took} ms`);
    assert.ok(written.bytes < 40 * 1024 * 1024, `the server could send ${written.bytes} bytes`);
    assert.equal((await freshCounters('/frontends/web')).total.clientAborts, 1);
  });

  test('a client that reads slowly but steadily is not cut', async (t) => {
    const { port } = await startFlood(t, '400ms');
    const client = await rawClient(t, port);
    client.socket.pause();
    client.send(get);
    let taken = 0;
    const startedAt = performance.now();
    await waitFor('two seconds of slow reading', () => {
      taken += (client.socket.read(512 * 1024) as Buffer | null)?.length ?? 0;
      return performance.now() - startedAt > 2_000;
    });
    assert.ok(!client.failed && !client.ended);
    assert.ok(taken > 1024 * 1024, `${taken} bytes`);
  });
});

suite('slow servers', { concurrency: 2 }, () => {
  test('no answer in time is 504', async (t) => {
    const { port } = await startSite(t, { backend: { server: '300ms' } }, () => '');
    const { result, took } = await timed(exchange(t, port, getOnce));
    assert.match(result, /^HTTP\/1\.1 504 Gateway Time-out\r\n/);
    assert.ok(took > 250 && took < 2_000, `${took} ms`);
  });

  test('a head that stops half way is 504, a body that does breaks the connection', async (t) => {
    const partial = await startSite(t, { backend: { server: '300ms' } }, () => 'HTTP/1.1 200 OK\r\nContent-');
    assert.match(await exchange(t, partial.port, getOnce), /^HTTP\/1\.1 504 /);
    const body = await startSite(t, { backend: { server: '300ms' } }, () => ok('whole').slice(0, -2));
    assert.match(await exchange(t, body.port, getOnce), /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nwho$/);
    assert.equal((await body.freshCounters('/backends/app')).total.serverAborts, 1);
  });
});

suite('crowds', () => {
  test('a thousand idle clients stay connected while others are served', async (t) => {
    const { port, counters } = await startSite(t, { frontend: { httpKeepAlive: '1m', httpRequest: '1m' } });
    const crowd: RawClient[] = [];
    for (let batch = 0; batch < 10; batch++) {
      crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => rawClient(t, port)))));
    }
    for (const client of crowd) client.send(get);
    await waitFor('all are answered', () => crowd.every((client) => client.received.endsWith('fine')));
    await waitFor('all are counted', () => counters('/frontends/web')?.current.sessions === 1_000);
    const { took } = await timed(exchange(t, port, getOnce));
    assert.ok(took < 500, `${took} ms`);
    assert.ok(crowd.every((client) => !client.ended && !client.failed));
  });
});
