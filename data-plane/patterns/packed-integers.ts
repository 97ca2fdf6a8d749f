/** The single numbers of a file, by their value. */
import { readNatural } from '../../shared/language/match-methods.ts';
import type { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { PackedTable } from '../../shared/patterns/packed-table.ts';
import type { Gone } from '../../shared/patterns/packed-texts.ts';

export class PackedIntegers {
  /** Numbers of the entries that are ranges, or no numbers, or too large. */
  readonly others: readonly number[];
  readonly #gone: Gone;
  readonly #table: PackedTable;
  readonly #values: Float64Array;

  constructor(entries: PackedEntries, gone: Gone) {
    const { size, bytes } = entries;
    this.#gone = gone;
    this.#table = new PackedTable(size);
    this.#values = new Float64Array(size);
    const others: number[] = [];
    for (let entry = size - 1; entry >= 0; entry--) {
      const value = readNatural(bytes, entries.keyStart(entry), entries.keyEnd(entry));
      if (value < 0) {
        others.push(entry);
        continue;
      }
      this.#table.add(entry, hashOf(value), this.#find(value));
      this.#values[entry] = value;
    }
    this.others = others.reverse();
  }

  /** The first entry with a value; -1 for none. */
  find(value: number): number {
    let entry = this.#find(value);
    while (entry >= 0 && this.#gone.has(entry)) entry = this.#table.nextAlike(entry);
    return entry;
  }

  #find(value: number): number {
    const hash = hashOf(value);
    let entry = this.#table.first(hash);
    while (entry >= 0 && !(this.#table.hashOf(entry) === hash && this.#values[entry] === value)) {
      entry = this.#table.after(entry);
    }
    return entry;
  }
}

const hashOf = (value: number) =>
  Math.imul((value | 0) ^ Math.imul((value / 0x1_0000_0000) | 0, 0x2c1b3c6d), 0x85ebca6b);
