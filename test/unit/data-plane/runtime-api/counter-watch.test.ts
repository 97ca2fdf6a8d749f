/** What is known of counters beyond their values: peaks, the last session, and what was cleared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterWatch } from '../../../../data-plane/node/runtime-api/counter-watch.ts';
import { zeroCounters } from '../../../../shared/protocol/counters.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function open() {
  const clock = new FakeClock();
  const counters = zeroCounters();
  return { clock, counters, watch: new CounterWatch({ countersOf: () => structuredClone(counters), clock }) };
}

test('the highest rate stays when the rate falls', () => {
  const { counters, watch } = open();
  counters.rates.sessions = 12;
  watch.sample(['a']);
  counters.rates.sessions = 3;
  assert.equal(watch.of('a').maxRates.sessions, 12);
});

test('the last session is dated by the look that first counts it', () => {
  const { clock, counters, watch } = open();
  assert.equal(watch.of('a').lastSessionAt, undefined);
  counters.total.sessions = 1;
  const began = clock.now();
  watch.sample(['a']);
  clock.advance(7_000);
  watch.sample(['a']);
  assert.equal(watch.of('a').lastSessionAt, began);
});

test('clearing leaves totals alone, and peaks begin with what there is', () => {
  const { counters, watch } = open();
  Object.assign(counters.total, { sessions: 5 });
  Object.assign(counters.max, { sessions: 4 });
  Object.assign(counters.current, { sessions: 2 });
  watch.sample(['a']);
  watch.clear(false);
  assert.equal(watch.of('a').total.sessions, 5);
  assert.equal(watch.of('a').max.sessions, 2);
  counters.current.sessions = 3;
  watch.sample(['a']);
  counters.current.sessions = 0;
  assert.equal(watch.of('a').max.sessions, 3);
  counters.max.sessions = 6;
  assert.equal(watch.of('a').max.sessions, 6);
});

test('clearing all begins totals from zero too, and twice is no harm', () => {
  const { counters, watch } = open();
  counters.total.requests = 5;
  watch.sample(['a']);
  watch.clear(true);
  assert.equal(watch.of('a').total.requests, 0);
  counters.total.requests = 7;
  assert.equal(watch.of('a').total.requests, 2);
  watch.clear(false);
  assert.equal(watch.of('a').total.requests, 2);
  watch.clear(true);
  assert.equal(watch.of('a').total.requests, 0);
});

test('what is gone is forgotten', () => {
  const { counters, watch } = open();
  counters.total.requests = 5;
  watch.sample(['a']);
  watch.clear(true);
  watch.sample(['b']);
  assert.equal(watch.of('a').total.requests, 5);
});
