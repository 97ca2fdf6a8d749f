/** The resources of the API: creating, reading, replacing, patching, deleting, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { app, putSite, startControlPlane } from './harness.ts';

test('a document can be created, read, replaced, patched and deleted', async (t) => {
  const api = await startControlPlane(t);
  const created = await api.post('/v1/backends', { name: 'app', ...app });
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('location'), '/v1/backends/app');
  assert.equal(created.headers.get('config-version'), '1');
  const { status, ...document } = created.body;
  assert.deepEqual(document, { name: 'app', ...app });
  assert.match(status.uid, /^[\w-]{12}$/);

  const again = await api.post('/v1/backends', { name: 'app' });
  assert.equal(again.status, 409);
  assert.equal(again.body.code, 'already-exists');

  const replaced = await api.put('/v1/backends/app', { ...app, retries: 1 });
  assert.equal(replaced.status, 200);
  assert.equal(replaced.headers.get('config-version'), '2');
  assert.equal(replaced.body.status.uid, status.uid, 'the uid stays while the name does');

  const patched = await api.patch('/v1/backends/app', { retries: null, redispatch: true });
  assert.equal(patched.status, 200);
  assert.equal(patched.body.retries, undefined);
  assert.equal(patched.body.redispatch, true);
  assert.deepEqual(patched.body.servers, app.servers);

  const deleted = await api.delete('/v1/backends/app');
  assert.equal(deleted.status, 204);
  assert.equal(deleted.headers.get('config-version'), '4');
  assert.equal((await api.delete('/v1/backends/app')).status, 404);
  assert.equal((await api.get('/v1/backends/app')).status, 404);

  const recreated = await api.put('/v1/backends/app', app);
  assert.equal(recreated.status, 201);
  assert.notEqual(recreated.body.status.uid, status.uid, 'a re-created resource has another uid');
});

test('an identical PUT makes no version, whatever the order of its fields', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const same = await api.put('/v1/frontends/web', {
    defaultBackend: 'app',
    binds: [{ port: 8081, address: '127.0.0.1', name: 'public' }],
  });
  assert.equal(same.status, 200);
  assert.equal(same.headers.get('config-version'), '2');
});

test('what was read can be written back, status and all', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const { body } = await api.get('/v1/backends/app');
  const back = await api.put('/v1/backends/app', body);
  assert.equal(back.status, 200);
  assert.equal(back.headers.get('config-version'), '2');
});

test('children are the same truth as the list in their parent', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const server = await api.post('/v1/backends/app/servers', { name: 's2', address: '127.0.0.1', port: 9002 });
  assert.equal(server.status, 201);
  assert.equal(server.headers.get('location'), '/v1/backends/app/servers/s2');
  const { body } = await api.get('/v1/backends/app');
  assert.deepEqual(
    body.servers.map((each: { name: string }) => each.name),
    ['s1', 's2'],
  );

  assert.equal((await api.put('/v1/backends/app/servers/s2', { address: '127.0.0.1', port: 9003 })).status, 200);
  assert.equal((await api.patch('/v1/backends/app/servers/s2', { weight: 7 })).body.weight, 7);
  assert.equal((await api.get('/v1/backends/app')).body.servers[1].port, 9003);
  assert.equal((await api.delete('/v1/backends/app/servers/s1')).status, 204);
  assert.equal((await api.get('/v1/backends/app')).body.servers.length, 1);
  assert.equal((await api.put('/v1/backends/none/servers/s1', { address: '127.0.0.1', port: 1 })).status, 404);

  const acl = { criterion: 'path_beg', values: ['/static'] };
  assert.equal((await api.put('/v1/frontends/web/acls/static', acl)).status, 201);
  assert.equal((await api.put('/v1/frontends/web/binds/second', { port: 8082 })).status, 201);
  const rule = { backend: 'app', if: 'static' };
  assert.equal((await api.put('/v1/frontends/web/backend-switching-rules/r', rule)).status, 201);
  const deny = { action: 'deny', status: 429, if: '!static' };
  const denied = await api.put('/v1/frontends/web/http-request-rules/d', deny);
  assert.equal(denied.status, 201);
  assert.equal(denied.body.status, 429);
  assert.equal((await api.put('/v1/backends/app/http-request-rules/d', { action: 'allow' })).status, 201);
});

test('the health check of a backend comes and goes as a resource', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const path = '/v1/backends/app/health-check';
  assert.equal((await api.get(path)).status, 404);
  assert.equal((await api.put(path, { type: 'http', uri: '/health' })).status, 201);
  assert.equal((await api.patch(path, { method: 'GET' })).body.method, 'GET');
  assert.deepEqual((await api.get('/v1/backends/app')).body.healthCheck, {
    type: 'http',
    uri: '/health',
    method: 'GET',
  });
  assert.equal((await api.delete(path)).status, 204);
  assert.equal((await api.delete(path)).status, 404);
});

test('global is always there', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.get('/v1/global')).status, 200);
  assert.equal((await api.put('/v1/global', { nbproc: 2 })).body.nbproc, 2);
  assert.equal((await api.patch('/v1/global', { hardStopAfter: '5s' })).body.nbproc, 2);
  assert.equal((await api.delete('/v1/global')).status, 405);
});

test('rules are numbered as they stand, keep their numbers, and a new one goes last', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const path = '/v1/frontends/web/http-request-rules';
  const priorities = async () => {
    const { body } = await api.get('/v1/frontends/web');
    return body.httpRequestRules.map((rule: { name: string; priority: number }) => [rule.name, rule.priority]);
  };
  await api.patch('/v1/frontends/web', {
    httpRequestRules: [
      { name: 'z', action: 'allow' },
      { name: 'a', action: 'allow', priority: 7 },
    ],
  });
  assert.deepEqual(await priorities(), [
    ['z', 100],
    ['a', 200],
  ]);
  await api.post(path, { name: 'new', action: 'allow' });
  await api.put(`${path}/first`, { action: 'allow', priority: 5 });
  assert.deepEqual(await priorities(), [
    ['first', 5],
    ['z', 100],
    ['a', 200],
    ['new', 300],
  ]);
  const same = await api.put(`${path}/a`, { action: 'allow' });
  assert.equal(same.body.priority, 200, 'a rule put again without priority stays where it is');
});

test('a backend or defaults in use cannot be deleted', async (t) => {
  const api = await startControlPlane(t);
  await api.put('/v1/defaults/base', { mode: 'http' });
  await putSite(api);
  await api.patch('/v1/frontends/web', { from: 'base' });
  const backend = await api.delete('/v1/backends/app');
  assert.equal(backend.status, 409);
  assert.equal(backend.body.code, 'still-referenced');
  assert.deepEqual(backend.body.referencedBy, ['/v1/frontends/web']);
  const defaults = await api.delete('/v1/defaults/base');
  assert.deepEqual(defaults.body.referencedBy, ['/v1/frontends/web']);
});

test('names of lists come in pages', async (t) => {
  const api = await startControlPlane(t);
  for (const name of ['c', 'a', 'b']) await api.put(`/v1/backends/${name}`, {});
  const first = await api.get('/v1/backends?limit=2');
  assert.deepEqual(
    first.body.items.map((item: { name: string }) => item.name),
    ['a', 'b'],
  );
  assert.equal(first.body.next, 'b');
  const second = await api.get('/v1/backends?limit=2&after=b');
  assert.deepEqual(
    second.body.items.map((item: { name: string }) => item.name),
    ['c'],
  );
  assert.equal(second.body.next, undefined);
  assert.equal((await api.get('/v1/backends?limit=0')).status, 400);
  const unknown = await api.get('/v1/backends?limt=2');
  assert.equal(unknown.status, 400);
  assert.equal(unknown.body.errors[0].pointer, '/limt');
});

test('names with every legal character can be addressed', async (t) => {
  const api = await startControlPlane(t);
  for (const name of ['a.b:c-d_E', '__proto__', 'constructor', 'x'.repeat(128)]) {
    assert.equal((await api.put(`/v1/backends/${name}`, app)).status, 201, name);
    assert.equal((await api.get(`/v1/backends/${encodeURIComponent(name)}/servers/s1`)).status, 200, name);
  }
  assert.equal((await api.put('/v1/backends/a%20b', {})).status, 400);
  assert.equal((await api.put('/v1/backends/a%2Fb', {})).status, 400);
});

test('ETags guard against lost updates', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const { headers } = await api.get('/v1/backends/app/servers/s1');
  const etag = headers.get('etag') ?? '';
  assert.equal((await api.get('/v1/backends/app/servers/s1', { 'if-none-match': etag })).status, 304);
  const updated = await api.patch('/v1/backends/app/servers/s1', { weight: 3 }, { 'if-match': etag });
  assert.equal(updated.status, 200);
  const stale = await api.patch('/v1/backends/app/servers/s1', { weight: 4 }, { 'if-match': etag });
  assert.equal(stale.status, 412);
  assert.equal(stale.body.code, 'precondition-failed');
  assert.equal((await api.delete('/v1/backends/app/servers/s1', { 'if-match': etag })).status, 412);
  const now = updated.headers.get('etag') ?? '';
  assert.equal((await api.get('/v1/backends/app/servers/s1')).headers.get('etag'), now);
  const only = { 'if-none-match': '*' };
  assert.equal((await api.put('/v1/backends/app/servers/s1', app.servers[0], only)).status, 412);
  assert.equal((await api.put('/v1/backends/app/servers/s9', { address: '127.0.0.1', port: 1 }, only)).status, 201);
  assert.equal((await api.put('/v1/backends/new', {}, { 'if-match': '*' })).status, 412);
  assert.equal((await api.delete('/v1/backends/app/servers/s1', { 'if-match': now })).status, 204);
});

test('of many writers with the same ETag one wins', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const etag = (await api.get('/v1/backends/app')).headers.get('etag') ?? '';
  const writes = Array.from({ length: 20 }, (_, retries) =>
    api.patch('/v1/backends/app', { retries: retries + 1 }, { 'if-match': etag }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal(statuses.filter((status) => status === 412).length, 19);
});

test('a name in the body must be that of the URL', async (t) => {
  const api = await startControlPlane(t);
  const wrong = await api.put('/v1/backends/app', { name: 'other' });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.errors[0].pointer, '/name');
  await putSite(api);
  assert.equal((await api.patch('/v1/frontends/web', { name: 'other' })).status, 400);
});
