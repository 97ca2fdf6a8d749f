/** The logs of a backend hear from the node what becomes of its servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { startNode } from '../../support/node-harness.ts';
import { versionOf } from '../../support/versions.ts';

test('a server that goes down is told at level alert, and the last one at emerg', async (context) => {
  const log = await startLogReceiver(context);
  const controlPlane = await startFakeControlPlane(context);
  await startNode(context, { controlPlane: controlPlane.url, workers: 1 });
  await controlPlane.heard('hello');
  const outcome = await controlPlane.apply(
    versionOf(1, {
      backends: [
        {
          name: 'app',
          logs: [{ address: `127.0.0.1:${log.port}`, facility: 'local1' }],
          defaultServer: { check: true, inter: '50ms', fall: 1 },
          servers: [{ name: 's1', address: '127.0.0.1', port: await freePort() }],
        },
      ],
    }),
  );
  assert.equal(outcome.type, 'ack');
  const [down = '', alarm = ''] = await log.take(2);
  assert.match(
    down,
    new RegExp(`^<137>.* haproxy\\[${process.pid}\\]: Server app/s1 is DOWN, reason: Layer4 connection problem`),
  );
  assert.match(alarm, /^<136>.*: backend app has no server available!\n$/);
});
