/** The entries of one map or ACL file, in order, found by key in a time that does not grow with their number. */
import type { PatternChange, PatternContents, PatternKind } from './pattern-file.ts';

export interface PatternEntry {
  readonly key: string;
  value: string;
  /** Entries that come first in the list have lower ones. */
  readonly order: number;
}

const none: readonly PatternEntry[] = [];

export class PatternList implements Iterable<PatternEntry> {
  readonly kind: PatternKind;
  readonly #entries = new Set<PatternEntry>();
  /** Made when it is first needed: a file that never changes needs none. */
  #byKey: Map<string, PatternEntry | PatternEntry[]> | undefined;
  #nextOrder = 1;

  constructor(kind: PatternKind, contents: PatternContents = []) {
    this.kind = kind;
    this.fill(contents);
  }

  get size(): number {
    return this.#entries.size;
  }

  [Symbol.iterator](): IterableIterator<PatternEntry> {
    return this.#entries.values();
  }

  /** The entries of a key, in order. */
  find(key: string): readonly PatternEntry[] {
    const found = this.#index().get(key);
    if (found === undefined) return none;
    return Array.isArray(found) ? found : [found];
  }

  /** Appends an entry, whether or not the key is there. */
  add(key: string, value: string): PatternEntry {
    const entry = { key, value, order: this.#nextOrder };
    this.restore(entry);
    return entry;
  }

  /** Appends an entry as it was, whose order is above all others'. */
  restore(entry: PatternEntry): void {
    this.#nextOrder = entry.order + 1;
    this.#entries.add(entry);
    if (this.#byKey !== undefined) insert(this.#byKey, entry);
  }

  remove(entry: PatternEntry): void {
    if (!this.#entries.delete(entry) || this.#byKey === undefined) return;
    const left = this.find(entry.key).filter((each) => each !== entry);
    if (left.length === 0) this.#byKey.delete(entry.key);
    else this.#byKey.set(entry.key, left);
  }

  /** Drops everything, then appends. */
  fill(contents: PatternContents): void {
    this.#entries.clear();
    this.#byKey = undefined;
    if (this.kind === 'acl') for (const pattern of contents) this.add(pattern, '');
    else for (let at = 0; at < contents.length; at += 2) this.add(contents[at] ?? '', contents[at + 1] ?? '');
  }

  contents(): string[] {
    const contents: string[] = [];
    for (const { key, value } of this.#entries) {
      contents.push(key);
      if (this.kind === 'map') contents.push(value);
    }
    return contents;
  }

  #index(): Map<string, PatternEntry | PatternEntry[]> {
    if (this.#byKey === undefined) {
      this.#byKey = new Map();
      for (const entry of this.#entries) insert(this.#byKey, entry);
    }
    return this.#byKey;
  }
}

function insert(byKey: Map<string, PatternEntry | PatternEntry[]>, entry: PatternEntry): void {
  const found = byKey.get(entry.key);
  if (found === undefined) byKey.set(entry.key, entry);
  else if (Array.isArray(found)) found.push(entry);
  else byKey.set(entry.key, [found, entry]);
}

/** Who is told what a change does to a list. */
export interface ListWatcher {
  added(entry: PatternEntry): void;
  removed(entry: PatternEntry): void;
}

/** Carries out a change; whether it changed anything. */
export function applyChange(list: PatternList, change: PatternChange, watcher?: ListWatcher): boolean {
  const [operation, key] = change;
  switch (operation) {
    case 'add':
      addEntry(list, key, change[2], watcher);
      return true;
    case 'set':
      return setEntries(list, key, change[2], watcher);
    case 'del':
      return removeEntries(list, list.find(key).slice(), watcher);
    case 'set-one': {
      const entry = list.find(key)[change[2]];
      if (entry === undefined || entry.value === change[3]) return false;
      entry.value = change[3];
      return true;
    }
    case 'del-one': {
      const entry = list.find(key)[change[2]];
      return entry !== undefined && removeEntries(list, [entry], watcher);
    }
  }
}

function addEntry(list: PatternList, key: string, value: string, watcher: ListWatcher | undefined): void {
  const entry = list.add(key, value);
  watcher?.added(entry);
}

function setEntries(list: PatternList, key: string, value: string, watcher: ListWatcher | undefined): boolean {
  const found = list.find(key);
  if (found.length === 0) {
    addEntry(list, key, value, watcher);
    return true;
  }
  let changed = false;
  for (const entry of found) {
    if (entry.value === value) continue;
    entry.value = value;
    changed = true;
  }
  return changed;
}

function removeEntries(list: PatternList, entries: readonly PatternEntry[], watcher: ListWatcher | undefined): boolean {
  for (const entry of entries) {
    list.remove(entry);
    watcher?.removed(entry);
  }
  return entries.length > 0;
}
