/** How long a node waits before it tries again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeUrl, reconnectDelay } from '../../../../data-plane/node/control-session.ts';
import { respawnDelay } from '../../../../data-plane/node/worker-pool.ts';

test('reconnecting has full jitter from 0.5 s, doubling up to 30 s', () => {
  const longest = [0, 1, 2, 6, 7, 2_000].map((failures) => reconnectDelay(failures, () => 1));
  assert.deepEqual(longest, [500, 1_000, 2_000, 30_000, 30_000, 30_000]);
  assert.equal(
    reconnectDelay(3, () => 0),
    0,
  );
});

test('a crashed worker is replaced at once, one that keeps crashing at start ever later up to 5 s', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9, 2_000].map(respawnDelay), [0, 0, 0, 100, 200, 5_000, 5_000]);
});

test('a node connects below the address of the control plane', () => {
  assert.equal(nodeUrl('ws://cp:8080', 'n 1').href, 'ws://cp:8080/v1/nodes/connect?node=n+1');
  assert.equal(nodeUrl('wss://host/sluice/', 'n').href, 'wss://host/sluice/v1/nodes/connect?node=n');
});
