/**
 * Regular expressions of a file: the first that matches is found, as in HAProxy, in time linear in the sample. Only those
 * are tried whose required text stands in the sample, so that a long file costs little more than a short one.
 */
import { requiredLiterals } from '../../shared/language/regex-literals.ts';
import { type Groups, RegularExpression } from '../../shared/language/regular-expression.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import { lower } from '../rules/converters/strings.ts';
import type { Value } from '../rules/sample-value.ts';
import { Numbers } from './buckets.ts';
import { PackedRegexes } from './packed-regexes.ts';
import type { PatternIndex } from './pattern-index.ts';

/** Fewer are as quickly tried one by one. */
const few = 8;
/** Pieces of required texts by which expressions are found, wherever they stand in a sample. */
const pieceSizes = [8, 4, 2];

/** Expressions that one text leads to. */
type Drawer = Map<string, PatternEntry[]>;

interface Place {
  readonly drawer: Drawer;
  readonly text: string;
}

export class RegexIndex implements PatternIndex {
  readonly #ignoreCase: boolean;
  #list: PatternList | undefined;
  /** Those that the list was filled with; all that follows is about those added since. */
  #packed: PackedRegexes | undefined;
  /** In order; expressions are compiled when they are first tried, null stands for one that cannot be. */
  readonly #expressions = new Map<PatternEntry, RegularExpression | null | undefined>();
  /** Where each is found; those without a required text are not in it. */
  readonly #places = new Map<PatternEntry, Place>();
  readonly #always = new Set<PatternEntry>();
  /** By the text with which a sample begins. */
  readonly #starts: Drawer = new Map();
  readonly #startLengths = new Numbers(false);
  readonly #pieces: ReadonlyMap<number, Drawer> = new Map(pieceSizes.map((size) => [size, new Map()]));

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  fill(list: PatternList): void {
    this.clear();
    this.#list = list;
    this.#packed = new PackedRegexes(list, this.#ignoreCase, (entry) => this.#compile(entry));
    for (const entry of list.added) this.insert(entry);
  }

  insert(entry: PatternEntry): void {
    this.#expressions.set(entry, undefined);
    const place = this.#choosePlace(entry);
    if (place === undefined) {
      this.#always.add(entry);
      return;
    }
    const { drawer, text } = place;
    const others = drawer.get(text);
    if (others === undefined) drawer.set(text, [entry]);
    else others.push(entry);
    this.#places.set(entry, place);
    if (drawer === this.#starts) this.#startLengths.add(text.length);
  }

  remove(entry: PatternEntry): void {
    this.#expressions.delete(entry);
    this.#always.delete(entry);
    const place = this.#places.get(entry);
    if (place === undefined) return;
    const { drawer, text } = place;
    const left = (drawer.get(text) ?? []).filter((each) => each !== entry);
    if (left.length === 0) drawer.delete(text);
    else drawer.set(text, left);
    this.#places.delete(entry);
    if (drawer === this.#starts) this.#startLengths.delete(text.length);
  }

  clear(): void {
    this.#list = undefined;
    this.#packed = undefined;
    this.#expressions.clear();
    this.#places.clear();
    this.#always.clear();
    this.#starts.clear();
    this.#startLengths.clear();
    for (const drawer of this.#pieces.values()) drawer.clear();
  }

  find(value: Value): PatternEntry | undefined {
    const sample = value as string;
    const folded = this.#ignoreCase ? lower(sample) : sample;
    const packed = this.#packed?.find(sample, folded) ?? -1;
    if (packed >= 0) return this.#list?.entryAt(packed);
    if (this.#expressions.size === 0) return undefined;
    for (const entry of this.#expressions.size < few ? this.#expressions.keys() : this.#candidates(folded)) {
      if (this.#expression(entry)?.test(sample) === true) return entry;
    }
    return undefined;
  }

  /** What the groups of an entry's expression match. */
  groupsOf(entry: PatternEntry, value: string): Groups {
    const isPacked = entry.order <= (this.#list?.packed.size ?? 0);
    const expression = isPacked ? this.#packed?.expression(entry.order - 1) : this.#expression(entry);
    return expression?.match(value) ?? [];
  }

  /** Those that may match, in order; the same one may come twice. */
  #candidates(text: string): PatternEntry[] {
    const found = [...this.#always];
    for (const length of this.#startLengths.sorted) {
      if (length > text.length) break;
      const entries = this.#starts.get(text.slice(0, length));
      if (entries !== undefined) found.push(...entries);
    }
    for (const [size, drawer] of this.#pieces) {
      if (drawer.size === 0) continue;
      for (let at = 0; at + size <= text.length; at++) {
        const entries = drawer.get(text.slice(at, at + size));
        if (entries !== undefined) found.push(...entries);
      }
    }
    return found.length > this.#always.size ? found.sort((one, other) => one.order - other.order) : found;
  }

  #expression(entry: PatternEntry): RegularExpression | null {
    let expression = this.#expressions.get(entry);
    if (expression === undefined) {
      expression = this.#compile(entry);
      this.#expressions.set(entry, expression);
    }
    return expression;
  }

  #compile({ key }: PatternEntry): RegularExpression | null {
    try {
      // Entries are texts of bytes already.
      return new RegularExpression(Buffer.from(key, 'latin1').toString(), this.#ignoreCase);
    } catch {
      // What is no expression matches nothing.
      return null;
    }
  }

  /** The one that the fewest others have; undefined where nothing is required that is long enough to tell. */
  #choosePlace({ key }: PatternEntry): Place | undefined {
    let best: Place | undefined;
    let others = Infinity;
    for (const { text, atStart } of requiredLiterals(key)) {
      // Beyond ASCII it is not sure what the other case of a letter is.
      if (this.#ignoreCase && /[\x80-\xff]/.test(text)) continue;
      const folded = this.#ignoreCase ? lower(text) : text;
      for (const place of this.#placesOf(folded, atStart)) {
        const count = place.drawer.get(place.text)?.length ?? 0;
        if (count === 0) return place;
        if (count < others) [best, others] = [place, count];
      }
    }
    return best;
  }

  #placesOf(text: string, atStart: boolean): Place[] {
    const places: Place[] = atStart ? [{ drawer: this.#starts, text }] : [];
    const size = pieceSizes.find((each) => each <= text.length);
    const drawer = size === undefined ? undefined : this.#pieces.get(size);
    if (size === undefined || drawer === undefined) return places;
    for (let at = 0; at + size <= text.length; at++) places.push({ drawer, text: text.slice(at, at + size) });
    return places;
  }
}
