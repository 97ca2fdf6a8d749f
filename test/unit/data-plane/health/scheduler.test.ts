/** The scheduler against a real server that comes and goes, and its timing by a clock moved by hand. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { CheckResult } from '../../../../data-plane/health/check-result.ts';
import { type CheckTarget, HealthScheduler } from '../../../../data-plane/health/scheduler.ts';
import { freePort } from '../../../../lab/free-port.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { waitFor } from '../../../support/wait-for.ts';

function target(uid: string, port: number, more: Partial<CheckTarget> = {}): CheckTarget {
  return {
    uid,
    backend: 'app',
    server: uid,
    identity: uid,
    address: '127.0.0.1',
    port,
    healthCheck: { type: 'tcp' },
    inter: 20,
    fastinter: 10,
    downinter: 15,
    rise: 2,
    fall: 3,
    timeouts: { connect: 1_000, connected: 0 },
    ...more,
  };
}

test('a server goes down when it stops and comes up when it is back', async (context) => {
  const port = await freePort();
  const seen: { up: boolean; result: CheckResult }[] = [];
  const scheduler = new HealthScheduler({
    clock: systemClock,
    random: () => 0,
    onResult: (_uid, up, result) => seen.push({ up, result }),
  });
  context.after(() => scheduler.stop());
  const open = async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  const first = await open();
  scheduler.update([target('s1', port)]);
  await waitFor('the server up', () => seen.some(({ up, result }) => up && result.passed));

  await new Promise((resolve) => first.close(resolve));
  await waitFor('the server down', () => seen.at(-1)?.up === false);
  const failures = seen.filter(({ result }) => !result.passed);
  assert.deepEqual(
    failures.slice(0, 3).map(({ up }) => up),
    [true, true, false],
  );

  const second = await open();
  context.after(() => second.close());
  const downUntil = seen.length;
  await waitFor('the server up again', () => seen.at(-1)?.up === true);
  const passes = seen.slice(downUntil - 1).filter(({ result }) => result.passed);
  assert.deepEqual(
    passes.slice(0, 2).map(({ up }) => up),
    [false, true],
  );
});

test('first checks are spread over the interval; a server alone is checked at once', (context) => {
  const clock = new FakeClock();
  const scheduler = new HealthScheduler({ clock, random: () => 0.5, onResult: () => {} });
  context.after(() => scheduler.stop());
  scheduler.update([target('s1', 1)]);
  assert.equal(clock.nextIn, 0);
  scheduler.stop();
  assert.equal(clock.pending, 0);

  const many = ['a', 'b', 'c', 'd'].map((uid) => target(uid, 1, { inter: 1_000 }));
  scheduler.update(many);
  assert.deepEqual(clock.dueTimes, [0, 250, 500, 750]);
});

test('a server that stays keeps its turn in a new version; one that goes is checked no more', (context) => {
  const clock = new FakeClock();
  const scheduler = new HealthScheduler({ clock, random: () => 0, onResult: () => {} });
  context.after(() => scheduler.stop());
  scheduler.update([target('a', 1, { inter: 1_000 }), target('b', 1, { inter: 1_000 })]);
  assert.deepEqual(clock.dueTimes, [0, 500]);
  scheduler.update([target('b', 1, { inter: 3_000 })]);
  assert.deepEqual(clock.dueTimes, [500]);
  scheduler.update([target('b', 2, { identity: 'moved', inter: 3_000 })]);
  assert.deepEqual(clock.dueTimes, [0]);
});
