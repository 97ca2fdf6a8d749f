/** The IPv4 networks of a file by prefix: a lookup for each length that may hold an address, the longest first. */
import { bitsOf, prefixLengthOf, readIpv4Network } from '../../shared/address.ts';
import type { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { PackedTable } from '../../shared/patterns/packed-table.ts';
import type { Gone } from '../../shared/patterns/packed-texts.ts';

export class PackedNetworks {
  /** Numbers of the entries that are no such network, or written in another way. */
  readonly others: readonly number[];
  readonly #gone: Gone;
  readonly #table: PackedTable;
  readonly #bits: Int32Array;
  readonly #lengths: Uint8Array;
  /** Lengths that networks have, falling. */
  readonly #sorted: readonly number[];
  /** By the first 16 bits of an address: a bit for each longer prefix under them. */
  readonly #longer = new Int32Array(1 << 16);

  constructor(entries: PackedEntries, gone: Gone) {
    const { size, bytes } = entries;
    this.#gone = gone;
    this.#table = new PackedTable(size);
    this.#bits = new Int32Array(size);
    this.#lengths = new Uint8Array(size);
    const counts = new Int32Array(33);
    const others: number[] = [];
    for (let entry = size - 1; entry >= 0; entry--) {
      const network = readIpv4Network(bytes, entries.keyStart(entry), entries.keyEnd(entry));
      if (network < 0) {
        others.push(entry);
        continue;
      }
      const length = prefixLengthOf(network);
      counts[length] = 1;
      this.#add(entry, bitsOf(network) & maskOf(length), length);
    }
    this.others = others.reverse();
    this.#sorted = [...counts.keys()].filter((length) => counts[length] === 1).reverse();
  }

  /** The first entry of the smallest network around an address of 32 bits; -1 for none. */
  find(address: number): number {
    const longer = this.#longer[address >>> 16] as number;
    for (const length of this.#sorted) {
      if (length > 16 && (longer & (1 << (length - 16))) === 0) continue;
      const found = this.#firstLeft(this.#find(address & maskOf(length), length));
      if (found >= 0) return found;
    }
    return -1;
  }

  /** The length of the prefix of an entry; -1 for number -1. */
  lengthOf(entry: number): number {
    return this.#lengths[entry] ?? -1;
  }

  #add(entry: number, bits: number, length: number): void {
    this.#table.add(entry, hashOf(bits, length), this.#find(bits, length));
    this.#bits[entry] = bits;
    this.#lengths[entry] = length;
    if (length > 16) this.#longer[bits >>> 16] = (this.#longer[bits >>> 16] as number) | (1 << (length - 16));
  }

  #find(bits: number, length: number): number {
    let entry = this.#table.first(hashOf(bits, length));
    while (entry >= 0 && !(this.#bits[entry] === bits && this.#lengths[entry] === length)) {
      entry = this.#table.after(entry);
    }
    return entry;
  }

  #firstLeft(entry: number): number {
    if (this.#gone.size === 0) return entry;
    let left = entry;
    while (left >= 0 && this.#gone.has(left)) left = this.#table.nextAlike(left);
    return left;
  }
}

/** Networks mostly differ in their upper bits, which are to reach the lower ones too. */
const hashOf = (bits: number, length: number) => Math.imul(bits ^ (bits >>> 15) ^ (length << 5), 0x2c1b3c6d);

/** 32 bits, perhaps negative: only their bits count. */
export const maskOf = (length: number) => (length === 0 ? 0 : -1 << (32 - length));
