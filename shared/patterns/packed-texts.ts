/** Finds entries of a file by their texts, whole or as parts of a sample, with one pass over the sample. */
import type { PackedEntries } from './packed-entries.ts';
import { PackedTable } from './packed-table.ts';

/** How keys are looked at. */
export interface PackedTextOptions {
  /** Letters of ASCII count as small ones; samples have small ones only. */
  readonly ignoreCase?: boolean;
  /** Keys are found at the ends of samples. */
  readonly backwards?: boolean;
  /** By byte: delimiters, which do not count at the ends of keys. */
  readonly delimiters?: readonly boolean[];
}

/** Numbers of entries that are there no more. */
export type Gone = ReadonlySet<number>;

/** Beginnings of so many bytes are noted, so that most places within a sample are left at once. */
const headLength = 4;
export const seed = 0x811c9dc5 | 0;

/** One step of FNV-1a: the hash of a text is made byte by byte, so that those of all its beginnings come by the way. */
export const step = (hash: number, byte: number) => Math.imul(hash ^ byte, 0x01000193);

/** By byte: what it counts as. */
export const asWritten = Uint8Array.from({ length: 256 }, (_, byte) => byte);
export const asSmall = asWritten.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

export class PackedTexts {
  readonly #gone: Gone;
  readonly #table: PackedTable;
  readonly #bytes: Uint8Array;
  readonly #fold: Uint8Array;
  readonly #backwards: boolean;
  readonly #delimiters: readonly boolean[];
  /** Where each key begins and ends, every so many numbers. */
  readonly #spans: Int32Array;
  readonly #stride: number;
  /** Lengths that keys have, rising. */
  readonly #lengths: Int32Array;
  /** By the hash of a beginning: whether a longer key begins so. Made when it is first needed. */
  #heads: Uint8Array | undefined;

  constructor(entries: PackedEntries, gone: Gone, options: PackedTextOptions = {}) {
    const { ignoreCase = false, backwards = false, delimiters } = options;
    this.#gone = gone;
    this.#bytes = entries.bytes;
    this.#fold = ignoreCase ? asSmall : asWritten;
    this.#backwards = backwards;
    this.#delimiters = delimiters ?? [];
    this.#spans = delimiters === undefined ? entries.spans : trim(entries, delimiters);
    this.#stride = delimiters !== undefined || entries.kind === 'acl' ? 2 : 4;
    this.#table = new PackedTable(entries.size);
    this.#lengths = this.#fill(entries.size);
  }

  /** The first entry whose key is the sample; -1 for none. So with all that follow. */
  findWhole(sample: string): number {
    let hash = seed;
    for (let at = 0; at < sample.length; at++) hash = step(hash, sample.charCodeAt(at));
    return this.#probe(hash, sample, 0, sample.length);
  }

  /** With `longest` the longest beginning, else the first entry. */
  findBeginning(sample: string, longest: boolean): number {
    let best = -1;
    let hash = seed;
    let at = 0;
    for (const length of this.#lengths) {
      if (length > sample.length) break;
      for (; at < length; at++) hash = step(hash, sample.charCodeAt(at));
      const found = this.#probe(hash, sample, 0, length);
      if (found >= 0 && (longest || best < 0 || found < best)) best = found;
    }
    return best;
  }

  /** Of keys that are read backwards. */
  findEnding(sample: string): number {
    let best = -1;
    let hash = seed;
    let at = sample.length;
    for (const length of this.#lengths) {
      const start = sample.length - length;
      if (start < 0) break;
      while (at > start) hash = step(hash, sample.charCodeAt(--at));
      const found = this.#probe(hash, sample, start, length);
      if (found >= 0 && (best < 0 || found < best)) best = found;
    }
    return best;
  }

