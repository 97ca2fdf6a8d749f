/** What a worker logs of requests and connections, and when. Lines as a whole are compared with HAProxy in conformance/log. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { answering, exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker, startWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];

const get = (path: string, fields = 'Connection: close\r\n') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;

/** A worker whose frontend logs in this format, and whose server answers as told. */
async function startLogging(
  t: Test,
  logFormat: string,
  respond: Parameters<typeof rawServer>[1],
  more: { frontend?: object; backend?: object } = {},
) {
  const [log, server] = [await startLogReceiver(t), await rawServer(t, respond)];
  const logs = [{ address: `127.0.0.1:${log.port}`, format: 'raw' }];
  const worker = await startHttpWorker(t, [server.port], { ...more, frontend: { logs, logFormat, ...more.frontend } });
  return { log, server, worker, port: worker.port };
}

test('a line has the times of its request, which add up', async (t) => {
  const { log, port } = await startLogging(t, '%Th %Ti %TR %Tw %Tc %Tr %Td %Ta %Tt %Tu %Tq', (received, socket) => {
    if (received.endsWith('\r\n\r\n')) setTimeout(() => socket.write(ok('ok')), 50);
    return '';
  });
  const client = await rawClient(t, port);
  client.send('GET / HTTP/1.1\r\n');
  client.send('Host: x\r\n\r\n');
  await client.until('ok');
  const [line = ''] = await log.take(1);
  const [th = 0, ti = 0, toRead = 0, tw = 0, tc = 0, toRespond = 0, td = 0, ta = 0, tt = 0, tu = 0, tq = 0] = line
    .split(' ')
    .map(Number);
  assert.ok(toRead >= 0 && toRespond >= 45, line);
  assert.equal(toRead + tw + tc + toRespond + td, ta);
  assert.equal(th + ti + ta, tt);
  assert.equal(tt - ti, tu);
  assert.equal(th + ti + toRead, tq);
});

test('each request of a kept connection has a line of its own, with its own bytes', async (t) => {
  const { log, port } = await startLogging(t, '%HU %B %U %rt', (received) =>
    received.includes('\r\n\r\n') ? ok('ok') : '',
  );
  const client = await rawClient(t, port);
  const first = get('/a', '');
  const second = `POST /longer HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello`;
  client.send(first + second + get('/c', ''));
  await waitFor('three answers', () => client.received.split('200 OK').length === 4);
  const bytes = ok('ok').length;
  assert.deepEqual(await log.take(3), [
    `/a ${bytes} ${first.length} 0\n`,
    `/longer ${bytes} ${second.length} 1\n`,
    `/c ${bytes} ${first.length} 2\n`,
  ]);
});

test('a client that leaves before the answer, or while it waits in the queue, is told apart', async (t) => {
  const { log, port, worker } = await startLogging(t, '%HU %ST %tsc %s %bq', () => '', {
    backend: { servers: [] },
  });
  const server = await rawServer(t, () => '');
  await worker.activate({
    ...worker.config,
    backends: [{ name: 'app', servers: [{ name: 's1', address: '127.0.0.1', port: server.port, maxconn: 1 }] }],
  });
  const waiting = await rawClient(t, port);
  waiting.send(get('/waits'));
  await waitFor('the first at the server', () => server.connections.length === 1);
  const queued = await rawClient(t, port);
  queued.send(get('/queued'));
  await waitFor('the second in the queue', () => worker.counters('/backends/app')?.current.queued === 1);
  queued.socket.resetAndDestroy();
  assert.deepEqual(await log.take(1), ['/queued -1 CQ-- <NOSRV> 1\n']);
  waiting.socket.resetAndDestroy();
  assert.deepEqual(await log.take(1), ['/waits -1 CH-- s1 0\n']);
});

