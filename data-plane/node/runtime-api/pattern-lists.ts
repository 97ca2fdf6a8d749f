/** Finds the list of patterns that a command names, and tells why there is none. */
import type { PatternKind } from '../../../shared/patterns/pattern-file.ts';
import type { PatternEntry, PatternList } from '../../../shared/patterns/pattern-list.ts';
import type { NodeFile } from '../node-patterns.ts';
import { type CommandInput, failure, type Notice } from './command.ts';
import { type PatternReference, patternReferences } from './pattern-references.ts';

/** The word of a command behind its verb. */
export type ListWord = 'map' | 'acl';

export interface FoundList {
  readonly reference: PatternReference;
  /** undefined for the patterns of an ACL. */
  readonly file: NodeFile | undefined;
}

const shownNames: Readonly<Record<ListWord, string>> = { map: 'map', acl: 'ACL' };

export function unknownList(word: ListWord): Notice {
  return failure(`Unknown ${shownNames[word]} identifier. Please use #<id> or <file>.\n`);
}

export function missingList(word: ListWord): Notice {
  return failure(`Missing ${shownNames[word]} identifier.\n`);
}

/** The list that "#5" or the name of a file stands for among maps or among ACLs; a file may be both. */
export function findList({ node }: CommandInput, word: ListWord, name: string): FoundList | undefined {
  const isNumber = /^#[0-9]+$/.test(name);
  const reference = patternReferences(node.snapshot).find((each) => {
    if (!(word === 'map' ? each.isMap : each.isAcl)) return false;
    return isNumber ? each.id === Number(name.slice(1)) : each.file !== '' && each.file === name;
  });
  if (reference === undefined) return undefined;
  const file = reference.values === undefined ? node.patterns.find(reference.kind, reference.file) : undefined;
  return { reference, file };
}

/** The patterns of an ACL change with the configuration alone. */
export const notInFile = failure(
  'These patterns are part of the configuration. Only those of files can be changed at run time.\n',
);

/** A number of contents, "@3"; undefined where the word is none. What is no number counts as 0. */
export function readVersion(word: string | undefined): number | undefined {
  if (word === undefined || !word.startsWith('@')) return undefined;
  return Number.parseInt(word.slice(1), 10) || 0;
}

/** The contents of a file by their number; undefined where nothing has it. */
export function contentsOf(file: NodeFile, version: number | undefined): PatternList | undefined {
  return version === undefined || version === file.current ? file.list : file.prepared.get(version);
}

/** How an entry is called, "#0x5"; the same for as long as it is there. */
export function entryId(kind: PatternKind, { order }: PatternEntry): string {
  return `0x${((kind === 'map' ? 0x1000_0000 : 0x2000_0000) + order).toString(16)}`;
}

/** The entry with an id, by key and number among those of the key; undefined where there is none. */
export function findEntry(
  kind: PatternKind,
  list: PatternList,
  id: string,
): { key: string; number: number } | undefined {
  for (const entry of list.copies()) {
    if (entryId(kind, entry) !== id) continue;
    return { key: entry.key, number: list.find(entry.key).findIndex(({ order }) => order === entry.order) };
  }
  return undefined;
}
