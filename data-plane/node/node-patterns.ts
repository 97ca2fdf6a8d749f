/**
 * The maps and ACL files of a node: the supervisor keeps each once, puts changes from everywhere in one order, and gives
 * them to all workers.
 */

import type { Snapshot } from '../../shared/model/snapshot.ts';
import { findEntryProblem, isSelective } from '../../shared/patterns/check-entries.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import {
  type PatternChange,
  type PatternFile,
  type PatternKind,
  patternId,
} from '../../shared/patterns/pattern-file.ts';
import { applyChange, PatternList } from '../../shared/patterns/pattern-list.ts';
import { findPatternUses, type PatternUse } from '../../shared/patterns/pattern-uses.ts';
import type { PatternChangesMessage, SupervisorMessage } from './worker-messages.ts';

/** A worker as far as files go. */
export interface PatternWorker {
  send(message: SupervisorMessage): void;
}

/** One file as the node has it. */
export interface NodeFile {
  readonly kind: PatternKind;
  readonly name: string;
  readonly list: PatternList;
  /** Number of the version of the contents, as "prepare map" and "commit map" count them. */
  current: number;
  /** The last one that was prepared. */
  next: number;
  /** Contents that are prepared and not in force. */
  readonly prepared: Map<number, PatternList>;
}

export class NodePatterns {
  readonly #files = new Map<string, NodeFile>();
  /** Those that have been sent everything; each hears of what changes after. */
  readonly #workers = new Set<PatternWorker>();
  readonly #syncs = new Map<number, { readonly waiting: Set<PatternWorker>; readonly done: () => void }>();
  #lastSync = 0;
  #uses: readonly PatternUse[] = [];
  /** The files that there are to be; undefined for all that were put. */
  #wanted: ReadonlySet<string> | undefined;

  /** In the order in which the node got them. */
  files(): NodeFile[] {
    return [...this.#files.values()];
  }

  find(kind: PatternKind, name: string): NodeFile | undefined {
    return this.#files.get(patternId(kind, name));
  }

  /** How the running version uses the files. */
  get uses(): readonly PatternUse[] {
    return this.#uses;
  }

  /** Gives a worker everything, unless it has it. To be called before it is given a version. */
  bringUp(worker: PatternWorker): void {
    if (this.#workers.has(worker)) return;
    this.#workers.add(worker);
    for (const { name, list } of this.#files.values()) worker.send(fileMessage(name, list.pack()));
  }

  /** The worker is gone. */
  forget(worker: PatternWorker): void {
    this.#workers.delete(worker);
    for (const id of this.#syncs.keys()) this.synced(worker, id);
  }

  /** Takes the whole of a file, whose texts have one character for each byte. */
  put(name: string, entries: PackedEntries): void {
    const { kind } = entries;
    const file = this.find(kind, name);
    if (file === undefined) {
      const list = new PatternList(kind, entries);
      this.#files.set(patternId(kind, name), { kind, name, list, current: 0, next: 0, prepared: new Map() });
    } else if (file.list.pack().equals(entries)) return;
    else file.list.fill(entries);
    this.#broadcast(fileMessage(name, entries));
  }

  drop(kind: PatternKind, name: string): void {
    if (this.#files.delete(patternId(kind, name))) this.#broadcast({ type: 'pattern-drop', kind, name });
  }

  /** Adds those of these files that the node has not; answers them. Those it has stay as they are. */
  addMissing(files: readonly PatternFile[]): PatternFile[] {
    const missing = files.filter(({ name, entries }) => this.find(entries.kind, name) === undefined);
    for (const { name, entries } of missing) this.put(name, entries);
    return missing;
  }

  /** These files and no others, with these contents. */
  replaceAll(files: readonly PatternFile[]): void {
    const wanted = new Set(files.map(({ name, entries }) => patternId(entries.kind, name)));
    for (const { kind, name } of this.files()) if (!wanted.has(patternId(kind, name))) this.drop(kind, name);
    for (const { name, entries } of files) this.put(name, entries);
  }

  /** The version in force: what it makes of entries decides which can be added. */
  adopt(snapshot: Snapshot): void {
    this.#uses = findPatternUses(snapshot);
    this.#dropUnwanted();
  }

  /** Drops all other files; one that the running version uses goes with that version. */
  keepOnly(ids: ReadonlySet<string>): void {
    this.#wanted = ids;
    this.#dropUnwanted();
  }

  #dropUnwanted(): void {
    if (this.#wanted === undefined) return;
    const used = new Set(this.#uses.map(({ kind, name }) => patternId(kind, name)));
    for (const [id, { kind, name }] of this.#files) {
      if (!this.#wanted.has(id) && !used.has(id)) this.drop(kind, name);
    }
  }

  /** Why the running version cannot use an entry of a file, in HAProxy's words; undefined when it can. */
  findEntryProblem(kind: PatternKind, name: string, key: string, value: string): string | undefined {
    for (const use of this.#uses) {
      if (use.kind !== kind || use.name !== name || !isSelective(use)) continue;
      const problem = findEntryProblem(use, key, value);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** Carries out a change of the contents in force; whether it changed anything. */
  change(file: NodeFile, change: PatternChange): boolean {
    const changed = applyChange(file.list, change);
    if (changed) this.#broadcast({ type: 'pattern-changes', changes: [{ kind: file.kind, name: file.name, change }] });
    return changed;
  }

  /** Takes the changes that rules of a worker made; the worker hears of each as the others do, at its place among all. */
  takeFrom(worker: PatternWorker, { changes }: PatternChangesMessage): void {
    const real = changes.filter(({ kind, name, change }) => {
      const file = this.find(kind, name);
      if (file === undefined) return false;
      applyChange(file.list, change);
      return true;
    });
    if (real.length === 0) return;
    const own: PatternChangesMessage = {
      type: 'pattern-changes',
      changes: real.map((each) => ({ ...each, own: true })),
    };
    const others: PatternChangesMessage = { type: 'pattern-changes', changes: real };
    for (const each of this.#workers) each.send(each === worker ? own : others);
  }

  /** Puts prepared contents in force and forgets those prepared before them. */
  commit(file: NodeFile, number: number): void {
    file.current = number;
    const entries = file.prepared.get(number)?.pack() ?? PackedEntries.from(file.kind, []);
    for (const each of [...file.prepared.keys()]) if (each <= number) file.prepared.delete(each);
    file.list.fill(entries);
    this.#broadcast(fileMessage(file.name, entries));
  }

  clear(file: NodeFile): void {
    if (file.list.size === 0) return;
    file.list.fill([]);
    this.#broadcast(fileMessage(file.name, file.list.pack()));
  }

  /** Calls back once all workers have carried out what they were sent. */
  whenApplied(done: () => void): void {
    if (this.#workers.size === 0) {
      done();
      return;
    }
    const id = ++this.#lastSync;
    this.#syncs.set(id, { waiting: new Set(this.#workers), done });
    this.#broadcast({ type: 'pattern-sync', id });
  }

  /** A worker has carried out all it was sent before this. */
  synced(worker: PatternWorker, id: number): void {
    const sync = this.#syncs.get(id);
    if (sync === undefined) return;
    sync.waiting.delete(worker);
    if (sync.waiting.size > 0) return;
    this.#syncs.delete(id);
    sync.done();
  }

  #broadcast(message: SupervisorMessage): void {
    for (const worker of this.#workers) worker.send(message);
  }
}

function fileMessage(name: string, { kind, bytes, spans }: PackedEntries): SupervisorMessage {
  return { type: 'pattern-file', kind, name, bytes, spans };
}
