/** The whole config in one document, its plan, the history, and the way back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { app, putSite, startControlPlane, web } from './harness.ts';

const site = { frontends: [{ name: 'web', ...web }], backends: [{ name: 'app', ...app }] };

test('a whole config replaces what was there and tells what changed', async (t) => {
  const api = await startControlPlane(t);
  await api.put('/v1/backends/old', {});
  const { status, headers, body } = await api.put('/v1/config', site);
  assert.equal(status, 200);
  assert.equal(headers.get('config-version'), '2');
  assert.equal(body.version, 2);
  assert.deepEqual(body.changes, [
    { action: 'delete', resource: '/backends/old' },
    { action: 'create', resource: '/backends/app' },
    { action: 'create', resource: '/backends/app/servers/s1' },
    { action: 'create', resource: '/frontends/web' },
    { action: 'create', resource: '/frontends/web/binds/public' },
  ]);
  const read = await api.get('/v1/config');
  assert.deepEqual(read.body, { global: {}, errorFiles: [], peers: [], userlists: [], defaults: [], ...site });
  assert.equal((await api.put('/v1/config', read.body)).headers.get('config-version'), '2');
  assert.equal((await api.put('/v1/config', {}, { 'if-match': '"other"' })).status, 412);
});

test('a dry run answers the plan and changes nothing', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const wanted = structuredClone(site) as { backends: { servers: object[] }[] };
  wanted.backends[0]?.servers.splice(0, 1, { name: 's1', address: '127.0.0.1', port: 9001, weight: 5 });
  const { status, body } = await api.put('/v1/config?dryRun=true', wanted);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    version: 2,
    changes: [{ action: 'update', resource: '/backends/app/servers/s1', changes: [{ pointer: '/weight', to: 5 }] }],
  });
  assert.equal((await api.get('/v1/backends/app')).body.servers[0].weight, undefined);
  assert.equal((await api.get('/v1/versions')).body.items[0].version, 2);
});

test('the order of servers is part of the config', async (t) => {
  const api = await startControlPlane(t);
  const [a, b] = [
    { name: 'a', address: '127.0.0.1', port: 1 },
    { name: 'b', address: '127.0.0.1', port: 2 },
  ];
  await api.put('/v1/backends/app', { servers: [a, b] });
  const { headers, body } = await api.put('/v1/backends/app', { servers: [b, a] });
  assert.equal(headers.get('config-version'), '2');
  assert.deepEqual(body.servers, [b, a]);
  const diff = await api.get('/v1/versions/2/diff');
  assert.deepEqual(diff.body.changes, [
    {
      action: 'update',
      resource: '/backends/app',
      changes: [{ pointer: '/servers', from: ['a', 'b'], to: ['b', 'a'] }],
    },
  ]);
});

test('every version is kept with who, why and what', async (t) => {
  const api = await startControlPlane(t, { token: 'secret-of-tests' });
  const headers = { authorization: 'Bearer secret-of-tests' };
  await api.put('/v1/backends/app?message=first', app, headers);
  await api.put('/v1/backends/app', { ...app, retries: 2 }, headers);
  const { body } = await api.get('/v1/versions?limit=2', headers);
  assert.deepEqual(
    body.items.map((item: { version: number }) => item.version),
    [2, 1],
  );
  assert.equal(body.items[1].message, 'first');
  assert.equal(body.items[1].author, 'SLUICE_TOKEN');
  assert.equal(body.next, '1');
  assert.deepEqual(
    (await api.get('/v1/versions?after=1', headers)).body.items.map((item: { version: number }) => item.version),
    [0],
  );
  const second = await api.get('/v1/versions/2', headers);
  assert.equal(second.body.config.backends[0].retries, 2);
  assert.deepEqual(second.body.changes, [
    { action: 'update', resource: '/backends/app', changes: [{ pointer: '/retries', to: 2 }] },
  ]);
  const diff = await api.get('/v1/versions/0/diff?against=2', headers);
  assert.deepEqual(diff.body, {
    from: 2,
    to: 0,
    changes: [
      { action: 'delete', resource: '/backends/app' },
      { action: 'delete', resource: '/backends/app/servers/s1' },
    ],
  });
  for (const path of ['/v1/versions/3', '/v1/versions/x', '/v1/versions/3/diff', '/v1/versions/3/status']) {
    assert.equal((await api.get(path, headers)).status, 404, path);
  }
});

test('a rollback makes a new version with the old config', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const { uid } = (await api.get('/v1/backends/app')).body.status;
  await api.put('/v1/config', {});
  const { status, headers, body } = await api.post('/v1/rollbacks', { version: 2, message: 'oops' });
  assert.equal(status, 201);
  assert.equal(headers.get('location'), '/v1/versions/4');
  assert.equal(body.version, 4);
  const backend = await api.get('/v1/backends/app');
  assert.deepEqual(backend.body.servers, app.servers);
  assert.notEqual(backend.body.status.uid, uid);
  assert.equal((await api.get('/v1/versions/4')).body.message, 'oops');
  assert.equal((await api.post('/v1/rollbacks', { version: 2 })).status, 200, 'it is current already');
  assert.equal((await api.post('/v1/rollbacks', { version: 99 })).status, 404);
  assert.equal((await api.post('/v1/rollbacks', {})).status, 400);
});

test('ten thousand servers are taken in, changed and planned', async (t) => {
  const api = await startControlPlane(t);
  const servers = Array.from({ length: 10_000 }, (_, index) => ({
    name: `s${index}`,
    address: '10.0.0.1',
    port: 1 + index,
  }));
  const { status, body } = await api.put('/v1/config', { backends: [{ name: 'big', servers }] });
  assert.equal(status, 200);
  assert.equal(body.changes.length, 10_001);
  const one = await api.patch('/v1/backends/big/servers/s5000', { weight: 9 });
  assert.equal(one.status, 200);
  assert.deepEqual((await api.get('/v1/versions/2')).body.changes, [
    { action: 'update', resource: '/backends/big/servers/s5000', changes: [{ pointer: '/weight', to: 9 }] },
  ]);
});
