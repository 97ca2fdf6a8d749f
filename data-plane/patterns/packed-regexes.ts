/** The regular expressions that a list was filled with: only those are tried whose required text may stand in the sample. */
import { LiteralReader } from '../../shared/language/regex-literals.ts';
import type { RegularExpression } from '../../shared/language/regular-expression.ts';
import { PackedTable } from '../../shared/patterns/packed-table.ts';
import { asSmall, asWritten, seed, step } from '../../shared/patterns/packed-texts.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import { Numbers } from './buckets.ts';

/** Fewer are as quickly tried one by one. */
const few = 8;
/** Pieces of required texts by which expressions are found, wherever they stand in a sample. */
const pieceSizes = [8, 4, 2];
/** How many expressions are found by one hash is counted up to this. */
const most = 0xffff;

export class PackedRegexes {
  readonly #list: PatternList;
  readonly #fold: Uint8Array;
  readonly #compile: (entry: PatternEntry) => RegularExpression | null;
  readonly #compiled = new Map<number, RegularExpression | null>();
  readonly #table: PackedTable;
  /** Those that nothing is required of, in order. */
  readonly #always: number[] = [];
  /** Lengths of texts with which samples begin, and the sizes of pieces that are used. */
  readonly #startLengths = new Numbers(false);
  readonly #sizes: readonly number[];

  /** `compile` makes an expression when it is first tried; null for one that cannot be. */
  constructor(list: PatternList, ignoreCase: boolean, compile: (entry: PatternEntry) => RegularExpression | null) {
    const { packed } = list;
    this.#list = list;
    this.#fold = ignoreCase ? asSmall : asWritten;
    this.#compile = compile;
    this.#table = new PackedTable(packed.size);
    const reader = new LiteralReader();
    const places = new Places(reader, this.#fold, ignoreCase, packed.size);
    for (let entry = 0; entry < packed.size; entry++) {
      reader.read(packed.bytes, packed.keyStart(entry), packed.keyEnd(entry));
      if (places.choose()) {
        this.#table.add(entry, places.hash, -1);
        if (places.size === 0) this.#startLengths.add(places.length);
      } else this.#always.push(entry);
    }
    this.#sizes = pieceSizes.filter((size) => places.used.has(size));
  }

  /** The number of the first expression that matches; -1 for none. Where case is ignored, the folded sample has small letters only. */
  find(sample: string, folded: string): number {
    const { size } = this.#list.packed;
    if (size < few) return this.#firstOf(size, undefined, sample);
    const found = this.#candidates(folded);
    if (found.length === 0) return this.#firstOf(this.#always.length, this.#always, sample);
    const all = this.#always.length === 0 ? found : [...this.#always, ...found];
    all.sort((one, other) => one - other);
    return this.#firstOf(all.length, all, sample);
  }

  expression(entry: number): RegularExpression | null {
    let expression = this.#compiled.get(entry);
    if (expression === undefined) {
      expression = this.#compile(this.#list.entryAt(entry));
      this.#compiled.set(entry, expression);
    }
    return expression;
  }

  #firstOf(count: number, entries: readonly number[] | undefined, sample: string): number {
    for (let at = 0; at < count; at++) {
      const entry = entries === undefined ? at : (entries[at] as number);
      if (!this.#list.gone.has(entry) && this.expression(entry)?.test(sample) === true) return entry;
    }
    return -1;
  }

  #candidates(text: string): number[] {
    const found: number[] = [];
    let hash = seed;
    let at = 0;
    for (const length of this.#startLengths.sorted) {
      if (length > text.length) break;
      for (; at < length; at++) hash = step(hash, text.charCodeAt(at));
      this.#collect(markOf(hash, 0), found);
    }
    for (const size of this.#sizes) {
      for (let start = 0; start + size <= text.length; start++) {
        let piece = seed;
        for (let offset = 0; offset < size; offset++) piece = step(piece, text.charCodeAt(start + offset));
        this.#collect(markOf(piece, size), found);
      }
    }
    return found;
  }

  #collect(hash: number, found: number[]): void {
    for (let entry = this.#table.first(hash); entry >= 0; entry = this.#table.after(entry)) {
      if (this.#table.hashOf(entry) === hash) found.push(entry);
    }
  }
}

/** Chooses by what an expression is found: what the fewest before it have. */
class Places {
  hash = 0;
  /** Of the piece; 0 for a text at the beginning, and then its length. */
  size = 0;
  length = 0;
  readonly used = new Set<number>();
  readonly #reader: LiteralReader;
  readonly #fold: Uint8Array;
  readonly #ignoreCase: boolean;
  /** How many are found by each hash, other hashes of the same slot included. */
  readonly #counts: Uint16Array;
  readonly #shift: number;
  #fewest = 0;

  constructor(reader: LiteralReader, fold: Uint8Array, ignoreCase: boolean, entries: number) {
    const bits = Math.max(8, 34 - Math.clz32(entries));
    this.#reader = reader;
    this.#fold = fold;
    this.#ignoreCase = ignoreCase;
    this.#counts = new Uint16Array(1 << bits);
    this.#shift = 32 - bits;
  }

  /** For the literals that were read last; false where nothing is required that is long enough to tell. */
  choose(): boolean {
    this.#fewest = Infinity;
    for (let literal = 0; literal < this.#reader.count && this.#fewest > 0; literal++) this.#try(literal);
    if (this.#fewest === Infinity) return false;
    const slot = this.#slotOf(this.hash);
    this.#counts[slot] = Math.min(most, (this.#counts[slot] as number) + 1);
    this.used.add(this.size);
    return true;
  }

  #try(literal: number): void {
    const start = this.#reader.start(literal);
    const end = this.#reader.end(literal);
    // Beyond ASCII it is not sure what the other case of a letter is.
    if (this.#ignoreCase) for (let at = start; at < end; at++) if ((this.#reader.text[at] as number) > 127) return;
    if (literal === 0 && this.#reader.atStart) {
      this.length = end - start;
      if (this.#offer(start, end, 0)) return;
    }
    const size = pieceSizes.find((each) => each <= end - start);
    if (size === undefined) return;
    for (let at = start; at + size <= end; at++) if (this.#offer(at, at + size, size)) return;
  }

  /** Whether nobody has it yet, and so there is nothing better. */
  #offer(start: number, end: number, size: number): boolean {
    let hash = seed;
    for (let at = start; at < end; at++) hash = step(hash, this.#fold[this.#reader.text[at] as number] as number);
    hash = markOf(hash, size);
    const count = this.#counts[this.#slotOf(hash)] as number;
    if (count < this.#fewest) {
      this.#fewest = count;
      this.hash = hash;
      this.size = size;
    }
    return count === 0;
  }

  #slotOf(hash: number): number {
    return Math.imul(hash, 0x9e3779b1) >>> this.#shift;
  }
}

/** Beginnings and pieces of each size are told apart. */
const markOf = (hash: number, size: number) => Math.imul(hash ^ (size + 1), 0x2c1b3c6d);
