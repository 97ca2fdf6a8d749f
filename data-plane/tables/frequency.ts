/**
 * Rates as HAProxy counts them: what came in the present period, and of the one before the part that is less than a period
 * ago. Three numbers of an entry hold one, from `slot` on: events of the present period, of the one before, and when the
 * present one began (milliseconds).
 */

export function addToRate(values: number[], slot: number, period: number, amount: number, now: number): void {
  const begun = values[slot + 2] as number;
  if (now - begun < period) {
    values[slot] = (values[slot] as number) + amount;
    return;
  }
  const isNext = now - begun < 2 * period;
  values[slot + 1] = isNext ? (values[slot] as number) : 0;
  values[slot + 2] = isNext ? begun + period : now;
  values[slot] = amount;
}

/** Events over about the last period. */
export function readRate(values: readonly number[], slot: number, period: number, now: number): number {
  let present = values[slot] as number;
  let past = values[slot + 1] as number;
  let remaining = (values[slot + 2] as number) + period - now;
  if (remaining < 0) {
    remaining += period;
    past = remaining >= 0 ? present : 0;
    present = 0;
  }
  // A single event counts until its time is over, instead of coming and going.
  if (present === 0 && past <= 1) return past;
  return Math.floor((past * remaining) / period) + present;
}

/** As if so many events had come just now and none before. */
export function setRate(values: number[], slot: number, amount: number, now: number): void {
  values[slot] = amount;
  values[slot + 1] = 0;
  values[slot + 2] = now;
}
