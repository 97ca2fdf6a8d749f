/** Weights by place, from which one place is found by chance: both a change and a draw take O(log n). */

/** A binary tree in an array: the leaves are the weights, every other node the sum of its two. */
export class WeightTree {
  readonly #leaves: number;
  readonly #sums: Float64Array;

  constructor(places: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, places)));
    this.#sums = new Float64Array(2 * this.#leaves);
  }

  get total(): number {
    return this.#sums[1] ?? 0;
  }

  set(place: number, weight: number): void {
    const sums = this.#sums;
    let node = this.#leaves + place;
    if (sums[node] === weight) return;
    sums[node] = weight;
    // Sums are made anew and not corrected, so that fractions leave nothing behind.
    for (node >>= 1; node >= 1; node >>= 1) sums[node] = (sums[2 * node] ?? 0) + (sums[2 * node + 1] ?? 0);
  }

  /** The place in whose part of the total the point lies, from 0 to below the total. A place without weight has no part. */
  find(point: number): number {
    const sums = this.#sums;
    let rest = point;
    let node = 1;
    while (node < this.#leaves) {
      node *= 2;
      const left = sums[node] ?? 0;
      const right = sums[node + 1] ?? 0;
      if (rest < left || right === 0) continue;
      rest -= left;
      node++;
    }
    return node - this.#leaves;
  }
}
