/** A node serves what it served before, whether or not there is a control plane. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { get, startOrigin } from '../../support/origin-server.ts';
import { siteConfig, versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a node without its control plane serves from its cache, and says so when that is back', async (context) => {
  const directory = await temporaryFolder();
  const [port, a] = [await freePort(), await startOrigin(context)];
  const b = await startOrigin(context, (_request, response) => response.end('b'));
  const servers = [
    { name: 'a', port: a },
    { name: 'b', port: b },
  ];
  const version = versionOf(5, siteConfig({ ports: [port], servers }));
  const before = await startFakeControlPlane(context);
  const first = await startNode(context, { controlPlane: before.url, directory, workers: 1 });
  await before.heard('hello');
  before.send({ type: 'override', overrides: [{ backend: 'app', server: 'b', adminState: 'maint' }] });
  await before.apply(version);
  await first.stop();
  await before.close();

  const cpPort = await freePort();
  await startNode(context, { controlPlane: `ws://127.0.0.1:${cpPort}`, directory, workers: 1 });
  for (let request = 0; request < 4; request++) assert.equal(await get(port), 'ok', 'the override is forgotten');

  const after = await startFakeControlPlane(context, cpPort);
  const hello = await after.heard('hello');
  assert.deepEqual([hello.source, hello.running], ['cache', { epoch: 'test', version: 5, hash: version.hash }]);
  assert.equal((await after.apply(version)).type, 'ack');
});

test('a damaged cache gives way to the version before', async (context) => {
  const directory = await temporaryFolder();
  const controlPlane = await startFakeControlPlane(context);
  const ports = [await freePort(), await freePort()] as const;
  const servers = [{ name: 's1', port: await startOrigin(context) }];
  for (const [index, port] of ports.entries()) {
    const node = await startNode(context, { controlPlane: controlPlane.url, directory, workers: 1 });
    await controlPlane.heard('hello', ({ running }) => running.version === index);
    await controlPlane.apply(versionOf(index + 1, siteConfig({ ports: [port], servers })));
    await node.stop();
  }
  await controlPlane.close();
  const path = join(directory, 'snapshot.json');
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, -100));
  await startNode(context, { controlPlane: controlPlane.url, directory, workers: 1 });
  assert.equal(await get(ports[0]), 'ok');
  await assert.rejects(get(ports[1]));
});

test('a cached version whose port is taken is tried again until it is free', async (context) => {
  const directory = await temporaryFolder();
  const controlPlane = await startFakeControlPlane(context);
  const port = await freePort();
  const servers = [{ name: 's1', port: await startOrigin(context) }];
  const first = await startNode(context, { controlPlane: controlPlane.url, directory, workers: 1 });
  await controlPlane.heard('hello');
  await controlPlane.apply(versionOf(1, siteConfig({ ports: [port], servers })));
  await first.stop();
  await controlPlane.close();

  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await startNode(context, { controlPlane: controlPlane.url, directory, workers: 1 });
  await assert.rejects(get(port));
  await new Promise((resolve) => other.close(resolve));
  await waitFor('the node to serve', () =>
    get(port).then(
      (content) => content === 'ok',
      () => false,
    ),
  );
});