test('a client that stops sending its body is told apart from one that never began', async (t) => {
  const { log, port } = await startLogging(t, '%HM %ST %tsc', () => '', {
    frontend: { timeouts: { client: '100ms', httpRequest: '100ms' } },
  });
  await exchange(t, port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf');
  await exchange(t, port, 'POST / HTTP/1.1\r\nHost: x');
  assert.deepEqual(await log.take(2), ['POST 408 cH--\n', '<BADREQ> 408 cR--\n']);
});

test('a request that a kept server connection lost is sent again by the client, and no line tells of it', async (t) => {
  const { log, port } = await startLogging(t, '%HM %HU', (received, socket) => {
    if (!received.includes('POST')) return received.endsWith('\r\n\r\n') ? ok('ok') : '';
    socket.end();
    return '';
  });
  const client = await rawClient(t, port);
  client.send(get('/a', ''));
  await client.until('ok');
  client.send('POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx');
  await client.untilClosed();
  await exchange(t, port, get('/c'));
  assert.deepEqual(await log.take(2), ['GET /a\n', 'GET /c\n']);
});

test('a version may begin, change and end the log of connections that are open', async (t) => {
  const [log, server] = [await startLogReceiver(t), await rawServer(t, answering('ok'))];
  const worker = await startHttpWorker(t, [server.port]);
  const [frontend] = worker.config.frontends ?? [];
  const logged = (logFormat: string): ConfigDocument => ({
    ...worker.config,
    frontends: [{ name: 'web', ...frontend, logs: [{ address: `127.0.0.1:${log.port}`, format: 'raw' }], logFormat }],
  });
  const client = await rawClient(t, worker.port);
  let answers = 0;
  const ask = async (path: string) => {
    client.send(get(path, ''));
    answers++;
    await waitFor('the answer', () => client.received.split('200 OK').length === answers + 1);
  };
  await ask('/unlogged');
  await worker.activate(logged('first %HU %lc'));
  await ask('/a');
  await worker.activate(logged('second %HU %lc %fi:%fp'));
  await ask('/b');
  await worker.activate(worker.config);
  await ask('/unlogged');
  await worker.activate(logged('third %HU %Ti'));
  await ask('/c');
  const lines = await log.take(3);
  assert.deepEqual(lines.slice(0, 2), ['first /a 0\n', `second /b 1 127.0.0.1:${worker.port}\n`]);
  assert.match(lines[2] ?? '', /^third \/c \d+\n$/);
});

test('a worker refuses a version whose logs it cannot send', async (t) => {
  const worker = await startHttpWorker(t, []);
  const refused = worker.activate({
    ...worker.config,
    frontends: [{ name: 'web', logs: [{ address: '/dev/log' }] }],
    backends: [{ name: 'app', logs: [{ address: 'fd@7' }] }],
  });
  await assert.rejects(refused, (error: Error) => {
    assert.match(error.message, /\/frontends\/web: this node cannot send logs to the unix socket \/dev\/log/);
    assert.match(error.message, /\/backends\/app: workers have no descriptor 7/);
    return true;
  });
});

test('lines name the process of the node, and one socket serves both families', async (t) => {
  const { log, port } = await startLogging(t, '%pid %ac %fc', answering('ok'), {
    frontend: { logs: [] },
  });
  const worker = await startWorker(t);
  const other = await freePort();
  await worker.activate({
    frontends: [
      {
        name: 'web',
        binds: [{ name: 'b', address: '127.0.0.1', port: other }],
        logs: [{ address: `127.0.0.1:${log.port}` }, { address: '[::1]:9' }],
        logFormat: '%pid %ac %fc',
      },
    ],
  });
  await exchange(t, port, get('/'));
  await exchange(t, other, get('/'));
  const [line = ''] = await log.take(1);
  assert.match(line, new RegExp(`haproxy\\[${process.pid}\\]: ${process.pid} 1 1\\n$`));
});

/** Starts the worker harness of a script of its own, whose standard output is read. */
function startScript(t: Test, script: string): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('lines to stdout come whole, also those of the last moment', async (t) => {
  const path = new URL('../../../data-plane/report/log-senders.ts', import.meta.url);
  const child = startScript(
    t,
    `import { createLogSender } from ${JSON.stringify(path.href)};
     const send = createLogSender('stdout');
     send(Buffer.from('one\\n'));
     send(Buffer.from('two\\n'));
     setImmediate(() => { send(Buffer.from('three\\n')); process.exit(0); });`,
  );
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  await once(child, 'close');
  assert.equal(output, 'one\ntwo\nthree\n');
});

test('"when" passes a sample on by what has become of the request', async (t) => {
  const conditions = ['error', 'normal', '!normal', 'forwarded', '!forwarded', 'processed', 'toapplet', '!stopping'];
  const format = conditions.map((condition) => `%[path,when(${condition})]%[int(1),when(${condition})]`).join(' ');
  const { log, port } = await startLogging(
    t,
    format.replaceAll('path', 'method'),
    (received) => {
      if (!received.endsWith('\r\n\r\n')) return '';
      return received.startsWith('GET /bad') ? ok('no').replace('200 OK', '503 X') : ok('ok');
    },
    {
      frontend: {
        httpRequestRules: [
          { name: 'deny', action: 'deny', if: '{ path /deny }' },
          { name: 'page', action: 'return', status: 500, if: '{ path /page }' },
        ],
      },
      backend: {
        httpResponseRules: [
          {
            name: 'now',
            action: 'set-header',
            header: 'x-now',
            value: '%[int(1),when(error)]%[int(2),when(normal),when(forwarded)]',
          },
        ],
      },
    },
  );
  const said = async (path: string) => {
    const answer = await exchange(t, port, get(path));
    const [line = ''] = await log.take(1);
    return [line.trim(), /^x-now: (.*?)\r$/m.exec(answer)?.[1] ?? ''];
  };
  const shown = (...held: string[]) => conditions.map((each) => (held.includes(each) ? 'GET1' : '--')).join(' ');
  assert.deepEqual(await said('/'), [shown('normal', 'forwarded', 'processed', '!stopping'), '2']);
  assert.deepEqual(await said('/bad'), [shown('error', '!normal', 'forwarded', 'processed', '!stopping'), '1']);
  assert.deepEqual(await said('/deny'), [shown('error', '!normal', '!forwarded', '!stopping'), '']);
  assert.deepEqual(await said('/page'), [shown('error', '!normal', '!forwarded', '!stopping'), '']);
});

test('"when" passes a sample on by an ACL of its own proxy or defaults', async (t) => {
  const named = (value: string) => [{ name: 'special', criterion: 'path', values: [value] }];
  const value = '%[int(1),when(acl,special)]%[int(2),when(!acl,special)]%[int(3),when(acl,METH_GET)]';
  const rule = (header: string) => ({ name: 'tell', action: 'set-header' as const, header, value });
  const server = await rawServer(t, (received) =>
    received.endsWith('\r\n\r\n') ? ok([...received.matchAll(/x-\w: \d+/g)].join(' ')) : '',
  );
  const worker = await startWorker(t);
  const port = await freePort();
  await worker.activate({
    defaults: [{ name: 'd', acls: named('/d'), httpRequestRules: [rule('x-d')] }],
    frontends: [
      {
        name: 'web',
        from: 'd',
        binds: [{ name: 'b', address: '127.0.0.1', port }],
        acls: [...named('/f'), { name: 'both', criterion: 'path,when(acl,special)', flags: ['-m found'] }],
        httpRequestRules: [rule('x-f'), { name: 'both', action: 'set-header', header: 'x-b', value: '1', if: 'both' }],
        defaultBackend: 'app',
      },
    ],
    backends: [{ name: 'app', servers: [{ name: 's', address: '127.0.0.1', port: server.port }] }],
  });
  const told = async (path: string) => (await exchange(t, port, get(path))).split('\r\n\r\n')[1];
  assert.equal(await told('/d'), 'x-d: 13 x-f: 23');
  assert.equal(await told('/f'), 'x-d: 23 x-f: 13 x-b: 1');
  assert.equal(await told('/'), 'x-d: 23 x-f: 23');
});
