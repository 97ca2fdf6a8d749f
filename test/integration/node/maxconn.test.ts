/** The maxconn of a server holds for the node as a whole, however many workers it has. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode } from '../../support/node-harness.ts';
import { get } from '../../support/origin-server.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

test('four workers together open no more than maxconn sessions, use all of them, and serve everybody', async (t) => {
  const maxconn = 5;
  let active = 0;
  let highest = 0;
  const server = createServer((_request, response) => {
    active++;
    highest = Math.max(highest, active);
    setTimeout(() => {
      active--;
      response.end('ok');
    }, 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const controlPlane = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: controlPlane.url, workers: 4 });
  await controlPlane.heard('hello');
  const port = await freePort();
  const origin = (server.address() as AddressInfo).port;
  const version = versionOf(1, {
    frontends: [{ name: 'web', binds: [{ name: 'b', address: '127.0.0.1', port }], defaultBackend: 'app' }],
    backends: [
      {
        name: 'app',
        timeouts: { queue: '30s' },
        servers: [{ name: 's1', address: '127.0.0.1', port: origin, maxconn }],
      },
    ],
  });
  assert.equal((await controlPlane.apply(version)).type, 'ack');
  await waitFor('all workers', () => {
    const status = controlPlane.messages.findLast((message) => message.type === 'status');
    return status?.workers.length === 4;
  });
  const answers = await Promise.all(Array.from({ length: 200 }, () => get(port)));
  assert.deepEqual(new Set(answers), new Set(['ok']));
  assert.equal(highest, maxconn);
});
