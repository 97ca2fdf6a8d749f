/** The maps and ACL files of the control plane: stored, numbered by revision, told to the nodes as they change. */
import { SluiceError } from '../../shared/errors.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import {
  findTextProblem,
  kindNames,
  type PatternChange,
  type PatternKind,
  patternId,
  patternPath,
} from '../../shared/patterns/pattern-file.ts';
import { applyChange, type PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import type { KnownFiles } from '../../shared/patterns/pattern-uses.ts';
import type { Store } from '../store/store.ts';

export interface BookFile {
  readonly kind: PatternKind;
  readonly name: string;
  /** Of its last change; no two changes of any files have the same. */
  readonly revision: number;
  readonly list: PatternList;
}

/** What happened to a file: it is to be sent whole, or by its changes, or it is gone. */
export type BookEvent =
  | { readonly type: 'put'; readonly file: BookFile }
  | {
      readonly type: 'changed';
      readonly file: BookFile;
      readonly from: number;
      readonly changes: readonly PatternChange[];
    }
  | { readonly type: 'gone'; readonly kind: PatternKind; readonly name: string };

export interface PatternBook extends KnownFiles {
  /** The last revision of all. */
  readonly revision: number;
  files(): readonly BookFile[];
  get(kind: PatternKind, name: string): BookFile | undefined;
  /** Puts contents in the place of what is there. Throws invalid-config, and conflict where a file of the other kind has the name. */
  put(name: string, entries: PackedEntries): Promise<BookFile>;
  /** All of them or none. Throws invalid-config; not-found when a key to be deleted is not there. */
  change(kind: PatternKind, name: string, changes: readonly PatternChange[]): Promise<BookFile>;
  remove(kind: PatternKind, name: string): Promise<void>;
  /** Calls back after every change, before it is answered. */
  onChange(listener: (event: BookEvent) => void): void;
}

/** What the running config cannot take; told before anything is stored. */
export type CheckContents = (name: string, entries: PackedEntries) => { index: number; problem: string } | undefined;

export async function openPatternBook(options: { store: Store; check: CheckContents }): Promise<PatternBook> {
  const { store, check } = options;
  const stored = await store.loadPatternFiles();
  const listeners: ((event: BookEvent) => void)[] = [];
  const files = new Map<string, BookFile>();
  let revision = stored.revision;
  for (const { kind, name, revision: last, entries } of stored.files) {
    files.set(patternId(kind, name), { kind, name, revision: last, list: listOf(kind, entries) });
  }

  function announce(event: BookEvent): void {
    for (const listener of listeners) listener(event);
  }

  function find(kind: PatternKind, name: string): BookFile {
    const file = files.get(patternId(kind, name));
    if (file === undefined) throw new SluiceError('not-found', `there is no ${kindNames[kind]} "${name}"`);
    return file;
  }

  function checkAll(name: string, entries: PackedEntries): void {
    const { kind } = entries;
    const problem = findTextProblems(entries) ?? check(name, entries);
    if (problem === undefined) return;
    const { index, problem: detail } = problem;
    const resource = patternPath(kind, name);
    const pointer = `/${kind === 'map' ? 'entries' : 'patterns'}/${index}`;
    const key = entries.key(index);
    throw new SluiceError('invalid-config', `entry ${index + 1} ("${key.slice(0, 100)}"): ${detail}`, {
      errors: [{ resource, pointer, detail }],
    });
  }

  return {
    get revision() {
      return revision;
    },
    files: () => [...files.values()],
    get: (kind, name) => files.get(patternId(kind, name)),
    has: (kind, name) => files.has(patternId(kind, name)),
    names: (kind) => [...files.values()].filter((file) => file.kind === kind).map(({ name }) => name),
    async put(name, entries) {
      const { kind } = entries;
      const other = kind === 'map' ? 'acl' : 'map';
      if (files.has(patternId(other, name))) {
        throw new SluiceError('conflict', `there is ${other === 'map' ? 'a map' : 'an ACL file'} "${name}" already`);
      }
      checkAll(name, entries);
      const before = files.get(patternId(kind, name));
      if (before?.list.pack().equals(entries) === true) return before;
      const file: BookFile = { kind, name, revision: revision + 1, list: new PatternList(kind, entries) };
      await store.putPatternFile({ kind, name, revision: file.revision, entries: file.list.copies() });
      revision = file.revision;
      files.set(patternId(kind, name), file);
      announce({ type: 'put', file });
      return file;
    },
    async change(kind, name, changes) {
      const before = find(kind, name);
      const texts = changes.flatMap(([operation, key, value]) => entryOf(kind, operation, key, String(value ?? '')));
      checkAll(name, PackedEntries.from(kind, texts, 'utf8'));
      const { list } = before;
      // Carried out on the list itself, and taken back when the store cannot write it.
      const kept = new Map<number, PatternEntry>();
      const gone = new Map<number, PatternEntry>();
      const real = changes.filter((change) => {
        const touched = list.find(change[1]).slice();
        const changed = applyChange(list, change, {
          added: (entry) => kept.set(entry.order, entry),
          removed: (entry) => {
            kept.delete(entry.order);
            gone.set(entry.order, entry);
          },
        });
        if (changed && change[0] === 'set') for (const entry of touched) kept.set(entry.order, entry);
        return changed;
      });
      if (real.length === 0) return before;
      const file: BookFile = { ...before, revision: revision + 1 };
      try {
        await store.changePatternFile({
          kind,
          name,
          revision: file.revision,
          kept: [...kept.values()],
          gone: [...gone.values()],
        });
      } catch (error) {
        const again = (await store.loadPatternFiles()).files.find((each) => each.kind === kind && each.name === name);
        files.set(patternId(kind, name), { ...before, list: listOf(kind, again?.entries ?? []) });
        throw error;
      }
      revision = file.revision;
      files.set(patternId(kind, name), file);
      announce({ type: 'changed', file, from: before.revision, changes: real });
      return file;
    },
    async remove(kind, name) {
      find(kind, name);
      await store.deletePatternFile(kind, name, revision + 1);
      revision++;
      files.delete(patternId(kind, name));
      announce({ type: 'gone', kind, name });
    },
    onChange: (listener) => listeners.push(listener),
  };
}

/** Entries of a file that was never changed are packed. */
function listOf(kind: PatternKind, entries: readonly PatternEntry[]): PatternList {
  if (entries.every(({ order }, index) => order === index + 1)) {
    const contents = entries.flatMap(({ key, value }) => (kind === 'map' ? [key, value] : [key]));
    return new PatternList(kind, PackedEntries.from(kind, contents, 'utf8'));
  }
  const list = new PatternList(kind, PackedEntries.from(kind, [], 'utf8'));
  for (const entry of entries) list.restore(entry);
  return list;
}

/** What a change adds to a file: nothing when it deletes. */
function entryOf(kind: PatternKind, operation: PatternChange[0], key: string, value: string): string[] {
  if (operation === 'del') return [];
  return kind === 'map' ? [key, value] : [key];
}

function findTextProblems(entries: PackedEntries) {
  for (let index = 0; index < entries.size; index++) {
    const problem = findTextProblem(entries.kind, entries.key(index), entries.value(index));
    if (problem !== undefined) return { index, problem };
  }
  return undefined;
}
