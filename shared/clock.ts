/** Time and timers as a value that is passed in, so that tests can move time by hand. */

export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  /** Calls back once after the given milliseconds, however many they are; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Node's timers hold 31 bits; a longer one fires at once. */
const longestTimer = 2_147_483_647;

/** The time of this machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      const step = Math.min(left, longestTimer);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), Math.max(0, step));
      timer.unref();
    };
    arm(milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The present moment as RFC 3339 text. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
