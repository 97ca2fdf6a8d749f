/** Configs on their way to nodes: every default filled in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { resolveDefaults } from '../../../../shared/model/resolve-defaults.ts';

const resolve = (document: ConfigDocument) => resolveDefaults({ ...emptyConfig, ...document }, (path) => `uid:${path}`);

test('fills in defaults and turns durations into milliseconds', () => {
  const { frontends, backends, hardStopAfter } = resolve({
    frontends: [{ name: 'web', binds: [{ name: 'b', address: '*', port: 80 }], timeouts: { httpRequest: '7s' } }],
    backends: [{ name: 'app', servers: [{ name: 's', address: 'db.example', port: 3306 }] }],
  });
  assert.equal(hardStopAfter, 30_000);
  const [frontend] = frontends;
  assert.deepEqual(frontend?.timeouts, {
    tarpit: 5_000,
    client: 60_000,
    clientFin: 60_000,
    httpRequest: 7_000,
    httpKeepAlive: 7_000,
  });
  assert.deepEqual(frontend?.binds[0], {
    name: 'b',
    uid: 'uid:/frontends/web/binds/b',
    id: 1,
    address: '0.0.0.0',
    port: 80,
    backlog: 1024,
  });
  const [backend] = backends;
  assert.equal(backend?.retries, 3);
  assert.equal(backend?.balance.algorithm, 'roundrobin');
  assert.deepEqual(backend?.timeouts, {
    connect: 5_000,
    queue: 5_000,
    server: 60_000,
    serverFin: 60_000,
    tunnel: 0,
    check: 0,
    tarpit: 5_000,
  });
  const [server] = backend?.servers ?? [];
  assert.equal(server?.uid, 'uid:/backends/app/servers/s');
  assert.deepEqual(
    [server?.weight, server?.inter, server?.fastinter, server?.rise, server?.fall, server?.checkPort],
    [1, 2_000, 2_000, 2, 3, 3306],
  );
});

test('what is nearer wins: server, then its backend, then defaults', () => {
  const { backends } = resolve({
    defaults: [
      {
        name: 'base',
        retries: 1,
        timeouts: { connect: '1s', server: '1s' },
        defaultServer: { weight: 1, inter: '1s', rise: 9 },
      },
    ],
    backends: [
      {
        name: 'app',
        from: 'base',
        timeouts: { server: '2s' },
        defaultServer: { weight: 2, inter: '3s' },
        servers: [{ name: 's', address: '::1', port: 80, weight: 0 }],
      },
    ],
  });
  const [backend] = backends;
  assert.equal(backend?.retries, 1);
  assert.deepEqual([backend?.timeouts.connect, backend?.timeouts.server], [1_000, 2_000]);
  const [server] = backend?.servers ?? [];
  assert.deepEqual([server?.weight, server?.inter, server?.downinter, server?.rise], [0, 3_000, 3_000, 9]);
});

test('limits of connections come from the proxy or its defaults, and fullconn from the frontends that lead to a backend', () => {
  const backend = (name: string, more: object = {}) => ({
    name,
    servers: [{ name: 's', address: '::1', port: 80, minconn: 3, maxconn: 10, ...more }],
  });
  const { maxconn, frontends, backends } = resolve({
    global: { maxconn: 1_000 },
    defaults: [{ name: 'base', maxconn: 55, rateLimitSessions: 5 }],
    frontends: [
      { name: 'f1', maxconn: 101, defaultBackend: 'b' },
      { name: 'f2', from: 'base', defaultBackend: 'b', backendSwitchingRules: [{ name: 'r', backend: 'b' }] },
      { name: 'f3', defaultBackend: 'd' },
    ],
    backends: [backend('b'), backend('d'), backend('e', { minconn: 30 }), { ...backend('g'), fullconn: 7 }],
  });
  assert.equal(maxconn, 1_000);
  assert.deepEqual(
    frontends.map((frontend) => [frontend.maxconn, frontend.rateLimitSessions]),
    [
      [101, 0],
      [55, 5],
      [0, 0],
    ],
  );
  assert.deepEqual(
    backends.map(({ fullconn }) => fullconn),
    [16, 100, 1, 7],
    'as HAProxy 2.6 shows them',
  );
  assert.deepEqual(
    backends.map(({ servers }) => servers[0]?.maxconn),
    [10, 10, 30, 10],
  );
  const unlimited = resolve({ frontends: [{ name: 'f', defaultBackend: 'b' }], backends: [backend('b')] });
  assert.equal(unlimited.backends[0]?.fullconn, 10);
});

test('rules of defaults come once, for the proxies that take them', () => {
  const rule = { name: 'r', action: 'deny' as const };
  const { defaults, frontends, backends } = resolve({
    defaults: [
      { name: 'unused', httpRequestRules: [rule] },
      {
        name: 'rules',
        acls: [{ name: 'a', criterion: 'path', values: ['/'] }],
        requestCaptures: [{ length: 9 }],
        inspectDelay: '2s',
        httpRequestRules: [rule],
      },
      { name: 'none', acls: [{ name: 'a', criterion: 'path', values: ['/'] }], responseInspectDelay: '3s' },
    ],
    frontends: [
      { name: 'one', from: 'rules', requestCaptures: [{ header: 'host', length: 5 }] },
      { name: 'two', from: 'rules' },
    ],
    backends: [{ name: 'b', from: 'none' }],
  });
  assert.deepEqual(
    defaults.map(({ name, acls, httpRequestRules }) => [name, acls.length, httpRequestRules]),
    [['rules', 1, [rule]]],
  );
  assert.deepEqual(
    frontends.map(({ rulesFrom, inspectDelay, captures }) => [rulesFrom, inspectDelay, captures.request]),
    [
      [
        'rules',
        2_000,
        [
          { header: '', length: 9 },
          { header: 'host', length: 5 },
        ],
      ],
      ['rules', 2_000, [{ header: '', length: 9 }]],
    ],
  );
  assert.deepEqual(
    backends.map(({ rulesFrom, responseInspectDelay }) => [rulesFrom, responseInspectDelay]),
    [['', 3_000]],
  );
});
