/** An index of texts: those that a list was filled with are found by their bytes, those added since by an index of objects. */
import { type PackedTextOptions, PackedTexts } from '../../shared/patterns/packed-texts.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import { lower } from '../rules/converters/strings.ts';
import type { Value } from '../rules/sample-value.ts';
import type { PatternIndex } from './pattern-index.ts';

/** How entries that are packed are looked for; answers the number of one, -1 for none. */
export interface PackedSearch extends PackedTextOptions {
  readonly find: (texts: PackedTexts, sample: string) => number;
  /** Whether the longest text wins, else the first. */
  readonly longest?: boolean;
}

export class PackedTextIndex implements PatternIndex {
  readonly #search: PackedSearch;
  readonly #added: PatternIndex;
  #addedCount = 0;
  #list: PatternList | undefined;
  #texts: PackedTexts | undefined;

  /** `added` finds entries in the same way. */
  constructor(search: PackedSearch, added: PatternIndex) {
    this.#search = search;
    this.#added = added;
  }

  fill(list: PatternList): void {
    this.clear();
    this.#list = list;
    const { ignoreCase, backwards, delimiters } = this.#search;
    const isPlain = ignoreCase !== true && backwards !== true && delimiters === undefined;
    this.#texts = isPlain ? list.packedKeys() : new PackedTexts(list.packed, list.gone, this.#search);
    for (const entry of list.added) this.insert(entry);
  }

  insert(entry: PatternEntry): void {
    this.#added.insert(entry);
    this.#addedCount++;
  }

  remove(entry: PatternEntry): void {
    if (entry.order <= (this.#list?.packed.size ?? 0)) return;
    this.#added.remove(entry);
    this.#addedCount--;
  }

  clear(): void {
    this.#list = undefined;
    this.#texts = undefined;
    this.#added.clear();
    this.#addedCount = 0;
  }

  find(value: Value): PatternEntry | undefined {
    const { ignoreCase, longest, find } = this.#search;
    const sample = ignoreCase === true ? lower(value as string) : (value as string);
    const number = this.#texts === undefined ? -1 : find(this.#texts, sample);
    const packed = number < 0 ? undefined : this.#list?.entryAt(number);
    if (this.#addedCount === 0) return packed;
    const added = this.#added.find(value);
    if (packed === undefined || added === undefined) return packed ?? added;
    return longest === true && added.key.length > packed.key.length ? added : packed;
  }
}
