/** Indexes of texts: whole ones, beginnings, ends, parts between delimiters, and parts anywhere. */
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import type { Value } from '../rules/sample-value.ts';
import { Buckets, Numbers } from './buckets.ts';
import { insertAll, type PatternIndex } from './pattern-index.ts';

type Fold = ((text: string) => string) | undefined;

const earlier = (one: PatternEntry | undefined, other: PatternEntry): PatternEntry =>
  one === undefined || other.order < one.order ? other : one;

/** What all have in common: entries by their text, made alike where case is ignored. */
abstract class ByText implements PatternIndex {
  protected readonly buckets = new Buckets<string>();
  readonly #fold: Fold;
  readonly #foldSample: Fold;

  /** `fold` is for patterns, `foldSample` for samples. */
  constructor(fold: Fold, foldSample: Fold) {
    this.#fold = fold;
    this.#foldSample = foldSample;
  }

  insert(entry: PatternEntry): void {
    const text = this.textOf(entry);
    if (this.buckets.add(text, entry)) this.textAdded(text);
  }

  remove(entry: PatternEntry): void {
    const text = this.textOf(entry);
    if (this.buckets.delete(text, entry)) this.textRemoved(text);
  }

  clear(): void {
    this.buckets.clear();
  }

  fill(list: PatternList): void {
    insertAll(this, list);
  }

  find(value: Value): PatternEntry | undefined {
    const fold = this.#foldSample;
    return this.findText(fold === undefined ? (value as string) : fold(value as string));
  }

  protected textOf({ key }: PatternEntry): string {
    return this.#fold === undefined ? key : this.#fold(key);
  }

  protected abstract findText(sample: string): PatternEntry | undefined;

  /** No entry had this text, or none has it any more. */
  protected textAdded(_text: string): void {}
  protected textRemoved(_text: string): void {}
}

export class TextIndex extends ByText {
  protected findText(sample: string): PatternEntry | undefined {
    return this.buckets.get(sample);
  }
}

/** One lookup for each length that texts have, whatever their number. */
abstract class ByLength extends ByText {
  readonly lengths: Numbers;

  constructor(fold: Fold, descending: boolean) {
    super(fold, fold);
    this.lengths = new Numbers(descending);
  }

  override clear(): void {
    super.clear();
    this.lengths.clear();
  }

  protected override textAdded(text: string): void {
    this.lengths.add(text.length);
  }

  protected override textRemoved(text: string): void {
    this.lengths.delete(text.length);
  }
}

export class BeginningIndex extends ByLength {
  readonly #longest: boolean;

  /** With `longest` the longest beginning wins, else the first entry. */
  constructor(fold: Fold, longest: boolean) {
    super(fold, longest);
    this.#longest = longest;
  }

  protected findText(sample: string): PatternEntry | undefined {
    let best: PatternEntry | undefined;
    for (const length of this.lengths.sorted) {
      if (length > sample.length) continue;
      const found = this.buckets.get(length === sample.length ? sample : sample.slice(0, length));
      if (found === undefined) continue;
      if (this.#longest) return found;
      best = earlier(best, found);
    }
    return best;
  }
}

export class EndingIndex extends ByLength {
  constructor(fold: Fold) {
    super(fold, false);
  }

  protected findText(sample: string): PatternEntry | undefined {
    let best: PatternEntry | undefined;
    for (const length of this.lengths.sorted) {
      if (length > sample.length) break;
      const found = this.buckets.get(sample.slice(sample.length - length));
      if (found !== undefined) best = earlier(best, found);
    }
    return best;
  }
}

/** By character: whether it is one of these. */
export function delimitersOf(characters: string): readonly boolean[] {
  return Array.from({ length: 256 }, (_, code) => characters.includes(String.fromCharCode(code)));
}

/** Parts between delimiters or the ends of the sample; delimiters at the ends of a pattern do not count. */
export class PartIndex extends ByLength {
  readonly #delimiters: readonly boolean[];

  constructor(fold: Fold, delimiters: readonly boolean[]) {
    super(fold, false);
    this.#delimiters = delimiters;
  }

  protected override textOf(entry: PatternEntry): string {
    const text = super.textOf(entry);
    let start = 0;
    let end = text.length;
    while (start < end && this.#isDelimiter(text, start)) start++;
    while (end > start && this.#isDelimiter(text, end - 1)) end--;
    return text.slice(start, end);
  }

  protected findText(sample: string): PatternEntry | undefined {
    let best: PatternEntry | undefined;
    const { sorted } = this.lengths;
    for (let start = 0; start < sample.length; start++) {
      if (this.#isDelimiter(sample, start) || (start > 0 && !this.#isDelimiter(sample, start - 1))) continue;
      for (const length of sorted) {
        const end = start + length;
        if (end > sample.length) break;
        if (length === 0 || (end < sample.length && !this.#isDelimiter(sample, end))) continue;
        const found = this.buckets.get(sample.slice(start, end));
        if (found !== undefined) best = earlier(best, found);
      }
    }
    return best;
  }

  #isDelimiter(text: string, at: number): boolean {
    return this.#delimiters[text.charCodeAt(at)] === true;
  }
}

/** So much of the beginning of a text tells which lengths are worth a lookup. */
const headLength = 4;

/** Texts anywhere in the sample: at each place the few lengths are tried that texts have which begin so. */
export class SubstringIndex extends ByText {
  readonly #byHead = new Map<string, Numbers>();
  readonly #headLengths = new Numbers(false);

  constructor(fold: Fold) {
    super(fold, fold);
  }

  override clear(): void {
    super.clear();
    this.#byHead.clear();
    this.#headLengths.clear();
  }

  protected override textAdded(text: string): void {
    const head = text.slice(0, headLength);
    let lengths = this.#byHead.get(head);
    if (lengths === undefined) {
      lengths = new Numbers(false);
      this.#byHead.set(head, lengths);
    }
    lengths.add(text.length);
    this.#headLengths.add(head.length);
  }

  protected override textRemoved(text: string): void {
    const head = text.slice(0, headLength);
    const lengths = this.#byHead.get(head);
    lengths?.delete(text.length);
    if (lengths?.sorted.length === 0) this.#byHead.delete(head);
    this.#headLengths.delete(head.length);
  }

  protected findText(sample: string): PatternEntry | undefined {
    let best: PatternEntry | undefined;
    for (const headSize of this.#headLengths.sorted) {
      for (let start = 0; start + headSize <= sample.length; start++) {
        const lengths = this.#byHead.get(sample.slice(start, start + headSize));
        if (lengths === undefined) continue;
        for (const length of lengths.sorted) {
          if (start + length > sample.length) break;
          const found = this.buckets.get(sample.slice(start, start + length));
          if (found !== undefined) best = earlier(best, found);
        }
      }
    }
    return best;
  }
}
