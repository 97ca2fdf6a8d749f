/** How often and how long servers were down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerHistory } from '../../../../data-plane/node/server-history.ts';

test('turns from up to down are counted, and the time between', () => {
  const history = new ServerHistory(true, 1_000);
  history.note(true, 2_000);
  history.note(false, 3_000);
  history.note(false, 4_000);
  assert.deepEqual([history.downs, history.changedAt, history.downtime(5_000)], [1, 3_000, 2_000]);
  history.note(true, 6_000);
  history.note(false, 7_000);
  assert.deepEqual([history.downs, history.changedAt, history.downtime(7_500)], [2, 7_000, 3_500]);
});

test('what begins down has not turned, but is down since then', () => {
  const history = new ServerHistory(false, 1_000);
  assert.deepEqual([history.downs, history.downtime(4_000)], [0, 3_000]);
  history.clear(4_000);
  assert.equal(history.downtime(6_000), 2_000);
});