  /** Of parts between delimiters. */
  findPart(sample: string): number {
    let best = -1;
    for (let start = 0; start < sample.length; start++) {
      if (this.#isDelimiter(sample, start) || (start > 0 && !this.#isDelimiter(sample, start - 1))) continue;
      let hash = seed;
      let at = start;
      for (const length of this.#lengths) {
        const end = start + length;
        if (end > sample.length) break;
        for (; at < end; at++) hash = step(hash, sample.charCodeAt(at));
        if (length === 0 || (end < sample.length && !this.#isDelimiter(sample, end))) continue;
        const found = this.#probe(hash, sample, start, length);
        if (found >= 0 && (best < 0 || found < best)) best = found;
      }
    }
    return best;
  }

  /** Anywhere. */
  findInside(sample: string): number {
    this.#heads ??= this.#noteHeads();
    let best = -1;
    for (let start = 0; start <= sample.length; start++) {
      let hash = seed;
      let at = start;
      for (const length of this.#lengths) {
        const end = start + length;
        if (end > sample.length) break;
        for (; at < end; at++) {
          if (at - start === headLength && this.#heads[headOf(hash)] === 0) break;
          hash = step(hash, sample.charCodeAt(at));
        }
        if (at < end) break;
        const found = this.#probe(hash, sample, start, length);
        if (found >= 0 && (best < 0 || found < best)) best = found;
      }
    }
    return best;
  }

  /** The next entry with the same key that is there; -1 for none. */
  next(entry: number): number {
    return this.#firstLeft(this.#table.nextAlike(entry));
  }

  /** Answers the lengths. */
  #fill(size: number): Int32Array {
    const table = this.#table;
    const lengths = new Set<number>();
    for (let entry = size - 1; entry >= 0; entry--) {
      const from = this.#spans[entry * this.#stride] as number;
      const to = this.#spans[entry * this.#stride + 1] as number;
      const hash = this.#hash(from, to);
      let alike = table.first(hash);
      while (alike >= 0 && !(table.hashOf(alike) === hash && this.#areAlike(alike, from, to))) {
        alike = table.after(alike);
      }
      table.add(entry, hash, alike);
      lengths.add(to - from);
    }
    return Int32Array.from(lengths).sort();
  }

  #hash(from: number, to: number): number {
    let hash = seed;
    if (this.#backwards) {
      for (let at = to - 1; at >= from; at--) hash = step(hash, this.#fold[this.#bytes[at] as number] as number);
    } else for (let at = from; at < to; at++) hash = step(hash, this.#fold[this.#bytes[at] as number] as number);
    return hash;
  }

  #areAlike(entry: number, from: number, to: number): boolean {
    const start = this.#spans[entry * this.#stride] as number;
    if ((this.#spans[entry * this.#stride + 1] as number) - start !== to - from) return false;
    for (let at = 0; at < to - from; at++) {
      if (this.#byte(start + at) !== this.#byte(from + at)) return false;
    }
    return true;
  }

  #byte(at: number): number {
    return this.#fold[this.#bytes[at] as number] as number;
  }

  /** The first entry that is there and whose key is this part of the sample. */
  #probe(hash: number, sample: string, start: number, length: number): number {
    for (let entry = this.#table.first(hash); entry >= 0; entry = this.#table.after(entry)) {
      if (this.#table.hashOf(entry) === hash && this.#isKey(entry, sample, start, length)) {
        return this.#firstLeft(entry);
      }
    }
    return -1;
  }

  #isKey(entry: number, sample: string, start: number, length: number): boolean {
    const from = this.#spans[entry * this.#stride] as number;
    if ((this.#spans[entry * this.#stride + 1] as number) - from !== length) return false;
    for (let at = 0; at < length; at++) {
      if (this.#byte(from + at) !== sample.charCodeAt(start + at)) return false;
    }
    return true;
  }

  #firstLeft(entry: number): number {
    if (this.#gone.size === 0) return entry;
    let left = entry;
    while (left >= 0 && this.#gone.has(left)) left = this.#table.nextAlike(left);
    return left;
  }

  #noteHeads(): Uint8Array {
    const heads = new Uint8Array(1 << 16);
    for (let at = 0; at < this.#spans.length; at += this.#stride) {
      const from = this.#spans[at] as number;
      if ((this.#spans[at + 1] as number) - from > headLength) heads[headOf(this.#hash(from, from + headLength))] = 1;
    }
    return heads;
  }

  #isDelimiter(text: string, at: number): boolean {
    return this.#delimiters[text.charCodeAt(at)] === true;
  }
}

const headOf = (hash: number) => (hash ^ (hash >>> 16)) & 0xffff;

/** Where keys begin and end without the delimiters at their ends. */
function trim(entries: PackedEntries, delimiters: readonly boolean[]): Int32Array {
  const { bytes, size } = entries;
  const spans = new Int32Array(size * 2);
  for (let entry = 0; entry < size; entry++) {
    let from = entries.keyStart(entry);
    let to = entries.keyEnd(entry);
    while (from < to && delimiters[bytes[from] as number] === true) from++;
    while (to > from && delimiters[bytes[to - 1] as number] === true) to--;
    spans[2 * entry] = from;
    spans[2 * entry + 1] = to;
  }
  return spans;
}
