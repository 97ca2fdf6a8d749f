/** The entries of one map or ACL file, in order, found by key in a time that does not grow with their number. */
import { toBytes } from '../language/regular-expression.ts';
import { PackedEntries } from './packed-entries.ts';
import { PackedTexts } from './packed-texts.ts';
import type { PatternChange, PatternContents, PatternKind } from './pattern-file.ts';

export interface PatternEntry {
  readonly key: string;
  /** Changed by {@link PatternList.setValue} alone. */
  value: string;
  /** Entries that come first in the list have lower ones. */
  readonly order: number;
}

const none: readonly PatternEntry[] = [];

/** What a list is filled with stays packed; an entry of it becomes an object when it is first asked for, and the same one ever after. */
export class PatternList implements Iterable<PatternEntry> {
  readonly kind: PatternKind;
  /** Its entries have the orders 1, 2 and so on. */
  #packed: PackedEntries;
  /** Of the packed ones those that were asked for, by number from 0. */
  readonly #known = new Map<number, PatternEntry>();
  readonly #gone = new Set<number>();
  #hasNewValues = false;
  /** Those that are not packed, in order. */
  readonly #added = new Set<PatternEntry>();
  /** Both are made when they are first needed: a file that never changes needs none. */
  #packedKeys: PackedTexts | undefined;
  #addedKeys: Map<string, PatternEntry | PatternEntry[]> | undefined;
  #nextOrder = 1;

  /** Texts have one character for each byte, unless they come packed. */
  constructor(kind: PatternKind, contents: PackedEntries | PatternContents = []) {
    this.kind = kind;
    this.#packed = PackedEntries.from(kind, []);
    this.fill(contents);
  }

  get size(): number {
    return this.#packed.size - this.#gone.size + this.#added.size;
  }

  /** What the list was last filled with, and which of it are there no more. */
  get packed(): PackedEntries {
    return this.#packed;
  }

  get gone(): ReadonlySet<number> {
    return this.#gone;
  }

  /** Those behind the packed ones. */
  get added(): Iterable<PatternEntry> {
    return this.#added;
  }

  *[Symbol.iterator](): IterableIterator<PatternEntry> {
    for (let index = 0; index < this.#packed.size; index++) if (!this.#gone.has(index)) yield this.entryAt(index);
    yield* this.#added;
  }

  /** To read them once: objects that are not kept. */
  *copies(): IterableIterator<PatternEntry> {
    for (let index = 0; index < this.#packed.size; index++) {
      if (!this.#gone.has(index)) yield this.#known.get(index) ?? this.#unpack(index);
    }
    yield* this.#added;
  }

  /** A packed entry by its number. */
  entryAt(index: number): PatternEntry {
    let entry = this.#known.get(index);
    if (entry === undefined) {
      entry = this.#unpack(index);
      this.#known.set(index, entry);
    }
    return entry;
  }

  #unpack(index: number): PatternEntry {
    return { key: this.#packed.key(index), value: this.#packed.value(index), order: index + 1 };
  }

  /** The keys of the packed entries by their bytes. */
  packedKeys(): PackedTexts {
    this.#packedKeys ??= new PackedTexts(this.#packed, this.#gone);
    return this.#packedKeys;
  }

  /** The entries of a key, in order. */
  find(key: string): readonly PatternEntry[] {
    const found = this.#addedByKey().get(key);
    const behind = found === undefined ? none : Array.isArray(found) ? found : [found];
    if (this.#packed.size === 0) return behind;
    const keys = this.packedKeys();
    const bytes = this.#packed.encoding === 'utf8' ? toBytes(key) : key;
    const entries: PatternEntry[] = [];
    for (let index = keys.findWhole(bytes); index >= 0; index = keys.next(index)) entries.push(this.entryAt(index));
    return entries.length === 0 ? behind : [...entries, ...behind];
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
    this.#added.add(entry);
    if (this.#addedKeys !== undefined) insert(this.#addedKeys, entry);
  }

  remove(entry: PatternEntry): void {
    const index = entry.order - 1;
    if (this.#known.get(index) === entry) {
      this.#known.delete(index);
      this.#gone.add(index);
      return;
    }
    if (!this.#added.delete(entry) || this.#addedKeys === undefined) return;
    const found = this.#addedKeys.get(entry.key);
    const left = Array.isArray(found) ? found.filter((each) => each !== entry) : [];
    if (left.length === 0) this.#addedKeys.delete(entry.key);
    else this.#addedKeys.set(entry.key, left);
  }

  setValue(entry: PatternEntry, value: string): void {
    entry.value = value;
    this.#hasNewValues = true;
  }

  /** Drops everything, then takes these. */
  fill(contents: PackedEntries | PatternContents): void {
    this.#packed = contents instanceof PackedEntries ? contents : PackedEntries.from(this.kind, contents);
    this.#known.clear();
    this.#gone.clear();
    this.#hasNewValues = false;
    this.#added.clear();
    this.#packedKeys = undefined;
    this.#addedKeys = undefined;
    this.#nextOrder = this.#packed.size + 1;
  }

  /** All of it packed: what it was filled with where nothing has changed. */
  pack(): PackedEntries {
    const isSame = this.#gone.size === 0 && this.#added.size === 0 && !this.#hasNewValues;
    return isSame ? this.#packed : PackedEntries.from(this.kind, this.contents(), this.#packed.encoding);
  }

  contents(): string[] {
    const contents: string[] = [];
    for (const { key, value } of this.copies()) {
      contents.push(key);
      if (this.kind === 'map') contents.push(value);
    }
    return contents;
  }

  #addedByKey(): Map<string, PatternEntry | PatternEntry[]> {
    if (this.#addedKeys === undefined) {
      this.#addedKeys = new Map();
      for (const entry of this.#added) insert(this.#addedKeys, entry);
    }
    return this.#addedKeys;
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
      list.setValue(entry, change[3]);
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
    list.setValue(entry, value);
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
