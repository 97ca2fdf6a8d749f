/** The link to the nodes: roll-out, acknowledgement and refusal, reconnecting, and what is no valid node. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { nodePath } from '../../../shared/protocol/messages.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { connectNode, openNode } from './fake-node.ts';
import { app, type Client, putSite, startControlPlane, web } from './harness.ts';

const refusal = [{ resource: '/frontends/web/binds/public', pointer: '/port', detail: 'address already in use' }];

async function until<Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
  }
}

const nodeOf = async (api: Client, name = 'n1') => (await api.get(`/v1/nodes/${name}`)).body;

test('a node that connects gets welcome, overrides and the current snapshot', async (t) => {
  const api = await startControlPlane(t);
  const node = await connectNode(t, api.url);
  const welcome = await node.next('welcome');
  assert.equal(welcome.version, 0);
  assert.deepEqual((await node.next('override')).overrides, []);
  const empty = await node.snapshot();
  assert.equal(empty.version, 0);
  assert.equal(empty.epoch, welcome.epoch);
  node.ack(empty);
  await putSite(api);
  const first = await node.snapshot();
  assert.equal(first.version, 1);
  node.ack(first);
  const second = await node.snapshot();
  assert.equal(second.snapshot.frontends[0]?.defaultBackend, 'app');
  node.ack(second);
  const seen = await until(
    () => nodeOf(api),
    ({ runningVersion }) => runningVersion === 2,
  );
  assert.equal(seen.state, 'connected');
  assert.equal(seen.software, 'test');
});

test('one snapshot is in flight and the newest supersedes those that wait', async (t) => {
  const api = await startControlPlane(t);
  const node = await connectNode(t, api.url);
  const empty = await node.snapshot();
  for (let retries = 1; retries <= 5; retries++) await api.put('/v1/backends/app', { retries });
  assert.equal(node.waiting.length, 0, 'nothing is sent while a snapshot is on its way');
  node.ack(empty);
  const next = await node.snapshot();
  assert.equal(next.version, 5);
  node.ack(next);
});

test('wait=applied answers once all connected nodes have acknowledged', async (t) => {
  const api = await startControlPlane(t);
  const [one, two] = [await connectNode(t, api.url, { obedient: true }), await connectNode(t, api.url, { name: 'n2' })];
  two.ack(await two.snapshot());
  await one.snapshot();
  let answered = false;
  const write = api.put('/v1/backends/app?wait=applied&timeout=60s', app).then((answer) => {
    answered = true;
    return answer;
  });
  const snapshot = await two.snapshot();
  await until(
    () => nodeOf(api),
    ({ runningVersion }) => runningVersion === 1,
  );
  assert.equal(answered, false);
  two.ack(snapshot);
  const { status, body } = await write;
  assert.equal(status, 201);
  assert.equal(body.name, 'app');
  const deleted = api.delete('/v1/backends/app?wait=applied');
  two.ack(await two.snapshot());
  assert.equal((await deleted).status, 204);
});

test('wait=applied counts a newer version that the node acknowledged instead', async (t) => {
  const api = await startControlPlane(t);
  const node = await connectNode(t, api.url);
  const empty = await node.snapshot();
  const writes = [1, 2, 3].map((retries) => api.put('/v1/backends/app?wait=applied', { retries }));
  await until(
    () => api.get('/v1/versions'),
    ({ body }) => body.items[0].version === 3,
  );
  node.ack(empty);
  node.ack(await node.snapshot());
  const statuses = (await Promise.all(writes)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 200, 201]);
});

test('wait=applied answers 202 at once when a node refuses, with resource and reason', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const node = await connectNode(t, api.url);
  node.ack(await node.snapshot());
  const write = api.patch('/v1/frontends/web/binds/public?wait=applied&timeout=60s', { port: 8099 });
  const snapshot = await node.snapshot();
  node.nack(snapshot, refusal);
  const { status, body, headers } = await write;
  assert.equal(status, 202);
  assert.equal(headers.get('config-version'), '3');
  assert.equal(body.version, 3);
  assert.equal(body.state, 'rejected');
  assert.deepEqual(body.nodes, [
    { node: 'n1', connection: 'connected', state: 'rejected', runningVersion: 2, errors: refusal },
  ]);
  assert.deepEqual((await api.get('/v1/versions/3/status')).body, body);
  assert.equal((await api.get('/v1/versions/2/status')).body.state, 'applied');
  const { lastNack } = await nodeOf(api);
  assert.equal(lastNack.version, 3);
  assert.deepEqual(lastNack.errors, refusal);
  const { status: conditions } = (await api.get('/v1/frontends/web')).body;
  assert.deepEqual(conditions.nodes[0].errors, refusal);
  assert.deepEqual((await api.get('/v1/backends/app')).body.status.nodes[0].errors, []);
});

test('a refused hash is not sent again until it is retried or the node restarts', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const node = await connectNode(t, api.url);
  const good = await node.snapshot();
  node.ack(good);
  const rejected = api.put('/v1/frontends/web?wait=applied', { ...web, maxconn: undefined, disabled: true });
  const bad = await node.snapshot();
  node.nack(bad, refusal);
  assert.equal((await rejected).status, 202);

  const rolledBack = await api.post('/v1/rollbacks?wait=applied', { version: 2 });
  assert.equal(rolledBack.status, 201, 'the node still runs that snapshot, so nothing has to be sent');
  const again = await api.post('/v1/rollbacks?wait=applied', { version: 3 });
  assert.equal(again.status, 202);
  assert.equal(again.body.state, 'rejected');
  assert.equal(node.waiting.length, 0);

  const reconnected = await connectNode(t, api.url, { running: { epoch: good.epoch, version: 2, hash: good.hash } });
  await reconnected.next('welcome');
  await reconnected.next('override');
  assert.equal(
    (await api.get('/v1/versions/5/status')).body.state,
    'rejected',
    'the same run of the node refuses it still',
  );
  assert.equal((await api.post('/v1/nodes/n1/retries', undefined)).status, 202);
  const retried = await reconnected.snapshot();
  assert.equal(retried.version, 5);
  reconnected.nack(retried, refusal);

  const restarted = await connectNode(t, api.url, {
    bootId: 'boot-2',
    running: { epoch: good.epoch, version: 2, hash: good.hash },
  });
  const fresh = await restarted.snapshot();
  restarted.ack(fresh);
  await until(
    () => api.get('/v1/versions/5/status'),
    ({ body }) => body.state === 'applied',
  );
});

test('with no node connected wait=applied waits for one, until the timeout', async (t) => {
  const clock = new FakeClock();
  const api = await startControlPlane(t, { clock });
  const lonely = api.put('/v1/backends/app?wait=applied&timeout=5s', app);
  await until(
    () => api.get('/v1/versions'),
    ({ body }) => body.items[0].version === 1,
  );
  clock.advance(5_000);
  const { status, body } = await lonely;
  assert.equal(status, 202);
  assert.deepEqual(body, { version: 1, state: 'pending', nodes: [] });

  const lucky = api.put('/v1/backends/app?wait=applied&timeout=5s', { ...app, retries: 1 });
  await until(
    () => api.get('/v1/versions'),
    ({ body: versions }) => versions.items[0].version === 2,
  );
  await connectNode(t, api.url, { obedient: true });
  assert.equal((await lucky).status, 200);
});

test('a node that runs the current snapshot already is sent nothing and counts', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const first = await connectNode(t, api.url);
  const snapshot = await first.snapshot();
  first.ack(snapshot);
  first.socket.close();
  const running = { epoch: snapshot.epoch, version: snapshot.version, hash: snapshot.hash };
  const second = await connectNode(t, api.url, { running, source: 'cache' });
  await second.next('welcome');
  await second.next('override');
  assert.equal((await api.get('/v1/versions/2/status')).body.state, 'applied');
  const described = await api.put('/v1/frontends/web?wait=applied', { ...web, description: 'nothing a node needs' });
  assert.equal(described.status, 200);
  assert.equal(described.headers.get('config-version'), '3');
  assert.equal((await nodeOf(api)).runningVersion, 3);
  assert.equal(second.waiting.length, 0);
});

test('what a node runs of another database, or under a number it never had here, does not count', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const probe = await connectNode(t, api.url);
  const { epoch, hash } = await probe.snapshot();
  for (const running of [
    { epoch: 'another', version: 2, hash },
    { epoch, version: 90, hash: 'f'.repeat(64) },
    { epoch, version: 1, hash: 'f'.repeat(64) },
  ]) {
    const node = await connectNode(t, api.url, { running });
    await node.next('welcome');
    assert.equal((await nodeOf(api)).runningVersion, null);
    assert.equal((await node.snapshot()).version, 2);
  }
});

test('a large snapshot arrives whole', async (t) => {
  const api = await startControlPlane(t);
  const node = await connectNode(t, api.url, { obedient: true });
  await node.snapshot();
  const servers = Array.from({ length: 10_000 }, (_, index) => ({
    name: `s${index}-${Math.random()}`,
    address: '10.0.0.1',
    port: 1 + index,
  }));
  const { status } = await api.put('/v1/backends/big?wait=applied&timeout=60s', { servers });
  assert.equal(status, 201);
  assert.equal((await node.snapshot()).snapshot.backends[0]?.servers.length, 10_000);
});

test('a new connection takes the place of an older one with the same name', async (t) => {
  const api = await startControlPlane(t);
  const first = await connectNode(t, api.url);
  await first.snapshot();
  const second = await connectNode(t, api.url);
  assert.match((await first.next('bye')).reason, /another connection/);
  await first.closed;
  second.ack(await second.snapshot());
  assert.equal((await api.get('/v1/nodes')).body.items.length, 1);
  await until(
    () => nodeOf(api),
    ({ runningVersion }) => runningVersion === 0,
  );
});

test('a message that is no valid one ends the connection with 1008', async (t) => {
  const api = await startControlPlane(t);
  for (const text of [
    '{',
    '{"type":"hello"}',
    '{"type":"nonsense"}',
    '{"type":"ack","version":0,"hash":"","durationMs":1}',
  ]) {
    const node = await openNode(t, api.url);
    node.sendText(text);
    await node.next('bye');
    assert.equal(await node.closed, 1008, text);
  }
  const liar = await openNode(t, api.url, { name: 'other' });
  liar.send({
    type: 'hello',
    nodeId: 'n1',
    bootId: 'b',
    software: '',
    workers: 1,
    running: { epoch: '', version: 0, hash: '' },
    source: 'none',
  });
  assert.equal(await liar.closed, 1008);
  assert.deepEqual((await api.get('/v1/nodes')).body.items, [], 'none of them is a node');
});

test('the upgrade is refused for another path, a bad name and a missing subprotocol', async (t) => {
  const api = await startControlPlane(t);
  const base = api.url.replace('http', 'ws');
  const attempts = [
    [new WebSocket(`${base}/elsewhere?node=n1`, 'sluice.v1'), 404],
    [new WebSocket(`${base}${nodePath}`, 'sluice.v1'), 400],
    [new WebSocket(`${base}${nodePath}?node=a%20b`, 'sluice.v1'), 400],
    [new WebSocket(`${base}${nodePath}?node=n1`), 400],
  ] as const;
  for (const [socket, expected] of attempts) {
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, expected);
    response.destroy();
  }
});

test('a lost node is stale, then gone, then may be forgotten', async (t) => {
  const clock = new FakeClock();
  const api = await startControlPlane(t, { clock });
  const node = await connectNode(t, api.url);
  node.ack(await node.snapshot());
  assert.equal((await api.delete('/v1/nodes/n1')).status, 409);
  node.socket.terminate();
  await until(
    () => nodeOf(api),
    ({ state }) => state === 'stale',
  );
  clock.advance(5 * 60_000 + 1);
  assert.equal((await nodeOf(api)).state, 'gone');
  assert.equal((await api.delete('/v1/nodes/n1')).status, 204);
  assert.equal((await api.get('/v1/nodes/n1')).status, 404);
});

test('a node that falls silent is cut off after thirty seconds', async (t) => {
  const clock = new FakeClock();
  const api = await startControlPlane(t, { clock });
  const node = await connectNode(t, api.url);
  node.ack(await node.snapshot());
  await until(
    () => nodeOf(api),
    ({ runningVersion }) => runningVersion === 0,
  );
  clock.advance(20_000);
  assert.equal((await nodeOf(api)).state, 'connected');
  clock.advance(10_000);
  await node.closed;
  assert.equal((await nodeOf(api)).state, 'stale');
});
