/** An index of a file's entries for one way to compare: finds the entry that HAProxy would, in a time that hardly grows with their number. */
import type { MatchMethod } from '../../shared/language/match-methods.ts';
import type { PatternEntry } from '../../shared/patterns/pattern-list.ts';
import { lower } from '../rules/converters/strings.ts';
import type { Value } from '../rules/sample-value.ts';
import { AddressIndex } from './address-index.ts';
import { IntegerIndex, LengthIndex } from './integer-index.ts';
import { RegexIndex } from './regex-index.ts';
import { BeginningIndex, EndingIndex, PartIndex, SubstringIndex, TextIndex } from './text-indexes.ts';

export interface PatternIndex {
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
      return new TextIndex(undefined, undefined);
    default:
      return textIndex(method, ignoreCase);
  }
}

function textIndex(method: 'str' | 'beg' | 'end' | 'sub' | 'dir' | 'dom', ignoreCase: boolean): PatternIndex {
  const fold = ignoreCase ? lower : undefined;
  switch (method) {
    case 'str':
      return new TextIndex(fold, fold);
    case 'beg':
      // Ignoring case, HAProxy goes through a list, and the first wins.
      return new BeginningIndex(fold, fold === undefined);
    case 'end':
      return new EndingIndex(fold);
    case 'sub':
      return new SubstringIndex(fold);
    case 'dir':
      return new PartIndex(fold, '/?');
    case 'dom':
      return new PartIndex(fold, '/?.:');
  }
}
