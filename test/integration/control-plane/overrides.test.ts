/** Overrides of servers: stored, sent, ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../control-plane/store/sqlite-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { connectNode, type FakeNode } from './fake-node.ts';
import { app, putSite, startControlPlane } from './harness.ts';

const path = '/v1/backends/app/servers/s1/override';

function report(node: FakeNode, adminState: 'ready' | 'drain' | 'maint', weight: number): void {
  const health = {
    state: 'up' as const,
    adminState,
    weight,
    checkStatus: 'L4OK',
    checkDetail: '',
    checkDurationMs: 1,
    changedAt: '2030-01-01T00:00:00Z',
  };
  node.send({ type: 'health', full: true, backends: { app: { s1: health } } });
}

test('an override is stored beside the configuration and sent to the nodes', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const node = await connectNode(t, api.url);
  await node.next('welcome');
  await node.next('override');
  node.ack(await node.snapshot());
  assert.equal((await api.get(path)).status, 404);
  assert.equal((await api.put(path, { adminState: 'drain', weight: 3 })).status, 201);
  const sent = [{ backend: 'app', server: 's1', adminState: 'drain', weight: 3 }];
  assert.deepEqual((await node.next('override')).overrides, sent);
  assert.equal((await api.put(path, { adminState: 'maint' })).status, 200);
  await node.next('override');
  const server = await api.get('/v1/backends/app/servers/s1');
  assert.deepEqual(server.body.status.override, { adminState: 'maint' });
  assert.equal(server.body.weight, undefined, 'the configured value stays');
  assert.equal((await api.get('/v1/versions')).body.items[0].version, 2, 'an override makes no version');
  const late = await connectNode(t, api.url, { name: 'n2' });
  await late.next('welcome');
  assert.equal((await late.next('override')).overrides.length, 1);
  assert.equal((await api.delete(path)).status, 204);
  assert.deepEqual((await node.next('override')).overrides, []);
  assert.equal((await api.delete(path)).status, 404);
});

test('an override that says nothing, is over, or is of no server is refused', async (t) => {
  const api = await startControlPlane(t, { clock: new FakeClock() });
  await putSite(api);
  assert.equal((await api.put(path, {})).status, 422);
  const past = await api.put(path, { weight: 1, expiresAt: '2029-12-31T23:59:59Z' });
  assert.equal(past.status, 422);
  assert.equal(past.body.errors[0].pointer, '/expiresAt');
  assert.equal((await api.put(path, { weight: 1, expiresAt: '2030-02-31T00:00:00+99:00' })).status, 422);
  assert.equal((await api.put(path, { weight: 257 })).status, 400);
  assert.equal((await api.put('/v1/backends/app/servers/none/override', { weight: 1 })).status, 404);
});

test('an override ends when its time has come', async (t) => {
  const clock = new FakeClock();
  const store = openMemoryStore();
  const api = await startControlPlane(t, { clock, store });
  await putSite(api);
  const node = await connectNode(t, api.url);
  await node.next('welcome');
  await node.next('override');
  await node.snapshot();
  await api.put(path, { adminState: 'maint', expiresAt: '2030-01-01T00:30:20+00:30' });
  assert.equal((await node.next('override')).overrides.length, 1);
  clock.advance(19_000);
  assert.equal((await api.get(path)).status, 200);
  clock.advance(1_000);
  assert.deepEqual((await node.next('override')).overrides, []);
  assert.equal((await api.get(path)).status, 404);
  assert.deepEqual(await store.listOverrides(), []);
});

test('an override goes with its server, and does not come back with a new one of that name', async (t) => {
  const store = openMemoryStore();
  const api = await startControlPlane(t, { store });
  await putSite(api);
  const node = await connectNode(t, api.url);
  await node.next('welcome');
  await node.next('override');
  node.ack(await node.snapshot());
  await api.put(path, { adminState: 'maint' });
  await node.next('override');
  await api.delete('/v1/backends/app/servers/s1');
  const without = await node.next('snapshot');
  assert.equal(node.waiting.length, 0, 'the node hears of it only when the server has gone');
  node.ack(without);
  assert.deepEqual((await node.next('override')).overrides, []);
  assert.deepEqual(await store.listOverrides(), []);
  await api.put('/v1/backends/app', app);
  assert.equal((await api.get(path)).status, 404);
});

test('wait=applied waits until the nodes report the wanted state', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const node = await connectNode(t, api.url);
  await node.next('welcome');
  await node.next('override');
  node.ack(await node.snapshot());
  report(node, 'ready', 1);
  const write = api.put(`${path}?wait=applied&timeout=60s`, { adminState: 'drain' });
  await node.next('override');
  report(node, 'drain', 1);
  assert.equal((await write).status, 201);
  const late = await api.put(`${path}?wait=applied&timeout=1ms`, { adminState: 'maint' });
  assert.equal(late.status, 202);
  assert.equal(late.body.state, 'pending');
  const server = await api.get('/v1/backends/app/servers/s1');
  assert.equal(server.body.status.nodes[0].node, 'n1');
  assert.equal(server.body.status.nodes[0].adminState, 'drain');
});
