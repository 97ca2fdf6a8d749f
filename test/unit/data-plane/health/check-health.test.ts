/** rise, fall and intervals as HAProxy has them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clampHealth,
  initialHealth,
  isUp,
  nextHealth,
  nextInterval,
} from '../../../../data-plane/health/check-health.ts';

const thresholds = { rise: 2, fall: 3 };
const intervals = { inter: 2_000, fastinter: 500, downinter: 5_000 };

function run(start: number, results: readonly boolean[]): boolean[] {
  let health = start;
  return results.map((passed) => {
    health = nextHealth(health, passed, thresholds);
    return isUp(health, thresholds);
  });
}

test('a server starts up and falls with its first failed check', () => {
  assert.equal(isUp(initialHealth(thresholds), thresholds), true);
  assert.deepEqual(run(initialHealth(thresholds), [false]), [false]);
});

test('a server that passed a check takes "fall" failures in a row to go down', () => {
  assert.deepEqual(run(initialHealth(thresholds), [true, false, false, false]), [true, true, true, false]);
  assert.deepEqual(run(initialHealth(thresholds), [true, false, false, true, false, false, false]).at(-2), true);
});

test('a server that is down takes "rise" passes in a row to come up', () => {
  assert.deepEqual(run(0, [true, false, true, true]), [false, false, false, true]);
});

test('the interval is inter when up, downinter when down, fastinter between', () => {
  assert.equal(nextInterval(4, thresholds, intervals), 2_000);
  assert.equal(nextInterval(3, thresholds, intervals), 500);
  assert.equal(nextInterval(1, thresholds, intervals), 500);
  assert.equal(nextInterval(0, thresholds, intervals), 5_000);
});

test('new thresholds change no state', () => {
  assert.equal(clampHealth(4, true, { rise: 5, fall: 1 }), 5);
  assert.equal(clampHealth(9, true, { rise: 1, fall: 2 }), 2);
  assert.equal(clampHealth(3, false, { rise: 2, fall: 2 }), 1);
});
