/** A real worker that answers with error files and redirections in place of its own pages, and holds heads to the limits set. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answering, exchange, ok, rawServer } from '../../support/raw-http.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

const get = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';

suite('error pages', () => {
  const errorFiles = [
    { name: 'sorry', headers: [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }], content: 'Später.\n' },
    { name: 'teapot', status: 418, reason: 'Tea', content: '' },
  ];

  test('a server that cannot be reached is answered with the error file of the backend', async (t) => {
    const worker = await startHttpWorker(t, []);
    const backend = { name: 'app', errorPages: [{ status: 503, errorfile: 'sorry' }] };
    await worker.activate({ ...worker.config, errorFiles, backends: [backend] });
    assert.equal(
      Buffer.from(await exchange(t, worker.port, get), 'latin1').toString(),
      'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 9\r\nContent-Type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\nSpäter.\n',
    );
    assert.match(await exchange(t, worker.port, get.replace('GET', 'HEAD')), /content-length: 9\r\n[\s\S]*\r\n\r\n$/);
  });

  test('requests that rules deny or nobody can read get those of the frontend', async (t) => {
    const worker = await startHttpWorker(t, []);
    const [frontend] = worker.config.frontends ?? [];
    const errorPages = [
      { status: 403, errorfile: 'teapot' },
      { status: 400, errorloc: 'https://help.test/', code: 303 },
    ];
    const httpRequestRules = [{ name: 'd', action: 'deny' as const }];
    await worker.activate({
      errorFiles,
      backends: worker.config.backends ?? [],
      frontends: [{ ...frontend, name: 'web', errorPages, httpRequestRules }],
    });
    assert.match(await exchange(t, worker.port, get), /^HTTP\/1\.1 418 Tea\r\ncontent-length: 0\r\n/);
    const refused = await exchange(t, worker.port, 'GET / HTTP/1.1\r\n\r\n');
    assert.match(refused, /^HTTP\/1\.1 303 See Other\r\n[\s\S]*location: https:\/\/help\.test\/\r\n/);
    assert.match(refused, /connection: close\r\n\r\n$/);
    const { responses3xx, responses4xx } = (await worker.freshCounters('/frontends/web')).total;
    assert.deepEqual([responses3xx, responses4xx], [0, 2], 'they count as what they stand for');
  });
});

suite('tune', () => {
  test('bufsize limits the heads of requests and responses', async (t) => {
    const long = 'x'.repeat(20_000);
    const server = await rawServer(t, (received) =>
      received.includes('/long') ? ok('fine', `X-Long: ${long}\r\n`) : answering('fine')(received),
    );
    const worker = await startHttpWorker(t, [server.port]);
    const withHeader = get.replace('Host', `X-Long: ${long}\r\nHost`);
    const longAnswer = get.replace('/', '/long');
    assert.match(await exchange(t, worker.port, withHeader), /^HTTP\/1\.1 431 /);
    assert.match(await exchange(t, worker.port, longAnswer), /^HTTP\/1\.1 502 /);
    await worker.activate({ ...worker.config, global: { tune: { bufsize: 32_768 } } });
    assert.match(await exchange(t, worker.port, withHeader), /^HTTP\/1\.1 200 /);
    assert.match(await exchange(t, worker.port, longAnswer), /^HTTP\/1\.1 200 [\s\S]*x{20000}[\s\S]*fine$/);
    await worker.activate({ ...worker.config, global: { tune: { bufsize: 1_024 } } });
    assert.match(await exchange(t, worker.port, get.replace('/', `/${'u'.repeat(1_200)}`)), /^HTTP\/1\.1 414 /);
  });

  test('http.maxhdr limits the number of header fields', async (t) => {
    const server = await rawServer(t, answering('fine'));
    const worker = await startHttpWorker(t, [server.port]);
    const fields = (count: number) => get.replace('Host', `${'A: b\r\n'.repeat(count - 2)}Host`);
    assert.match(await exchange(t, worker.port, fields(101)), /^HTTP\/1\.1 200 /);
    assert.match(await exchange(t, worker.port, fields(102)), /^HTTP\/1\.1 400 /);
    await worker.activate({ ...worker.config, global: { tune: { http: { maxhdr: 300 } } } });
    assert.match(await exchange(t, worker.port, fields(300)), /^HTTP\/1\.1 200 /);
    assert.match(await exchange(t, worker.port, fields(301)), /^HTTP\/1\.1 400 /);
  });
});
