/** Limits of connections hold for the node as a whole, however many workers it has. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { freePort } from '../../support/free-port.ts';
import { startNode } from '../../support/node-harness.ts';
import { get } from '../../support/origin-server.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

type Test = Parameters<typeof startNode>[0];

/** A node of four workers with two frontends, and what its server sees of requests under way. */
async function startSite(t: Test, limits: { global?: object; frontend?: object }) {
  const active = { now: 0, highest: 0 };
  const server = createServer((_request, response) => {
    active.highest = Math.max(active.highest, ++active.now);
    setTimeout(() => {
      active.now--;
      response.end('ok');
    }, 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const controlPlane = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: controlPlane.url, workers: 4 });
  await controlPlane.heard('hello');
  const ports = [await freePort(), await freePort()] as const;
  const origin = (server.address() as AddressInfo).port;
  const version = versionOf(1, {
    global: { ...limits.global },
    frontends: ports.map((port, index) => ({
      name: `web${index}`,
      binds: [{ name: 'b', address: '127.0.0.1', port }],
      defaultBackend: 'app',
      ...limits.frontend,
    })),
    backends: [{ name: 'app', servers: [{ name: 's1', address: '127.0.0.1', port: origin }] }],
  });
  assert.equal((await controlPlane.apply(version)).type, 'ack');
  await waitFor('all workers', () => {
    const status = controlPlane.messages.findLast((message) => message.type === 'status');
    return status?.workers.length === 4;
  });
  return { ports, active };
}

test('four workers together serve no more than maxconn connections of a frontend, use all of it, and serve everybody', async (t) => {
  const { ports, active } = await startSite(t, { frontend: { maxconn: 5 } });
  const answers = await Promise.all(Array.from({ length: 200 }, () => get(ports[0])));
  assert.deepEqual(new Set(answers), new Set(['ok']));
  assert.equal(active.highest, 5);
});

test('four workers together serve no more than global.maxconn connections of all frontends', async (t) => {
  const { ports, active } = await startSite(t, { global: { maxconn: 6 }, frontend: { maxconn: 5 } });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => get(ports[(index % 2) as 0 | 1])));
  assert.deepEqual(new Set(answers), new Set(['ok']));
  assert.equal(active.highest, 6);
});
