/** The count behind up and down, exactly as HAProxy keeps it (check.c, set_server_check_status and srv_getinter). */

/** rise and fall of a server. */
export interface Thresholds {
  readonly rise: number;
  readonly fall: number;
}

export interface Intervals {
  readonly inter: number;
  readonly fastinter: number;
  readonly downinter: number;
}

/** A server starts up, but its first failed check takes it down: its count stands just at `rise`. */
export function initialHealth({ rise }: Thresholds): number {
  return rise;
}

/** The count after a check: 0 is down for sure, rise + fall - 1 up for sure, from `rise` on the server is up. */
export function nextHealth(health: number, passed: boolean, { rise, fall }: Thresholds): number {
  if (passed) return health + 1 >= rise ? rise + fall - 1 : health + 1;
  return health - 1 < rise ? 0 : health - 1;
}

export function isUp(health: number, { rise }: Thresholds): boolean {
  return health >= rise;
}

/** The same state under new thresholds: up stays up and down stays down. */
export function clampHealth(health: number, wasUp: boolean, { rise, fall }: Thresholds): number {
  return wasUp ? Math.min(Math.max(health, rise), rise + fall - 1) : Math.min(health, rise - 1);
}

/** Milliseconds until the next check: `fastinter` between the two states (configuration manual 2.6, section 5.2). */
export function nextInterval(health: number, { rise, fall }: Thresholds, intervals: Intervals): number {
  if (health === rise + fall - 1) return intervals.inter;
  return health === 0 ? intervals.downinter : intervals.fastinter;
}
