/** The IPv6 networks of a file by prefix: a lookup for each length that there is, the longest first. */
import { readIpv6Network } from '../../shared/address.ts';
import type { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { PackedTable } from '../../shared/patterns/packed-table.ts';
import type { Gone } from '../../shared/patterns/packed-texts.ts';

export class PackedNetworks6 {
  /** Numbers of the entries that are no such network, or written in another way. */
  readonly others: readonly number[];
  readonly #gone: Gone;
  readonly #table: PackedTable;
  /** Four of 32 bits for each entry. */
  readonly #words: Int32Array;
  readonly #lengths: Uint8Array;
  /** Lengths that networks have, falling. */
  readonly #sorted: readonly number[];

  /** `candidates` are numbers of entries, rising. */
  constructor(entries: PackedEntries, candidates: readonly number[], gone: Gone) {
    const size = candidates.length === 0 ? 0 : entries.size;
    this.#gone = gone;
    this.#table = new PackedTable(size);
    this.#words = new Int32Array(size * 4);
    this.#lengths = new Uint8Array(size);
    const known = new Set<number>();
    const others: number[] = [];
    for (let at = candidates.length - 1; at >= 0; at--) {
      const entry = candidates[at] as number;
      const length = readIpv6Network(entries.bytes, entries.keyStart(entry), entries.keyEnd(entry), address);
      if (length < 0) {
        others.push(entry);
        continue;
      }
      known.add(length);
      this.#add(entry, length);
    }
    this.others = others.reverse();
    this.#sorted = [...known].sort((one, other) => other - one);
  }

  get isEmpty(): boolean {
    return this.#sorted.length === 0;
  }

  /** The first entry of the smallest network around an address of 16 bytes; -1 for none. */
  find(bytes: readonly number[]): number {
    for (const length of this.#sorted) {
      for (let word = 0; word < 4; word++) address[word] = wordOf(bytes, word);
      let entry = this.#find(hashOf(length), length);
      while (entry >= 0 && this.#gone.has(entry)) entry = this.#table.nextAlike(entry);
      if (entry >= 0) return entry;
    }
    return -1;
  }

  /** The length of the prefix of an entry; -1 for number -1. */
  lengthOf(entry: number): number {
    return this.#lengths[entry] ?? -1;
  }

  #add(entry: number, length: number): void {
    const hash = hashOf(length);
    this.#table.add(entry, hash, this.#find(hash, length));
    this.#lengths[entry] = length;
    this.#words.set(address, entry * 4);
  }

  /** The first with the network in `address`. */
  #find(hash: number, length: number): number {
    let entry = this.#table.first(hash);
    while (entry >= 0 && !this.#isNetwork(entry, length)) entry = this.#table.after(entry);
    return entry;
  }

  #isNetwork(entry: number, length: number): boolean {
    const at = entry * 4;
    const words = this.#words;
    return (
      words[at] === address[0] &&
      words[at + 1] === address[1] &&
      words[at + 2] === address[2] &&
      words[at + 3] === address[3] &&
      this.#lengths[entry] === length
    );
  }
}

/** The words of the address that is being looked at. */
const address = new Int32Array(4);

function wordOf(bytes: readonly number[], word: number): number {
  const at = word * 4;
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** Cuts the address off behind a prefix, and answers the hash of what is left. */
function hashOf(length: number): number {
  let hash = length;
  for (let word = 0; word < 4; word++) {
    const bits = length - word * 32;
    const left = (address[word] as number) & (bits >= 32 ? -1 : bits <= 0 ? 0 : -1 << (32 - bits));
    address[word] = left;
    hash = Math.imul(hash ^ left ^ (left >>> 15), 0x2c1b3c6d);
  }
  return hash;
}
