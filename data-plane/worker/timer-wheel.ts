/** One coarse timer for everything in a worker that has a deadline: arming and moving a deadline costs no allocation. */

/** Milliseconds of one tick; deadlines are met within one tick, never early. */
export const tickMilliseconds = 20;
const slots = 512;

/** Something with a deadline. `expire` is called once when it has passed; the timer may be armed again then. */
export abstract class Timer {
  /** When to expire, in milliseconds of the wheel's clock; Infinity while not armed. */
  deadline = Number.POSITIVE_INFINITY;
  /** Tick of the slot in which the timer lies; -1 while in none. */
  slotTick = -1;
  next: Timer | undefined;
  previous: Timer | undefined;

  abstract expire(now: number): void;
}

/**
 * A hashed wheel with lazy moves: a deadline that moves later stays in its slot and is put where it belongs when that slot
 * comes round, so the common case, pushing an inactivity timeout on, is one assignment.
 */
export class TimerWheel {
  /** Milliseconds of a monotonic clock as of the last tick. */
  now: number;
  readonly #heads: (Timer | undefined)[] = new Array(slots).fill(undefined);
  #tick: number;

  constructor(now: number) {
    this.now = now;
    this.#tick = Math.floor(now / tickMilliseconds);
  }

  /** Sets the timer to expire `milliseconds` from now, in place of what it was set to. */
  arm(timer: Timer, milliseconds: number): void {
    timer.deadline = this.now + milliseconds;
    const tick = Math.ceil(timer.deadline / tickMilliseconds);
    if (timer.slotTick >= 0) {
      if (timer.slotTick <= tick) return;
      this.#remove(timer);
    }
    this.#insert(timer, tick);
  }

  /** The timer will not expire. It leaves its slot when that comes round. */
  disarm(timer: Timer): void {
    timer.deadline = Number.POSITIVE_INFINITY;
  }

  /** Takes the timer out at once, for objects that must not be held any longer. */
  forget(timer: Timer): void {
    timer.deadline = Number.POSITIVE_INFINITY;
    if (timer.slotTick >= 0) this.#remove(timer);
  }

  /** Moves the clock on and expires what is due. */
  advance(now: number): void {
    this.now = now;
    const target = Math.floor(now / tickMilliseconds);
    if (target - this.#tick > slots) this.#tick = target - slots;
    while (this.#tick < target) {
      this.#tick++;
      const slot = this.#tick % slots;
      // One that is put back never lies in the same slot, and one that expires may take others out.
      for (let timer = this.#heads[slot]; timer !== undefined; timer = this.#heads[slot]) this.#visit(timer, now);
    }
  }

  #visit(timer: Timer, now: number): void {
    this.#remove(timer);
    if (timer.deadline === Number.POSITIVE_INFINITY) return;
    if (timer.deadline > now) {
      this.#insert(timer, Math.ceil(timer.deadline / tickMilliseconds));
      return;
    }
    timer.deadline = Number.POSITIVE_INFINITY;
    timer.expire(now);
  }

  /** A deadline beyond one turn of the wheel lies in the last slot of this turn until it comes nearer. */
  #insert(timer: Timer, tick: number): void {
    timer.slotTick = Math.min(Math.max(tick, this.#tick + 1), this.#tick + slots - 1);
    const slot = timer.slotTick % slots;
    const head = this.#heads[slot];
    timer.next = head;
    timer.previous = undefined;
    if (head !== undefined) head.previous = timer;
    this.#heads[slot] = timer;
  }

  #remove(timer: Timer): void {
    if (timer.previous !== undefined) timer.previous.next = timer.next;
    else this.#heads[timer.slotTick % slots] = timer.next;
    if (timer.next !== undefined) timer.next.previous = timer.previous;
    timer.next = undefined;
    timer.previous = undefined;
    timer.slotTick = -1;
  }
}
