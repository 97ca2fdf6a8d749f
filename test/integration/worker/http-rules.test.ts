/** A real worker with rules that answer, and rules that change requests and responses. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from '../../../shared/model/rules.ts';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { answering, exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

interface Rules {
  httpRequestRules?: HttpRequestRule[];
  httpResponseRules?: HttpResponseRule[];
  httpAfterResponseRules?: HttpAfterResponseRule[];
}

const request = (line: string, fields = '') => `${line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`;

/** A worker before one server that answers "hello"; what it is asked is kept. */
async function start(t: TestContext, frontend: Rules, backend: Rules = {}, respond = answering('hello')) {
  const server = await rawServer(t, respond);
  const worker = await startHttpWorker(t, [server.port], { frontend, backend });
  return { server, worker, ask: (line: string, fields = '') => exchange(t, worker.port, request(line, fields)) };
}

suite('rules that answer', () => {
  test('return a status, fields and a content', async (t) => {
    const { ask } = await start(t, {
      httpRequestRules: [
        {
          name: 'r',
          action: 'return',
          status: 404,
          contentType: 'text/plain',
          string: 'lösch',
          headers: [{ name: 'X-A', value: '100%%' }],
        },
      ],
    });
    const head =
      'HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\nX-A: 100%\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n';
    assert.equal(Buffer.from(await ask('GET /'), 'latin1').toString(), `${head}lösch`);
    assert.equal(await ask('HEAD /'), head);
  });

  test('are told by their path, where they stand in no file', async (t) => {
    const shown = '[%[last_rule_file]] [%[last_rule_line]] %[fe_id] %[be_id] %[srv_id] %[so_id] %[so_name]';
    const { ask } = await start(
      t,
      { httpRequestRules: [{ name: 'pass', action: 'allow', if: '{ path /pass }' }] },
      { httpResponseRules: [{ name: 'show', action: 'set-header', header: 'X-Shown', value: shown }] },
    );
    const answers = await Promise.all([ask('GET /'), ask('GET /pass')]);
    assert.deepEqual(
      answers.map((answer) => /X-Shown: (.*)\r/.exec(answer)?.[1]),
      ['[] [] 1 2 1 1 b', '[/frontends/web/http-request-rules/pass] [] 1 2 1 1 b'],
    );
  });

  test('close the connection without a word', async (t) => {
    const { ask, worker } = await start(t, { httpRequestRules: [{ name: 'r', action: 'reject' }] });
    assert.equal(await ask('GET /'), '');
    assert.equal((await worker.freshCounters('/frontends/web')).total.deniedRequests, 1);
  });

  test('drop the connection', async (t) => {
    const { worker } = await start(t, { httpRequestRules: [{ name: 'r', action: 'silent-drop' }] });
    const client = await rawClient(t, worker.port);
    client.send(request('GET /'));
    assert.equal(await client.untilClosed(), '');
    assert.ok(client.failed);
  });

  test('deny a response: 502 in its place', async (t) => {
    const { ask } = await start(t, {}, { httpResponseRules: [{ name: 'r', action: 'deny' }] });
    assert.match(await ask('GET /'), /^HTTP\/1\.1 502 /);
  });

  test('send hints ahead to clients of HTTP/1.1', async (t) => {
    const { ask, worker } = await start(t, {
      httpRequestRules: [{ name: 'r', action: 'early-hint', header: 'Link', value: '</a>' }],
    });
    assert.match(await ask('GET /'), /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 /);
    assert.match(await exchange(t, worker.port, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /);
  });
});

suite('rules that change', () => {
  test('requests: those of the frontend, then those of the backend, and the choice of the backend sees them', async (t) => {
    const { ask, server } = await start(
      t,
      { httpRequestRules: [{ name: 'a', action: 'set-path', value: '/new' }] },
      {
        httpRequestRules: [
          { name: 'b', action: 'set-header', header: 'X-Path', value: 'new', if: '{ path /new }' },
          { name: 'c', action: 'del-header', header: 'x-old' },
        ],
      },
    );
    await ask('GET /old?q', 'X-Old: 1\r\n');
    assert.equal(server.connections[0]?.received, 'GET /new?q HTTP/1.1\r\nHost: h\r\nX-Path: new\r\n\r\n');
  });

  test('responses: those of the backend, then those of the frontend', async (t) => {
    const { ask } = await start(
      t,
      { httpResponseRules: [{ name: 'a', action: 'add-header', header: 'X-Order', value: 'second' }] },
      {
        httpResponseRules: [
          { name: 'a', action: 'add-header', header: 'X-Order', value: 'first' },
          { name: 'b', action: 'set-status', status: 299, reason: 'Fine' },
        ],
      },
    );
    assert.match(
      await ask('GET /'),
      /^HTTP\/1\.1 299 Fine\r\n.*X-Order: first\r\nX-Order: second\r\n.*\r\n\r\nhello$/s,
    );
  });

  test('every response, also those Sluice makes, but not what answers no request', async (t) => {
    const { ask, worker } = await start(t, {
      httpRequestRules: [{ name: 'd', action: 'deny', if: '{ path /deny }' }],
      httpAfterResponseRules: [{ name: 'a', action: 'set-header', header: 'X-After', value: '1' }],
    });
    assert.match(await ask('GET /'), /200 OK\r\n.*X-After: 1\r\n.*hello$/s);
    assert.match(await ask('GET /deny'), /403 Forbidden\r\n.*X-After: 1\r\n.*<h1>403/s);
    assert.doesNotMatch(await exchange(t, worker.port, 'junk\r\n\r\n'), /X-After/);
  });

  test('that cannot be carried out: 500, or nothing when rules are not strict', async (t) => {
    const wrong: HttpRequestRule = { name: 'w', action: 'set-path', value: 'x' };
    const { ask } = await start(
      t,
      { httpRequestRules: [{ ...wrong, if: '{ path /strict }' }] },
      {
        httpRequestRules: [{ name: 'l', action: 'strict-mode', strict: false }, wrong],
      },
    );
    assert.match(await ask('GET /strict'), /^HTTP\/1\.1 500 /);
    assert.match(await ask('GET /'), /^HTTP\/1\.1 200 /);
  });
});

suite('no content that the client does not expect passes', () => {
  const keepAlive = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
  const statuses: [number, string, RegExp][] = [
    [204, ok('hello'), /^HTTP\/1\.1 204 No Content\r\n(?:(?!hello).)*$/s],
    [304, ok('hello'), /^HTTP\/1\.1 304 Not Modified\r\n(?:(?!hello).)*$/s],
    [200, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', /^HTTP\/1\.1 200 OK\r\ncontent-length: 0\r\n\r\n/],
  ];
  for (const [status, answer, expected] of statuses) {
    test(`after the status became ${status}`, async (t) => {
      const { worker } = await start(
        t,
        { httpResponseRules: [{ name: 's', action: 'set-status', status }] },
        {},
        () => answer,
      );
      const client = await rawClient(t, worker.port);
      client.send(keepAlive);
      await client.until('\r\n\r\n');
      client.send(keepAlive.replace('Host', 'Connection: close\r\nHost'));
      const [first, second] = (await client.untilClosed()).split(/(?<=.)(?=HTTP\/1\.1)/s);
      assert.match(first ?? '', expected);
      assert.match(second ?? '', new RegExp(`^HTTP/1.1 ${status}`));
    });
  }

  test('to a request by HEAD that became one by GET', async (t) => {
    const { ask, server } = await start(t, { httpRequestRules: [{ name: 'm', action: 'set-method', value: 'GET' }] });
    assert.match(await ask('HEAD /'), /content-length: 5\r\n(?:(?!hello).)*$/is);
    assert.match(server.connections[0]?.received ?? '', /^GET /);
  });
});

test('a rule sets the timeout of the server for one request', async (t) => {
  const { ask } = await start(
    t,
    {},
    {
      httpRequestRules: [{ name: 't', action: 'set-timeout', timeout: 'server', value: '50ms', if: '{ path /slow }' }],
    },
    (received) => (received.includes('/slow') ? '' : ok('hello')),
  );
  assert.match(await ask('GET /'), /^HTTP\/1\.1 200 /);
  assert.match(await ask('GET /slow'), /^HTTP\/1\.1 504 /);
});

test('rules set the level of the line in the log, or keep it out', async (t) => {
  const log = await startLogReceiver(t);
  const frontend = {
    logs: [{ address: `127.0.0.1:${log.port}`, facility: 'local0' }],
    logFormat: '%HU',
    httpRequestRules: [
      { name: 's', action: 'set-log-level', level: 'silent', if: '{ path /silent }' },
      { name: 'e', action: 'set-log-level', level: 'emerg', if: '{ path /emerg }' },
    ],
  } as const;
  const { ask } = await start(t, frontend as unknown as Rules);
  for (const path of ['/silent', '/emerg', '/plain']) await ask(`GET ${path}`);
  const [first, second] = await log.take(2);
  assert.match(first ?? '', /^<128>.*\/emerg\n$/s);
  assert.match(second ?? '', /^<134>.*\/plain\n$/s);
});
