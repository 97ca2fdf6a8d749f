/** An index of a file's entries for one way to compare: finds the entry that HAProxy would, in a time that hardly grows with their number. */
import type { MatchMethod } from '../../shared/language/match-methods.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import { lower } from '../rules/converters/strings.ts';
import type { Value } from '../rules/sample-value.ts';
import { AddressIndex } from './address-index.ts';
import { IntegerIndex, LengthIndex } from './integer-index.ts';
import { PackedTextIndex } from './packed-text-index.ts';
import { RegexIndex } from './regex-index.ts';
import { BeginningIndex, delimitersOf, EndingIndex, PartIndex, SubstringIndex, TextIndex } from './text-indexes.ts';

export interface PatternIndex {
  /** Takes the entries of a list in the place of what it has; what is added to the list or removed is told afterwards. */
  fill(list: PatternList): void;
  insert(entry: PatternEntry): void;
  remove(entry: PatternEntry): void;
  clear(): void;
  /** The entry that a sample of the method's type meets. */
  find(value: Value): PatternEntry | undefined;
}

/** How entries can be looked up; the others need no patterns. */
export type IndexMethod = Exclude<MatchMethod, 'found' | 'bool'>;

/**
 * An empty index. As in HAProxy, the longest beginning and the smallest network win; otherwise the first entry in the list
 * does. Entries that are no patterns of the method are never found.
 */
export function createIndex(method: IndexMethod, ignoreCase: boolean): PatternIndex {
  switch (method) {
    case 'ip':
      return new AddressIndex();
    case 'int':
      return new IntegerIndex();
    case 'len':
      return new LengthIndex();
    case 'reg':
      return new RegexIndex(ignoreCase);
    case 'bin':
      return new TextIndex((key) => Buffer.from(key, 'hex').toString('latin1'), undefined);
    case 'meth':
    case 'auth':
      return textIndex('str', false);
    default:
      return textIndex(method, ignoreCase);
  }
}

function textIndex(method: 'str' | 'beg' | 'end' | 'sub' | 'dir' | 'dom', ignoreCase: boolean): PatternIndex {
  const fold = ignoreCase ? lower : undefined;
  switch (method) {
    case 'str':
      return new PackedTextIndex(
        { ignoreCase, find: (texts, sample) => texts.findWhole(sample) },
        new TextIndex(fold, fold),
      );
    case 'beg': {
      // Ignoring case, HAProxy goes through a list, and the first wins.
      const longest = !ignoreCase;
      return new PackedTextIndex(
        { ignoreCase, longest, find: (texts, sample) => texts.findBeginning(sample, longest) },
        new BeginningIndex(fold, longest),
      );
    }
    case 'end':
      return new PackedTextIndex(
        { ignoreCase, backwards: true, find: (texts, sample) => texts.findEnding(sample) },
        new EndingIndex(fold),
      );
    case 'sub':
      return new PackedTextIndex(
        { ignoreCase, find: (texts, sample) => texts.findInside(sample) },
        new SubstringIndex(fold),
      );
    case 'dir':
      return partIndex(ignoreCase, '/?');
    case 'dom':
      return partIndex(ignoreCase, '/?.:');
  }
}

function partIndex(ignoreCase: boolean, characters: string): PatternIndex {
  const delimiters = delimitersOf(characters);
  return new PackedTextIndex(
    { ignoreCase, delimiters, find: (texts, sample) => texts.findPart(sample) },
    new PartIndex(ignoreCase ? lower : undefined, delimiters),
  );
}

/** For an index that has all entries as objects. */
export function insertAll(index: PatternIndex, list: PatternList): void {
  index.clear();
  for (const entry of list) index.insert(entry);
}
