/** The connection with the control plane: made with the right words, and made again whenever it breaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { isNodeUrl, startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode } from '../../support/node-harness.ts';
import { siteConfig, versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a node says who it is, and reports health, status and counters', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, token: 's3cret', node: 'edge-1', workers: 1 });
  const hello = await controlPlane.heard('hello');
  assert.deepEqual(
    { nodeId: hello.nodeId, source: hello.source, running: hello.running, workers: hello.workers },
    { nodeId: 'edge-1', source: 'none', running: { epoch: '', version: 0, hash: '' }, workers: 1 },
  );
  const [connection] = controlPlane.connections;
  assert.ok(isNodeUrl(connection?.url ?? '', 'edge-1'), connection?.url);
  assert.equal(connection?.authorization, 'Bearer s3cret');
  assert.deepEqual(await controlPlane.heard('health'), { type: 'health', full: true, backends: {} });
  assert.equal((await controlPlane.heard('status')).draining, false);

  await controlPlane.apply(versionOf(1, siteConfig({ ports: [await freePort()], servers: [{ name: 's1', port: 1 }] })));
  const first = await controlPlane.heard('counters');
  assert.deepEqual(Object.keys(first.servers['app'] ?? {}), ['s1']);
  assert.equal(first.bootId, hello.bootId);
  await controlPlane.heard('counters', ({ sequence }) => sequence === first.sequence + 1);
});

test('a ping is answered', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  controlPlane.send({ type: 'ping' });
  await controlPlane.heard('pong');
});

test('after a break the node comes back and tells what it runs', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const version = versionOf(7, siteConfig({ ports: [await freePort()] }));
  await controlPlane.apply(version);
  controlPlane.disconnect();
  const hello = await controlPlane.heard('hello', ({ running }) => running.version === 7);
  assert.deepEqual([hello.source, hello.running.hash, hello.running.epoch], ['control-plane', version.hash, 'test']);
});

test('a node waits for a control plane that is not there yet', async (context) => {
  const port = await freePort();
  await startNode(context, { controlPlane: `ws://127.0.0.1:${port}`, workers: 1 });
  const controlPlane = await startFakeControlPlane(context, port);
  await controlPlane.heard('hello');
});

test('what is no message of the protocol ends the connection, not the node', async (context) => {
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  for (const text of ['{', '{"type":"reboot"}', '{"type":"ping","more":1}']) {
    const hellos = () => controlPlane.messages.filter(({ type }) => type === 'hello').length;
    const before = hellos();
    controlPlane.sendText(text);
    await waitFor('another hello', () => hellos() > before);
  }
  assert.equal((await controlPlane.apply(versionOf(1, siteConfig({ ports: [] })))).type, 'ack');
});
