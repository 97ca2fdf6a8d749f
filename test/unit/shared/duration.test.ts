/** Durations as operators write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationToMilliseconds, parseDuration } from '../../../shared/duration.ts';

test('reads every unit as milliseconds, fractions of one rounded up', () => {
  const cases: [string, number][] = [
    ['250ms', 250],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1us', 1],
    ['1500us', 2],
    ['0s', 0],
  ];
  for (const [text, milliseconds] of cases) assert.equal(parseDuration(text), milliseconds, text);
});

test('refuses what is no duration or longer than 24 days', () => {
  for (const text of ['', '5', 's', '-1s', '1.5s', '1 s', '5sec', '25d', '99999999999s']) {
    assert.equal(parseDuration(text), undefined, text);
  }
  assert.throws(() => durationToMilliseconds('5'), /"5" is not a duration/);
});
