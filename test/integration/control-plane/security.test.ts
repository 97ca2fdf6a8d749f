/** Who may use the API: Host and Origin while it is open, tokens and scopes afterwards. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { nodePath } from '../../../shared/protocol/messages.ts';
import { connectNode } from './fake-node.ts';
import { startControlPlane } from './harness.ts';

/** fetch would not let a test choose these headers. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = await once(get(url, { headers }), 'response');
  response.resume();
  return response.statusCode;
}

test('without tokens only this machine is a Host, and only its own pages an Origin', async (t) => {
  const api = await startControlPlane(t);
  const url = `${api.url}/v1/config`;
  const { host } = new URL(api.url);
  for (const good of [host, 'localhost', 'localhost:1', '[::1]:80', '127.0.0.2']) {
    assert.equal(await statusWith(url, { host: good }), 200, good);
  }
  for (const bad of ['evil.example', 'localhost.evil.example', '10.0.0.1']) {
    assert.equal(await statusWith(url, { host: bad }), 403, bad);
  }
  assert.equal(await statusWith(url, { origin: api.url }), 200);
  assert.equal(await statusWith(url, { origin: 'http://localhost:3000' }), 200);
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
    assert.equal(await statusWith(url, { origin }), 403, origin);
  }
  assert.equal(await statusWith(`${api.url}/healthz`, { host: 'probe.example' }), 200);
});

test('a web page cannot connect as a node', async (t) => {
  const api = await startControlPlane(t);
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}${nodePath}?node=x`, 'sluice.v1', {
    origin: 'https://evil.example',
  });
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 403);
  response.destroy();
});

test('with SLUICE_TOKEN every request must bear a token', async (t) => {
  const api = await startControlPlane(t, { token: 'secret-of-tests' });
  const none = await api.get('/v1/config');
  assert.equal(none.status, 401);
  assert.equal(none.body.code, 'unauthorized');
  assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer/);
  assert.equal((await api.get('/v1/config', { authorization: 'Bearer wrong' })).status, 401);
  assert.equal((await api.get('/v1/config', { authorization: 'Bearer secret-of-tests' })).status, 200);
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs/'])
    assert.equal((await api.get(path)).status, 200, path);
});

test('tokens are created, shown once, limited to their scope, and revoked', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.post('/v1/tokens', { name: 'r', scope: 'read' })).status, 409, 'the first must be an admin');
  const admin = await api.post('/v1/tokens', { name: 'root', scope: 'admin' });
  assert.equal(admin.status, 201);
  assert.equal((await api.get('/v1/tokens')).status, 401, 'from now on a token is needed');
  const bearer = (answer: { body: { secret: string } }) => ({ authorization: `Bearer ${answer.body.secret}` });
  const root = bearer(admin);
  const made = async (scope: string) => bearer(await api.post('/v1/tokens', { name: scope, scope }, root));
  const [read, operate, write] = [await made('read'), await made('operate'), await made('write')];
  assert.equal((await api.post('/v1/tokens', { name: 'read', scope: 'read' }, root)).status, 409);

  const { body } = await api.get('/v1/tokens', root);
  assert.deepEqual(
    body.items.map((item: { name: string }) => item.name),
    ['operate', 'read', 'root', 'write'],
  );
  assert.doesNotMatch(JSON.stringify(body), /slu_/);
  assert.match(body.items[0].fingerprint, /^[0-9a-f]{16}$/);

  assert.equal((await api.get('/v1/config', read)).status, 200);
  assert.equal((await api.put('/v1/backends/app', {}, read)).status, 403);
  assert.equal((await api.put('/v1/backends/app', {}, operate)).status, 403);
  const created = await api.put('/v1/backends/app', {}, write);
  assert.equal(created.status, 201);
  assert.equal((await api.get('/v1/versions/1', read)).body.author, 'write');
  assert.equal((await api.get('/v1/tokens', write)).status, 403);
  assert.equal((await api.put('/v1/backends/app/servers/s/override', { weight: 1 }, operate)).status, 404);
  assert.equal((await api.put('/v1/backends/app/servers/s/override', { weight: 1 }, read)).status, 403);

  await assert.rejects(connectNode(t, api.url, { headers: read }), /403/);
  await assert.rejects(connectNode(t, api.url), /401/);
  const node = await connectNode(t, api.url, { headers: operate });
  await node.next('welcome');

  assert.equal((await api.delete('/v1/tokens/root', root)).status, 409, 'it is the last admin');
  assert.equal((await api.delete('/v1/tokens/read', root)).status, 204);
  assert.equal((await api.get('/v1/config', read)).status, 401);
});
