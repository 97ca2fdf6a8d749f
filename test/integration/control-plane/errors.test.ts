/** What the API refuses, and how precisely it says why. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { app, putSite, startControlPlane, web } from './harness.ts';

test('a body that does not parse is refused with line and column', async (t) => {
  const api = await startControlPlane(t);
  const { status, headers, body } = await api.put('/v1/backends/app', '{\n  "servers": [,]\n}');
  assert.equal(status, 400);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(body.code, 'malformed-json');
  assert.match(body.detail, /line 2, column 15/);
  assert.equal(body.instance, '/v1/backends/app');
});

test('a body that does not fit its schema is refused field by field', async (t) => {
  const api = await startControlPlane(t);
  const { status, body } = await api.put('/v1/frontends/web', {
    mode: 'htpp',
    bind: [],
    binds: [{ name: 'a', port: 70_000 }, { port: 1 }],
  });
  assert.equal(status, 400);
  assert.equal(body.code, 'invalid-request');
  const pointers = body.errors.map((error: { pointer: string }) => error.pointer).sort();
  assert.deepEqual(pointers, ['/bind', '/binds/0/port', '/binds/1/name', '/mode']);
  assert.match(JSON.stringify(body.errors), /did you mean \\"http\\"/);
  assert.equal((await api.get('/v1/versions')).body.items.length, 1, 'nothing was stored');
});

test('no body, a body of another kind, and a body with __proto__ are refused', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.call('PUT', '/v1/backends/app')).status, 400);
  assert.equal(
    (await api.put('/v1/backends/app', 'x=1', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    415,
  );
  assert.equal((await api.put('/v1/backends/app', '{}', { 'content-type': 'text/plain' })).status, 415);
  await putSite(api);
  assert.equal((await api.patch('/v1/backends/app', '{"__proto__": {"retries": 1}}')).status, 400);
  assert.equal((await api.put('/v1/backends/app', '[]')).status, 400);
});

test('references are checked, with pointers into the document', async (t) => {
  const api = await startControlPlane(t);
  const { status, body } = await api.put('/v1/frontends/web', {
    ...web,
    httpRequestRules: [{ name: 'r', action: 'allow', if: 'nope' }],
  });
  assert.equal(status, 422);
  assert.equal(body.code, 'invalid-config');
  assert.deepEqual(
    body.errors.map(({ resource, pointer }: { resource: string; pointer: string }) => [resource, pointer]).sort(),
    [
      ['/frontends/web', '/defaultBackend'],
      ['/frontends/web', '/httpRequestRules/0/if'],
    ],
  );
  assert.match(JSON.stringify(body.errors), /column 1/);
});

test('errors of a child point into the child, in the order it was written', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  await api.put('/v1/frontends/web/backend-switching-rules/late', { backend: 'app', priority: 900 });
  const rule = { backend: 'missing', priority: 1 };
  const { status, body } = await api.put('/v1/frontends/web/backend-switching-rules/early', rule);
  assert.equal(status, 422);
  assert.equal(body.errors[0].resource, '/frontends/web/backend-switching-rules/early');
  assert.equal(body.errors[0].pointer, '/backend');

  const used = await api.put('/v1/frontends/web/acls/used', { criterion: 'path', values: ['/'] });
  assert.equal(used.status, 201);
  await api.put('/v1/frontends/web/http-request-rules/r', { action: 'allow', if: 'used' });
  const removed = await api.delete('/v1/frontends/web/acls/used');
  assert.equal(removed.status, 422);
  assert.equal(removed.body.errors[0].pointer, '/httpRequestRules/0/if');
});

test('errors of a whole config point into the body as it was written', async (t) => {
  const api = await startControlPlane(t);
  const config = {
    frontends: [
      { name: 'zzz', ...web },
      {
        name: 'aaa',
        backendSwitchingRules: [
          { name: 'b', priority: 2, backend: 'app' },
          { name: 'a', priority: 1, backend: 'nope' },
        ],
      },
    ],
    backends: [{ name: 'app', ...app }],
  };
  for (const path of ['/v1/config', '/v1/config?dryRun=true']) {
    const { status, body } = await api.put(path, config);
    assert.equal(status, 422);
    assert.deepEqual(
      body.errors.map((error: { pointer: string }) => error.pointer),
      ['/frontends/1/backendSwitchingRules/1/backend'],
    );
  }
  const twice = await api.put('/v1/config', { backends: [{ name: 'x' }, { name: 'a' }, { name: 'x' }] });
  assert.equal(twice.status, 422);
  assert.equal(twice.body.errors[0].pointer, '/backends/2/name');
});

test('unknown paths are 404, wrong methods 405 with what is allowed', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.get('/v1/nothing')).body.code, 'not-found');
  const { status, headers, body } = await api.delete('/v1/config');
  assert.equal(status, 405);
  assert.equal(body.code, 'method-not-allowed');
  assert.equal(headers.get('allow'), 'GET, HEAD, PUT');
});

test('bad query parameters are refused', async (t) => {
  const api = await startControlPlane(t);
  for (const query of ['wait=yes', 'timeout=6m', 'timeout=1', 'dryRun=maybe', 'nope=1']) {
    const { status, body } = await api.put(`/v1/config?${query}`, {});
    assert.equal(status, 400, query);
    assert.equal(body.errors[0].pointer, `/${query.split('=')[0]}`);
  }
});

test('what is no request and what is too large are problem documents too', async (t) => {
  const api = await startControlPlane(t);
  const url = await api.get('/v1/backends/%zz');
  assert.equal(url.status, 400);
  assert.equal(url.body.code, 'invalid-request');
  for (const [head, status] of [
    ['nonsense', 400],
    ['PUT /v1/config HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 70000000', 413],
  ] as const) {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(`${head}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    assert.match(String(answer), new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(String(answer), /application\/problem\+json/);
  }
});
