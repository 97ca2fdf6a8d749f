/** Chains of entry numbers by hash, in typed arrays: of entries that are alike the first is found, and the next once it is gone. */

/** For as many entries as one file has, numbered from 0. */
export class PackedTable {
  /** By the upper bits of a hash: the number of the first entry of the chain and 1, 0 for none. */
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #hashes: Int32Array;
  readonly #shift: number;
  /** What comes after an entry among those that are alike. */
  #alike: Map<number, number> | undefined;

  constructor(size: number) {
    const bits = Math.max(4, 32 - Math.clz32(size));
    this.#heads = new Int32Array(1 << bits);
    this.#next = new Int32Array(size);
    this.#hashes = new Int32Array(size);
    this.#shift = 32 - bits;
  }

  /** The first entry of the chain that a hash belongs to; -1 for none. */
  first(hash: number): number {
    return (this.#heads[Math.imul(hash, scatter) >>> this.#shift] as number) - 1;
  }

  /** The next of the chain; -1 behind the last. */
  after(entry: number): number {
    return (this.#next[entry] as number) - 1;
  }

  hashOf(entry: number): number {
    return this.#hashes[entry] as number;
  }

  /** The next entry that is like this one; -1 for none. */
  nextAlike(entry: number): number {
    return this.#alike?.get(entry) ?? -1;
  }

  /** Puts an entry before all others: entries are added from the last to the first. `alike` is one it takes the place of, or -1. */
  add(entry: number, hash: number, alike: number): void {
    const slot = Math.imul(hash, scatter) >>> this.#shift;
    this.#hashes[entry] = hash;
    if (alike >= 0) {
      this.#alike ??= new Map();
      this.#alike.set(entry, alike);
      this.#unchain(slot, alike);
    }
    this.#next[entry] = this.#heads[slot] as number;
    this.#heads[slot] = entry + 1;
  }

  #unchain(slot: number, entry: number): void {
    if (this.first(this.hashOf(entry)) === entry) {
      this.#heads[slot] = this.#next[entry] as number;
      return;
    }
    let before = this.first(this.hashOf(entry));
    while (this.after(before) !== entry) before = this.after(before);
    this.#next[before] = this.#next[entry] as number;
  }
}

/** An odd number near 2^32 divided by the golden ratio: spreads hashes over the upper bits. */
const scatter = 0x9e3779b1 | 0;
