/** The runtime API of a real node: its sockets as versions come and go, and what its commands change. */
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { Global } from '../../../shared/model/global.ts';
import type { StatsSocket } from '../../../shared/model/stats-socket.ts';
import { canonicalJson, sha256 } from '../../../shared/protocol/canonical-json.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { get, startOrigin } from '../../support/origin-server.ts';
import { ask, runtimeClient } from '../../support/runtime-client.ts';
import { siteConfig, snapshotOf, versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A node with two servers that answer with their names; "apply" gives it the same proxies with other settings. */
async function open(context: TestContext) {
  const folder = await temporaryFolder();
  const control = await startFakeControlPlane(context);
  const node = await startNode(context, { controlPlane: control.url, workers: 1 });
  await control.heard('hello');
  const port = await freePort();
  const origins = await Promise.all(
    ['a', 'b'].map((name) => startOrigin(context, (_request, response) => response.end(name))),
  );
  const servers = origins.map((origin, index) => ({ name: ['a', 'b'][index] ?? '', port: origin, weight: 10 }));
  let version = 0;
  const apply = (global: Global, weight = 10) => {
    const weighted = servers.map((server) => ({ ...server, weight }));
    return control.apply(versionOf(++version, { ...siteConfig({ ports: [port], servers: weighted }), global }));
  };
  const path = join(folder, 'admin.sock');
  const admin: StatsSocket = { address: path, level: 'admin' };
  return { folder, control, node, port, apply, path, admin, ask: (line: string) => ask(context, path, line) };
}

test('a socket opens with its version, with its rights, and goes when the node stops', async (context) => {
  const { apply, path, admin, node, ask } = await open(context);
  assert.equal((await apply({ statsSockets: [{ ...admin, mode: '600' }] })).type, 'ack');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(await ask('show backend'), '# name\napp\n\n');
  await node.stop();
  assert.equal(existsSync(path), false);
});

test('an open connection outlasts a version that keeps its socket, and ends with one that does not', async (context) => {
  const { apply, path, admin, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  const client = await runtimeClient(context, path);
  client.send('prompt\n');
  await client.until('> ');
  await apply({ statsSockets: [{ ...admin, level: 'user' }] });
  client.send('show cli level\n');
  await client.until('admin\n\n> ');
  assert.equal(await ask('show cli level'), 'user\n\n');
  await apply({});
  await client.untilClosed();
  assert.equal(existsSync(path), false);
});

test('other rights give a path another socket without a moment of refusal', async (context) => {
  const { apply, path, admin, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  await apply({ statsSockets: [{ ...admin, mode: '640' }] });
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.equal(await ask('show cli level'), 'admin\n\n');
});

test('what a process left behind is replaced; what is no socket is not', async (context) => {
  const { apply, path, admin, folder, ask } = await open(context);
  const stale = createServer().listen(path);
  await new Promise((resolve) => stale.once('listening', resolve));
  context.after(() => stale.close());
  assert.equal((await apply({ statsSockets: [admin] })).type, 'ack');
  assert.equal(await ask('show cli level'), 'admin\n\n');
  const file = join(folder, 'file');
  writeFileSync(file, 'precious');
  const refusal = await apply({ statsSockets: [admin, { address: file }] });
  assert.ok(refusal.type === 'nack');
  assert.deepEqual(refusal.errors, [
    { resource: '/global', pointer: '/statsSockets/1/address', detail: `${file} is there already and is no socket` },
  ]);
});

test('a socket that cannot be opened refuses the version, and nothing of it stays', async (context) => {
  const { apply, path, admin, folder, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  context.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const other = join(folder, 'other.sock');
  const cases: [StatsSocket, string, RegExp][] = [
    [{ address: `127.0.0.1:${port}` }, 'address', /in use/],
    [{ address: join(folder, 'missing/s.sock') }, 'address', /no folder/],
    [{ address: `${other}2`, user: 'nobody-of-that-name' }, 'user', /no user "nobody-of-that-name"/],
    [{ address: `${other}2`, group: 'nobody-of-that-name' }, 'group', /no group/],
    [{ address: 'fd@999' }, 'address', /fd@999/],
  ];
  for (const [socket, field, reason] of cases) {
    const refusal = await apply({ statsSockets: [admin, { address: other }, socket] });
    assert.ok(refusal.type === 'nack', socket.address);
    assert.equal(refusal.errors[0]?.pointer, `/statsSockets/2/${field}`);
    assert.match(refusal.errors[0]?.detail ?? '', reason);
    assert.equal(existsSync(other), false);
  }
  assert.equal(existsSync(path), true);
  assert.equal(await ask('show cli level'), 'admin\n\n');
});

test('a TCP socket answers too', async (context) => {
  const { apply } = await open(context);
  const port = await freePort();
  await apply({ statsSockets: [{ address: `ipv4@127.0.0.1:${port}` }] });
  assert.equal(await ask(context, port, 'show cli level;set weight app/a 1'), 'operator\n\nPermission denied\n\n');
});

test('connections beyond statsMaxconn wait for their turn', async (context) => {
  const { apply, path, admin } = await open(context);
  await apply({ statsSockets: [admin], statsMaxconn: 1 });
  const first = await runtimeClient(context, path);
  first.send('prompt\n');
  await first.until('> ');
  const second = await runtimeClient(context, path);
  second.send('show cli level\n');
  first.send('show backend\n');
  await first.until('app\n\n> ');
  assert.equal(second.received, '');
  first.send('quit\n');
  assert.equal(await second.untilClosed(), 'admin\n\n');
});

test('weights and states change where traffic goes, over versions too', async (context) => {
  const { apply, port, admin, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  const seen = async () => new Set([await get(port), await get(port), await get(port), await get(port)]);
  assert.deepEqual([...(await seen())].sort(), ['a', 'b']);
  assert.equal(await ask('set weight app/a 0'), '\n');
  await waitFor('traffic to b alone', async () => !(await seen()).has('a'));
  await apply({ statsSockets: [admin] }, 20);
  assert.deepEqual([...(await seen())], ['b']);
  assert.equal(await ask('get weight app/a'), '0 (initial 20)\n\n');
  assert.equal(await ask('set weight app/a 100%;set server app/b state drain'), '\n\n');
  await waitFor('traffic to a alone', async () => !(await seen()).has('b'));
  assert.equal(await ask('set server app/b state ready;set server app/a health down'), '\n\n');
  await waitFor('traffic to b alone', async () => !(await seen()).has('a'));
});

test('the control plane sees what was changed, and has the last word when it speaks of the server', async (context) => {
  const { control, apply, admin, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  await ask('set weight app/a 3;set server app/a state drain');
  await control.heard('health', ({ backends }) => {
    const health = backends['app']?.['a'];
    return health?.weight === 3 && health.adminState === 'drain';
  });
  control.send({ type: 'override', overrides: [{ backend: 'app', server: 'b', weight: 5 }] });
  await waitFor('the override', async () => (await ask('get weight app/b')).startsWith('5 '));
  assert.equal(await ask('get weight app/a'), '3 (initial 10)\n\n');
  control.send({ type: 'override', overrides: [{ backend: 'app', server: 'a', weight: 7 }] });
  await waitFor('the override', async () => (await ask('get weight app/a')).startsWith('7 '));
  assert.match(await ask('show servers state app'), /^3 app 1 a 127\.0\.0\.1 2 0 7 10 /m);
});

test('counters are those of all workers, and can be cleared', async (context) => {
  const { apply, port, admin, ask } = await open(context);
  await apply({ statsSockets: [admin] });
  await get(port);
  await get(port);
  await waitFor('the counters', async () => (await ask('show info')).includes('\nCumReq: 2\n'));
  assert.match(await ask('show stat web0 1 -1'), /^web0,FRONTEND,,,0,1,0,2,/m);
  assert.equal(await ask('clear counters all'), '\n');
  assert.match(await ask('show stat web0 1 -1'), /^web0,FRONTEND,,,0,0,0,0,/m);
  assert.match(await ask('show info'), /^CumReq: 0$/m);
});

test('a version from before there were stats sockets is served', async (context) => {
  const { apply, control, path, admin } = await open(context);
  await apply({ statsSockets: [admin] });
  const { stats: _stats, ...snapshot } = snapshotOf({});
  const json = canonicalJson(snapshot);
  const answer = await control.apply({ ...versionOf(9, {}), json, hash: sha256(json) });
  assert.equal(answer.type, 'ack');
  assert.equal(existsSync(path), false);
});
