/** The maps and ACL files of a worker, with an index for each way in which they are used. They outlive versions. */
import type { FieldError } from '../../shared/errors.ts';
import { type EntryUse, findEntryProblem, isSelective } from '../../shared/patterns/check-entries.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { type PatternChange, type PatternKind, patternId } from '../../shared/patterns/pattern-file.ts';
import { applyChange, PatternList } from '../../shared/patterns/pattern-list.ts';
import { checkPatternUses, type PatternUse } from '../../shared/patterns/pattern-uses.ts';
import { createIndex, type IndexMethod, type PatternIndex } from './pattern-index.ts';

/** What expressions and rules see of the files. */
export interface PatternFiles {
  /** The index of a file for one way to compare: the same object for as long as the worker lives. */
  index(kind: PatternKind, name: string, method: IndexMethod, ignoreCase: boolean): PatternIndex;
  /** Carries out a change that a rule makes, here and on all workers of the node. What no use of the file can take changes nothing. */
  change(kind: PatternKind, name: string, change: PatternChange): void;
}

/** A change on its way to the other workers, by way of the supervisor. */
export interface OwnChange {
  readonly kind: PatternKind;
  readonly name: string;
  readonly change: PatternChange;
}

class TableFile {
  readonly list: PatternList;
  /** Whether the node has the file; without, it is as an empty one. */
  present = false;
  readonly #indexes = new Map<string, PatternIndex>();
  /** Uses by the running version that refuse some entries. */
  selectiveUses: readonly EntryUse[] = [];
  /** How many changes of this worker to a key the supervisor has not sent back yet. */
  readonly pending = new Map<string, number>();

  constructor(kind: PatternKind) {
    this.list = new PatternList(kind);
  }

  index(method: IndexMethod, ignoreCase: boolean): PatternIndex {
    const id = `${method} ${ignoreCase}`;
    let index = this.#indexes.get(id);
    if (index === undefined) {
      index = createIndex(method, ignoreCase);
      index.fill(this.list);
      this.#indexes.set(id, index);
    }
    return index;
  }

  fill(entries: PackedEntries): void {
    this.list.fill(entries);
    for (const index of this.#indexes.values()) index.fill(this.list);
  }

  apply(change: PatternChange): boolean {
    return applyChange(this.list, change, this);
  }

  added(entry: Parameters<PatternIndex['insert']>[0]): void {
    for (const index of this.#indexes.values()) index.insert(entry);
  }

  removed(entry: Parameters<PatternIndex['insert']>[0]): void {
    for (const index of this.#indexes.values()) index.remove(entry);
  }
}

export class PatternTable implements PatternFiles {
  readonly #files = new Map<string, TableFile>();
  readonly #send: (changes: readonly OwnChange[]) => void;
  #unsent: OwnChange[] = [];

  /** `send` takes the changes of rules to the supervisor, at most once in a turn of the event loop. */
  constructor(send: (changes: readonly OwnChange[]) => void) {
    this.#send = send;
  }

  index(kind: PatternKind, name: string, method: IndexMethod, ignoreCase: boolean): PatternIndex {
    return this.#file(kind, name).index(method, ignoreCase);
  }

  change(kind: PatternKind, name: string, change: PatternChange): void {
    const file = this.#file(kind, name);
    const [operation, key] = change;
    if (!file.present) return;
    const value = operation === 'set' || operation === 'add' ? change[2] : '';
    if (operation !== 'del' && file.selectiveUses.some((use) => findEntryProblem(use, key, value) !== undefined))
      return;
    if (!file.apply(change)) return;
    file.pending.set(key, (file.pending.get(key) ?? 0) + 1);
    if (this.#unsent.length === 0) setImmediate(this.#flush);
    this.#unsent.push({ kind, name, change });
  }

  readonly #flush = (): void => {
    const changes = this.#unsent;
    this.#unsent = [];
    this.#send(changes);
  };

  /** Takes the whole of a file. */
  put(name: string, entries: PackedEntries): void {
    const file = this.#file(entries.kind, name);
    file.present = true;
    file.fill(entries);
  }

  /** The node has the file no more. */
  drop(kind: PatternKind, name: string): void {
    const file = this.#file(kind, name);
    file.present = false;
    file.fill(PackedEntries.from(kind, []));
  }

  /**
   * Takes a change in the order that the supervisor gives all workers. With `own` it is one of this worker, carried out long
   * ago; until the last of its own to a key has come back, others to that key are older and leave it alone.
   */
  take(kind: PatternKind, name: string, change: PatternChange, own: boolean): void {
    const file = this.#files.get(patternId(kind, name));
    if (file === undefined || !file.present) return;
    const key = change[1];
    const pending = file.pending.get(key) ?? 0;
    if (own && pending > 1) file.pending.set(key, pending - 1);
    else if (own) file.pending.delete(key);
    if (own ? pending <= 1 : pending === 0) file.apply(change);
  }

  /** Makes the indexes that a version needs; answers which of its files are not there. */
  prepare(uses: readonly PatternUse[]): FieldError[] {
    const missing = checkPatternUses(uses, {
      has: (kind, name) => this.#files.get(patternId(kind, name))?.present === true,
      names: () => [],
    });
    if (missing.length > 0) return missing;
    for (const { kind, name, match, ignoreCase } of uses) {
      if (match === undefined || match === 'found' || match === 'bool') continue;
      this.index(kind, name, match === 'regm' ? 'reg' : match, ignoreCase);
    }
    return [];
  }

  /** These are the uses from now on. */
  adopt(uses: readonly PatternUse[]): void {
    for (const file of this.#files.values()) file.selectiveUses = [];
    for (const use of uses) {
      if (!isSelective(use)) continue;
      const file = this.#file(use.kind, use.name);
      file.selectiveUses = [...file.selectiveUses, use];
    }
  }

  #file(kind: PatternKind, name: string): TableFile {
    const id = patternId(kind, name);
    let file = this.#files.get(id);
    if (file === undefined) {
      file = new TableFile(kind);
      this.#files.set(id, file);
    }
    return file;
  }
}
