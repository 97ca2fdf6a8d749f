/** Entries by what they are looked up by; mostly one for each, but a file may have several. */
import type { PatternEntry } from '../../shared/patterns/pattern-list.ts';

export class Buckets<Key> {
  readonly #first = new Map<Key, PatternEntry>();
  /** Those behind the first, in order. */
  readonly #others = new Map<Key, PatternEntry[]>();

  /** The entry that comes first in its file. */
  get(key: Key): PatternEntry | undefined {
    return this.#first.get(key);
  }

  /** Whether it is the first of its key. */
  add(key: Key, entry: PatternEntry): boolean {
    if (!this.#first.has(key)) {
      this.#first.set(key, entry);
      return true;
    }
    const others = this.#others.get(key);
    if (others === undefined) this.#others.set(key, [entry]);
    else others.push(entry);
    return false;
  }

  /** Whether it was the last of its key. */
  delete(key: Key, entry: PatternEntry): boolean {
    const first = this.#first.get(key);
    if (first === undefined) return false;
    const others = this.#others.get(key);
    if (first === entry) {
      const next = others?.shift();
      if (next === undefined) {
        this.#first.delete(key);
        return true;
      }
      this.#first.set(key, next);
    } else if (others !== undefined) {
      const at = others.indexOf(entry);
      if (at >= 0) others.splice(at, 1);
    }
    if (others?.length === 0) this.#others.delete(key);
    return false;
  }

  clear(): void {
    this.#first.clear();
    this.#others.clear();
  }
}

/** How many things there are of each of a few numbers, such as lengths; the numbers in order. */
export class Numbers {
  readonly #counts = new Map<number, number>();
  readonly #descending: boolean;
  /** In order; never changed in place. */
  sorted: readonly number[] = [];

  constructor(descending: boolean) {
    this.#descending = descending;
  }

  add(number: number): void {
    const count = this.#counts.get(number) ?? 0;
    this.#counts.set(number, count + 1);
    if (count === 0) this.#sort();
  }

  delete(number: number): void {
    const count = this.#counts.get(number) ?? 0;
    if (count > 1) this.#counts.set(number, count - 1);
    else if (this.#counts.delete(number)) this.#sort();
  }

  clear(): void {
    this.#counts.clear();
    this.sorted = [];
  }

  #sort(): void {
    const sign = this.#descending ? -1 : 1;
    this.sorted = [...this.#counts.keys()].sort((one, other) => sign * (one - other));
  }
}
