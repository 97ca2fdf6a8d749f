/** Counters of workers become counters of the node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Totals } from '../../../../data-plane/node/totals.ts';
import type { WorkerCounters } from '../../../../data-plane/node/worker-messages.ts';
import { zeroCounters } from '../../../../shared/protocol/counters.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { siteConfig, snapshotOf } from '../../../support/versions.ts';

const snapshot = snapshotOf(siteConfig({ ports: [80], servers: [{ name: 's1', port: 81 }] }));
const uid = '/frontends/web0';

function counted(requests: number, sessions = 0, highest = sessions): WorkerCounters {
  const { total, current } = zeroCounters();
  return { total: { ...total, requests }, current: { ...current, sessions }, max: { sessions: highest, queued: 0 } };
}

function web(totals: Totals) {
  const counters = totals.byName(snapshot).frontends['web0'];
  assert.ok(counters);
  return counters;
}

test('the counters of workers are summed', () => {
  const totals = new Totals(new FakeClock());
  totals.take('a', { [uid]: counted(10, 2) });
  totals.take('b', { [uid]: counted(5, 1) });
  const { total, current, max } = web(totals);
  assert.deepEqual([total.requests, current.sessions, max.sessions], [15, 3, 3]);
});

test('what a dead worker counted stays; what went on in it does not', () => {
  const totals = new Totals(new FakeClock());
  totals.take('a', { [uid]: counted(10, 2) });
  totals.take('b', { [uid]: counted(5, 1) });
  web(totals);
  totals.drop('a');
  totals.take('c', { [uid]: counted(1, 0) });
  const { total, current, max } = web(totals);
  assert.deepEqual([total.requests, current.sessions, max.sessions], [16, 1, 3]);
});

test('a worker that begins a count anew takes nothing away', () => {
  const totals = new Totals(new FakeClock());
  totals.take('a', { [uid]: counted(10) });
  totals.take('a', { [uid]: counted(2) });
  assert.equal(web(totals).total.requests, 12);
  totals.take('a', {});
  assert.equal(web(totals).total.requests, 12);
});

test('rates are those of the last second, whenever workers report', () => {
  const clock = new FakeClock();
  const totals = new Totals(clock);
  totals.take('a', { [uid]: counted(100) });
  clock.advance(2_000);
  totals.take('a', { [uid]: counted(300) });
  totals.take('b', { [uid]: counted(50) });
  assert.equal(web(totals).rates.requests, 150);
  totals.drop('b');
  assert.equal(web(totals).rates.requests, 100);
});

test('everything in the snapshot has counters, also what nobody has counted yet', () => {
  const named = new Totals(new FakeClock()).byName(snapshot);
  assert.deepEqual(named.servers, { app: { s1: zeroCounters() } });
  assert.deepEqual(named.backends, { app: zeroCounters() });
});

test('what left the configuration is forgotten', () => {
  const totals = new Totals(new FakeClock());
  totals.take('a', { [uid]: counted(10) });
  totals.drop('a');
  totals.forgetOthers(snapshotOf({}));
  assert.equal(web(totals).total.requests, 0);
});
