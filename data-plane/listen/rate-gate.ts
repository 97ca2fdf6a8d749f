/** The gate of `rate-limit sessions`: who passes takes up room for one second from the moment its session begins. */
import type { SlotSource } from '../worker/limited.ts';
import { Timer, type TimerWheel, tickMilliseconds } from '../worker/timer-wheel.ts';
import { Gate } from './gate.ts';

/** The wheel's clock is behind by up to a tick, so that a second is over for certain only a tick later. */
const second = 1_000 + tickMilliseconds;

/** So no second, wherever it begins, sees more sessions than the limit, and workers share it like any other. */
export class RateGate extends Gate {
  readonly #timers: TimerWheel;
  readonly #timer: SecondsTimer;
  /** When room comes back and how much, soonest first; at most one entry for each tick of a second. */
  readonly #returns: { readonly at: number; count: number }[] = [];

  constructor(uid: string, slots: SlotSource, timers: TimerWheel) {
    super(uid, slots);
    this.#timers = timers;
    this.#timer = new SecondsTimer(this);
  }

  /** A session begins of those that have entered. */
  began(): void {
    if (!this.isLimited) {
      this.active--;
      return;
    }
    const at = this.#timers.now + second;
    const last = this.#returns.at(-1);
    if (last?.at === at) last.count++;
    else this.#returns.push({ at, count: 1 });
    if (this.#returns.length === 1 && last === undefined) this.#timers.arm(this.#timer, second);
  }

  /** The seconds of sessions that began first are over. */
  secondOver(now: number): void {
    for (let next = this.#returns[0]; next !== undefined && next.at <= now; next = this.#returns[0]) {
      this.#returns.shift();
      for (; next.count > 0; next.count--) this.leave();
    }
    const [next] = this.#returns;
    if (next !== undefined) this.#timers.arm(this.#timer, next.at - now);
  }
}

class SecondsTimer extends Timer {
  readonly #gate: RateGate;

  constructor(gate: RateGate) {
    super();
    this.#gate = gate;
  }

  override expire(now: number): void {
    this.#gate.secondOver(now);
  }
}
