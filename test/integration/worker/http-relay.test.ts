/** A real worker between raw clients and raw servers: requests and responses on their way. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { answering, exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: test\r\n${more}\r\n`;

suite('requests and responses', () => {
  test('answers several requests on one connection, over one connection to the server', async (t) => {
    const server = await rawServer(t, answering('hello'));
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    for (let count = 1; count <= 3; count++) {
      client.send(get(`/${count}`));
      await waitFor('the answer', () => client.received.split('hello').length === count + 1);
    }
    assert.equal(server.connections.length, 1);
    assert.match(server.connections[0]?.received ?? '', /GET \/1 .*GET \/2 .*GET \/3 /s);
  });

  test('answers pipelined requests in order', async (t) => {
    const server = await rawServer(t, (received) => {
      const path = /GET (\S+) /.exec(received)?.[1] ?? '';
      return received.endsWith('\r\n\r\n') ? ok(`<${path}>`) : '';
    });
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(Array.from({ length: 50 }, (_, index) => get(`/${index}`)).join(''));
    const received = await client.until('</49>');
    const order = [...received.matchAll(/<\/(\d+)>/g)].map((match) => Number(match[1]));
    assert.deepEqual(
      order,
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  test('passes a body with its length and one in chunks on to the server', async (t) => {
    const server = await rawServer(t, (received) => (/body$|0\r\n\r\n$/.test(received) ? ok('got it') : ''));
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\nthe ');
    client.send('body');
    await client.until('got it');
    client.send('POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\nWiki\r\n');
    client.send('0\r\n\r\n');
    await waitFor('the second answer', () => client.received.split('got it').length === 3);
    const all = server.connections.map((connection) => connection.received).join('');
    assert.match(all, /content-length: 8\r\n\r\nthe body/i);
    assert.match(all, /transfer-encoding: chunked\r\n\r\n4\r\nWiki\r\n0\r\n\r\n/i);
    assert.doesNotMatch(all, /ext=1/);
  });

  test('leaves a HEAD answer without content and reads the next answer right', async (t) => {
    const server = await rawServer(t, (received) =>
      received.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n' : ok('next'),
    );
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send('HEAD / HTTP/1.1\r\nHost: test\r\n\r\n');
    await client.until('\r\n\r\n');
    client.send(get('/'));
    assert.match(await client.until('next'), /Content-Length: 1000\r\n\r\nHTTP\/1\.1 200/);
  });

  test('relays 204 and 304 without content', async (t) => {
    const server = await rawServer(t, (received) =>
      received.includes('/204') ? 'HTTP/1.1 204 No Content\r\n\r\n' : 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
    );
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(get('/204'));
    await client.until('204 No Content\r\n\r\n');
    client.send(get('/304'));
    assert.match(await client.until('"a"\r\n\r\n'), /304 Not Modified/);
    assert.equal(server.connections.length, 1);
  });

  test('passes a chunked answer on with its trailers, and decodes it for a client of HTTP/1.0', async (t) => {
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 1\r\n\r\n';
    const server = await rawServer(t, () => chunked);
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(get('/'));
    assert.match(await client.until('X-Sum: 1\r\n\r\n'), /chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n/);
    const old = await exchange(t, port, 'GET / HTTP/1.0\r\n\r\n');
    assert.match(old, /connection: close\r\n\r\nabcdefg$/i);
    assert.doesNotMatch(old, /chunked/);
  });

  test('relays an answer that ends with the connection', async (t) => {
    const server = await rawServer(t, (_received, socket) => {
      socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end');
      return '';
    });
    const { port } = await startHttpWorker(t, [server.port]);
    assert.match(await exchange(t, port, get('/')), /connection: close\r\n\r\nuntil the end$/i);
  });

  test('passes 100 Continue on and then the body', async (t) => {
    const server = await rawServer(t, (received) => {
      if (received.endsWith('\r\n\r\n')) return 'HTTP/1.1 100 Continue\r\n\r\n';
      return received.endsWith('data') ? ok('thanks') : '';
    });
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send('PUT / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
    await client.until('100 Continue\r\n\r\n');
    client.send('data');
    await client.until('thanks');
  });

  test('hands an early answer on while the upload goes on, then closes', async (t) => {
    const server = await rawServer(t, (received) =>
      received.includes('\r\n\r\n') ? 'HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig' : '',
    );
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\nstart');
    assert.match(await client.untilClosed(), /413 Too Large[\s\S]*connection: close\r\n\r\nbig$/i);
  });

  test('becomes a tunnel after 101 Switching Protocols', async (t) => {
    const server = await rawServer(t, (received) => {
      if (received.endsWith('\r\n\r\n')) {
        return 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly ';
      }
      return received.toUpperCase();
    });
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n'));
    assert.match(await client.until('early '), /upgrade: echo/i);
    client.send('ping');
    await client.until('PING');
    assert.match(server.connections[0]?.received ?? '', /connection: upgrade\r\nupgrade: echo/i);
    client.socket.end();
    await client.untilClosed();
  });

  test('adds X-Forwarded-For, and not for excepted clients', async (t) => {
    const server = await rawServer(t, answering('x'));
    const adding = await startHttpWorker(t, [server.port], { frontend: { forwardfor: {} } });
    await (await rawClientGet(t, adding.port)).until('x');
    assert.match(server.connections[0]?.received ?? '', /x-forwarded-for: 127\.0\.0\.1\r\n/i);
    const excepting = await startHttpWorker(t, [server.port], { backend: { forwardfor: { except: '127.0.0.0/8' } } });
    await (await rawClientGet(t, excepting.port)).until('x');
    assert.doesNotMatch(server.connections[1]?.received ?? '', /x-forwarded-for/i);
  });

  test('strips the fields that belong to one connection, in both directions', async (t) => {
    const server = await rawServer(t, () =>
      ok('x', 'Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Stays: 1\r\n'),
    );
    const { port } = await startHttpWorker(t, [server.port]);
    const client = await rawClient(t, port);
    client.send(
      get('/', 'Connection: close, X-Mine\r\nX-Mine: 1\r\nX-Kept: 1\r\nProxy-Connection: x\r\nTE: trailers\r\n'),
    );
    const answer = await client.untilClosed();
    assert.match(answer, /X-Stays: 1/);
    assert.doesNotMatch(answer, /X-Hop|Keep-Alive/i);
    const sent = server.connections[0]?.received ?? '';
    assert.match(sent, /X-Kept: 1/);
    assert.doesNotMatch(sent, /X-Mine|Proxy-Connection|TE:|connection:/i);
  });

  test('chooses the backend by rules, denies and redirects', async (t) => {
    const first = await rawServer(t, answering('first'));
    const { port, activate, config } = await startHttpWorker(t, [first.port]);
    const second = await rawServer(t, answering('second'));
    const [frontend] = config.frontends ?? [];
    assert.ok(frontend);
    await activate({
      frontends: [
        {
          ...frontend,
          acls: [{ name: 'static', criterion: 'path_beg', flags: ['-i'], values: ['/static', '/images'] }],
          httpRequestRules: [
            { name: 'ban', action: 'deny', status: 429, if: '{ hdr(user-agent) -i evil } !static' },
            { name: 'move', action: 'redirect', prefix: 'http://new', code: 301, if: '{ path_beg /old }' },
          ],
          backendSwitchingRules: [{ name: 'assets', backend: 'assets', if: 'static' }],
        },
      ],
      backends: [
        ...(config.backends ?? []),
        { name: 'assets', servers: [{ name: 's', address: '127.0.0.1', port: second.port }] },
      ],
    });
    const client = await rawClient(t, port);
    client.send(get('/STATIC/a', 'User-Agent: EVIL\r\n'));
    await client.until('second');
    client.send(get('/', 'User-Agent: Evil\r\n'));
    await client.until('429 Too Many Requests');
    client.send(get('/old/page?x=1'));
    await client.until('301 Moved Permanently\r\ncontent-length: 0\r\nlocation: http://new/old/page?x=1\r\n');
    client.send(get('/'));
    await client.until('first');
  });
});

suite('large bodies', () => {
  const content = randomBytes(12_000_000);
  const digest = createHash('sha256').update(content).digest('hex');

  async function largeOrigin(t: Parameters<typeof rawClient>[0]): Promise<number> {
    const origin = createServer((incoming, answer) => {
      if (incoming.method === 'GET') {
        if (incoming.url === '/chunked') answer.end(content);
        else answer.writeHead(200, { 'content-length': content.length }).end(content);
        return;
      }
      const hash = createHash('sha256');
      incoming.on('data', (chunk) => hash.update(chunk)).on('end', () => answer.end(hash.digest('hex')));
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      origin.closeAllConnections();
      origin.close();
    });
    return (origin.address() as AddressInfo).port;
  }

  test('go to slow and fast clients unharmed, many at a time', async (t) => {
    const { port } = await startHttpWorker(t, [await largeOrigin(t)]);
    const download = (path: string, slow: boolean) =>
      new Promise<string>((resolve, reject) => {
        const hash = createHash('sha256');
        httpRequest({ port, path, agent: false }, (answer) => {
          let chunks = 0;
          answer.on('data', (chunk) => {
            hash.update(chunk);
            if (!slow || ++chunks % 20 !== 0) return;
            answer.pause();
            setImmediate(() => setImmediate(() => answer.resume()));
          });
          answer.on('end', () => resolve(hash.digest('hex'))).on('error', reject);
        })
          .on('error', reject)
          .end();
      });
    const paths = ['/', '/chunked', '/', '/chunked', '/', '/chunked'];
    const digests = await Promise.all(paths.map((path, index) => download(path, index % 3 === 0)));
    assert.deepEqual(new Set(digests), new Set([digest]));
  });

  test('come from clients unharmed, with a length and in chunks', async (t) => {
    const { port } = await startHttpWorker(t, [await largeOrigin(t)]);
    const upload = (headers: Record<string, string | number>) =>
      new Promise<string>((resolve, reject) => {
        const sending = httpRequest({ port, method: 'PUT', headers, agent: false }, (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('end', () => resolve(text)).on('error', reject);
        });
        sending.on('error', reject);
        for (let at = 0; at < content.length; at += 100_000) sending.write(content.subarray(at, at + 100_000));
        sending.end();
      });
    const digests = await Promise.all([upload({ 'content-length': content.length }), upload({}), upload({})]);
    assert.deepEqual(new Set(digests), new Set([digest]));
  });
});

async function rawClientGet(t: Parameters<typeof rawClient>[0], port: number) {
  const client = await rawClient(t, port);
  client.send(get('/'));
  return client;
}
