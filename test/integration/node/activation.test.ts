/** Versions from the control plane are put in force as a whole or not at all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { sha256 } from '../../../shared/protocol/canonical-json.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode } from '../../support/node-harness.ts';
import { get, startOrigin } from '../../support/origin-server.ts';
import { siteConfig, versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

test('a version is served once acknowledged; sockets that a later one drops are closed', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 2 });
  await controlPlane.heard('hello');
  const [first, second, origin] = [await freePort(), await freePort(), await startOrigin(context)];
  const servers = [{ name: 's1', port: origin }];

  const version = versionOf(1, siteConfig({ ports: [first, second], servers }));
  const answer = await controlPlane.apply(version);
  assert.equal(answer.type, 'ack');
  assert.equal(answer.hash, version.hash);
  assert.deepEqual([await get(first), await get(second)], ['ok', 'ok']);

  assert.equal((await controlPlane.apply(versionOf(2, siteConfig({ ports: [second], servers })))).type, 'ack');
  assert.equal(await refuses(first), true);
  assert.equal(await get(second), 'ok');
});

test('a port in use by another program: refused with resource and field, the old version still serves', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 2 });
  await controlPlane.heard('hello');
  const [port, free, origin] = [await freePort(), await freePort(), await startOrigin(context)];
  const servers = [{ name: 's1', port: origin }];
  await controlPlane.apply(versionOf(1, siteConfig({ ports: [port], servers })));
  const other = createServer().listen(0, '127.0.0.1');
  context.after(() => other.close());
  await once(other, 'listening');
  const taken = (other.address() as { port: number }).port;

  const version = versionOf(2, siteConfig({ ports: [port, free, taken], servers }));
  const { type, hash, ...refusal } = await controlPlane.apply(version);
  assert.deepEqual([type, hash], ['nack', version.hash]);
  assert.deepEqual(refusal, {
    version: 2,
    phase: 'prepare',
    errors: [
      {
        resource: '/frontends/web2',
        pointer: '/binds/0/port',
        detail: `127.0.0.1:${taken} is already in use by another program`,
      },
    ],
  });
  assert.equal(await get(port), 'ok');
  assert.equal(await refuses(free), true, 'a socket of the refused version stays open');

  other.close();
  await once(other, 'close');
  assert.equal((await controlPlane.apply({ ...version, version: 3 })).type, 'ack');
  assert.equal(await get(taken), 'ok');
});

test('of versions that come faster than they are activated the newest wins', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 2 });
  await controlPlane.heard('hello');
  const port = await freePort();
  const last = 40;
  for (let version = 1; version <= last; version++) {
    controlPlane.sendVersion(
      versionOf(version, siteConfig({ ports: [port], servers: [{ name: 's1', port: version }] })),
    );
  }
  await controlPlane.heard('ack', ({ version }) => version === last);
  const acknowledged = controlPlane.messages.flatMap((message) => (message.type === 'ack' ? [message.version] : []));
  assert.ok(acknowledged.length < last, 'none was superseded');
  assert.deepEqual(
    acknowledged,
    acknowledged.toSorted((a, b) => a - b),
  );
});

test('the snapshot that runs already is acknowledged under its new number without work', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const version = versionOf(1, siteConfig({ ports: [await freePort()] }));
  await controlPlane.apply(version);
  const answer = await controlPlane.apply({ ...version, version: 2 });
  assert.deepEqual(answer, { type: 'ack', version: 2, hash: version.hash, durationMs: 0 });
  controlPlane.disconnect();
  const hello = await controlPlane.heard('hello', ({ running }) => running.version === 2);
  assert.deepEqual([hello.source, hello.running.hash], ['control-plane', version.hash]);
});

test('a large version comes in pieces; pieces that do not fit are refused', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const servers = Array.from({ length: 2_000 }, (_, index) => ({ name: `s${index}`, port: 1_000 + index }));
  const answer = await controlPlane.apply(versionOf(1, siteConfig({ ports: [await freePort()], servers })));
  assert.equal(answer.type, 'ack');

  const damaged = { ...versionOf(2, siteConfig({ ports: [] })), hash: 'not its hash' };
  const refusal = await controlPlane.apply(damaged);
  assert.ok(refusal.type === 'nack');
  assert.deepEqual([refusal.phase, refusal.version], ['receive', 2]);
});

test('a version of a form this node does not know is refused', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const json = '{"frontends":[{"listeners":[]}]}';
  const answer = await controlPlane.apply({ ...versionOf(1, {}), json, hash: sha256(json) });
  assert.ok(answer.type === 'nack');
  assert.match(answer.errors[0]?.detail ?? '', /does not understand/);
  assert.equal((await controlPlane.apply(versionOf(2, siteConfig({ ports: [] })))).type, 'ack');
});

test('overrides and checks reach workers and control plane', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const [port, a, dead] = [await freePort(), await startOrigin(context), await freePort()];
  const b = await startOrigin(context, (_request, response) => response.end('b'));
  const servers = [
    { name: 'a', port: a },
    { name: 'b', port: b },
    { name: 'dead', port: dead, check: true, inter: '50ms' },
  ];
  await controlPlane.apply(versionOf(1, siteConfig({ ports: [port], servers })));
  const down = await controlPlane.heard('health', ({ backends }) => backends['app']?.['dead']?.state === 'down');
  assert.equal(down.backends['app']?.['dead']?.checkStatus, 'L4CON');
  const seen = async () => new Set([await get(port), await get(port), await get(port), await get(port)]);
  assert.deepEqual(await seen(), new Set(['ok', 'b']));

  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  controlPlane.send({
    type: 'override',
    overrides: [{ backend: 'app', server: 'a', adminState: 'maint', expiresAt }],
  });
  await controlPlane.heard('health', ({ backends }) => backends['app']?.['a']?.adminState === 'maint');
  await waitFor('no traffic for the server in maintenance', async () => (await seen()).size === 1);
  await waitFor('the override to end by itself', async () => (await seen()).size === 2);
});
