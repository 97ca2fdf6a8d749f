/** Limits of connections hold for the node as a whole, however many workers it has. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode } from '../../support/node-harness.ts';
import { get, startOrigin } from '../../support/origin-server.ts';
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

test('the limit of a server rises from minconn to maxconn with the sessions of its backend in all workers', async (t) => {
  const held: ServerResponse[] = [];
  const origin = await startOrigin(t, (_request, response) => held.push(response));
  const controlPlane = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: controlPlane.url, workers: 3 });
  await controlPlane.heard('hello');
  const port = await freePort();
  const version = versionOf(1, {
    frontends: [{ name: 'web', binds: [{ name: 'b', address: '127.0.0.1', port }], defaultBackend: 'app' }],
    backends: [
      {
        name: 'app',
        fullconn: 12,
        timeouts: { queue: '30s' },
        servers: [{ name: 's1', address: '127.0.0.1', port: origin, minconn: 2, maxconn: 6 }],
      },
    ],
  });
  assert.equal((await controlPlane.apply(version)).type, 'ack');
  const counted = () => {
    const counters = controlPlane.messages.findLast((message) => message.type === 'counters');
    return counters?.backends['app']?.current.sessions;
  };
  const answers = Array.from({ length: 4 }, () => get(port));
  await waitFor('all four are counted', () => counted() === 4);
  assert.equal(held.length, 2);
  answers.push(...Array.from({ length: 4 }, () => get(port)));
  await waitFor('four are served', () => held.length === 4);
  await waitFor('all eight are counted', () => counted() === 8);
  assert.equal(held.length, 4);
  answers.push(...Array.from({ length: 4 }, () => get(port)));
  await waitFor('six are served', () => held.length === 6);
  await waitFor('everybody is answered', () => {
    for (const response of held.splice(0)) response.end('ok');
    return counted() === 0;
  });
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(['ok']));
});
