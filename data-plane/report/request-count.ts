/** Counts requests and TCP connections of a worker, for %rt in logs and texts. */

let count = 0;

/** The number of those that came before, as one more comes. */
export function takeCount(): number {
  return count++;
}
