/** The one timer of a worker. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Timer, TimerWheel, tickMilliseconds } from '../../../../data-plane/worker/timer-wheel.ts';

class Probe extends Timer {
  readonly fired: number[] = [];
  onExpire = (): void => {};

  override expire(now: number): void {
    this.fired.push(now);
    this.onExpire();
  }
}

/** Advances tick by tick to a time. */
function run(wheel: TimerWheel, until: number): void {
  for (let now = wheel.now; now < until; ) {
    now = Math.min(until, now + tickMilliseconds);
    wheel.advance(now);
  }
}

suite('the timer wheel', () => {
  test('fires once, not early, and soon', () => {
    for (const delay of [0, 1, 19, 20, 21, 100, 1_000, 10_239, 10_240, 10_241, 60_000, 3_600_000]) {
      const wheel = new TimerWheel(5_003);
      const probe = new Probe();
      wheel.arm(probe, delay);
      run(wheel, 5_003 + delay + 100);
      assert.equal(probe.fired.length, 1, `${delay}`);
      const late = (probe.fired[0] ?? 0) - 5_003 - delay;
      assert.ok(late >= 0 && late <= 2 * tickMilliseconds, `${delay}: ${late} late`);
    }
  });

  test('a deadline pushed on fires at the last one, one pulled in at the new one', () => {
    const wheel = new TimerWheel(0);
    const later = new Probe();
    const sooner = new Probe();
    wheel.arm(later, 100);
    wheel.arm(sooner, 5_000);
    run(wheel, 60);
    wheel.arm(later, 1_000);
    wheel.arm(sooner, 40);
    run(wheel, 160);
    assert.deepEqual([later.fired.length, sooner.fired.length], [0, 1]);
    run(wheel, 1_120);
    assert.equal(later.fired.length, 1);
    run(wheel, 6_000);
    assert.equal(sooner.fired.length, 1);
  });

  test('a disarmed or forgotten timer does not fire, and may be armed again', () => {
    const wheel = new TimerWheel(0);
    const [disarmed, forgotten] = [new Probe(), new Probe()];
    for (const probe of [disarmed, forgotten]) wheel.arm(probe, 100);
    wheel.disarm(disarmed);
    wheel.forget(forgotten);
    run(wheel, 500);
    assert.deepEqual([disarmed.fired, forgotten.fired], [[], []]);
    for (const probe of [disarmed, forgotten]) wheel.arm(probe, 50);
    run(wheel, 600);
    assert.deepEqual([disarmed.fired.length, forgotten.fired.length], [1, 1]);
  });

  test('a timer may arm itself, and take others out, while it expires', () => {
    const wheel = new TimerWheel(0);
    const [first, second] = [new Probe(), new Probe()];
    first.onExpire = () => {
      wheel.forget(second);
      if (first.fired.length < 3) wheel.arm(first, 100);
    };
    second.onExpire = () => wheel.forget(first);
    wheel.arm(second, 100);
    wheel.arm(first, 100);
    run(wheel, 2_000);
    assert.equal(first.fired.length + second.fired.length, first.fired.length === 0 ? 1 : 3);
  });

  test('a clock that stood still for long misses nothing', () => {
    const wheel = new TimerWheel(0);
    const probes = Array.from({ length: 100 }, (_, index) => {
      const probe = new Probe();
      wheel.arm(probe, index * 400);
      return probe;
    });
    wheel.advance(1_000_000);
    run(wheel, 1_000_000 + 100);
    assert.ok(probes.every((probe) => probe.fired.length === 1));
  });

  test('thousands of timers with random deadlines all fire in time', () => {
    const wheel = new TimerWheel(0);
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const expected: [Probe, number][] = [];
    for (let index = 0; index < 5_000; index++) {
      const probe = new Probe();
      const delay = Math.floor(random() * 40_000);
      wheel.arm(probe, delay);
      expected.push([probe, wheel.now + delay]);
      if (index % 10 === 0) wheel.advance(wheel.now + 7);
    }
    run(wheel, wheel.now + 41_000);
    for (const [probe, due] of expected) {
      const late = (probe.fired[0] ?? Number.POSITIVE_INFINITY) - due;
      assert.ok(probe.fired.length === 1 && late >= 0 && late <= 2 * tickMilliseconds, `${late} late`);
    }
  });
});
