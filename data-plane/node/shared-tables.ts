/** The stick tables of the node: what all workers together have counted, and how each hears of the others. */
import type { Snapshot } from '../../shared/model/snapshot.ts';
import type { StickEntry } from '../tables/stick-entry.ts';
import { identityOf, StickTable } from '../tables/stick-table.ts';
import {
  dumpTable,
  type EntryChange,
  learnChange,
  loadTable,
  type TableChange,
  type TableDump,
} from '../tables/table-changes.ts';
import type { Field } from '../tables/table-layout.ts';
import type { SupervisorMessage } from './worker-messages.ts';

/** A worker as far as tables are concerned. */
export interface TableHolder {
  send(message: SupervisorMessage): void;
}

/** What a worker contributes to an entry while it lives: how often it tracks it, and how many connections it counts in it. */
interface Contribution {
  uses: number;
  connections: number;
}

interface Holder {
  readonly contributions: Map<StickEntry, Contribution>;
  /** Keys that were cleared and of which the worker may not know it yet, by the number of the message that tells it. */
  readonly clearing: Map<number, { readonly table: StickTable; readonly keys: ReadonlySet<string> }>;
}

/**
 * Workers tell what they have counted, as differences, which are added here and passed on: whatever their order, sums come
 * out the same everywhere. What is set has the value that came last.
 */
export class SharedTables {
  readonly #now: () => number;
  readonly #holders = new Map<TableHolder, Holder>();
  /** By identity; those of a version that is being staged too. */
  readonly #tables = new Map<string, StickTable>();
  #running: readonly StickTable[] = [];
  #lastClear = 0;

  /** `now` answers milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The tables of the running version, in its order. */
  list(): readonly StickTable[] {
    this.expire();
    return this.#running;
  }

  /** To be called now and then: entries that are over go. */
  expire(): void {
    for (const table of this.#running) table.expire();
  }

  find(name: string): StickTable | undefined {
    return this.list().find((table) => table.name === name);
  }

  /** A version is about to be staged: what its workers tell of tables that are new with it is to be understood. */
  prepare({ stickTables }: Snapshot): void {
    for (const definition of stickTables) {
      const identity = identityOf(definition);
      if (!this.#tables.has(identity)) this.#tables.set(identity, new StickTable(definition, this.#now));
    }
  }

  /** The version is in force. */
  adopt({ stickTables }: Snapshot): void {
    this.#running = stickTables.flatMap((definition) => this.#tables.get(identityOf(definition)) ?? []);
    this.forgetStaged();
  }

  /** Tables that the running version does not have go. */
  forgetStaged(): void {
    const kept = new Set(this.#running.map(({ identity }) => identity));
    for (const identity of this.#tables.keys()) if (!kept.has(identity)) this.#tables.delete(identity);
  }

  /** The worker hears of everything from now on; the answer is what there is already. */
  join(worker: TableHolder): TableDump[] {
    this.#holders.set(worker, { contributions: new Map(), clearing: new Map() });
    return this.list()
      .filter(({ used }) => used > 0)
      .map(dumpTable);
  }

  /** Fills tables with what another node, or this one before, knew; those with another definition stay empty. */
  load(dumps: readonly TableDump[]): void {
    for (const dump of dumps) {
      const table = this.#tables.get(dump.identity);
      if (table !== undefined) loadTable(table, dump);
    }
  }

  /** What a worker has counted. */
  take(worker: TableHolder, changes: readonly TableChange[]): void {
    const holder = this.#holders.get(worker);
    if (holder === undefined) return;
    const passedOn: TableChange[] = [];
    for (const { table: name, identity, entries } of changes) {
      const table = this.#tables.get(identity);
      if (table === undefined) continue;
      const known = entries.filter(([key]) => !isCleared(holder, table, key));
      for (const change of known) {
        const entry = learnChange(table, change);
        if (entry !== undefined) contribute(holder, entry, change);
      }
      if (known.length > 0) passedOn.push({ table: name, identity, entries: known });
    }
    this.#tell(passedOn, worker);
  }

  #tell(tables: readonly TableChange[], except?: TableHolder): void {
    if (tables.length === 0) return;
    for (const worker of this.#holders.keys()) {
      if (worker !== except) worker.send({ type: 'table-changes', tables });
    }
  }

  /** The worker is gone: what it tracked is not tracked any more. */
  drop(worker: TableHolder): void {
    const holder = this.#holders.get(worker);
    if (holder === undefined) return;
    this.#holders.delete(worker);
    const entries = new Map<StickTable, EntryChange[]>();
    for (const [entry, { uses, connections }] of holder.contributions) {
      const { table, key } = entry;
      const field = table.layout.currentConnections;
      const change: EntryChange = field === undefined ? [key, 0, -uses] : [key, 0, -uses, field.number, -connections];
      learnChange(table, change);
      entries.set(table, [...(entries.get(table) ?? []), change]);
    }
    this.#tell([...entries].map(([{ name, identity }, changes]) => ({ table: name, identity, entries: changes })));
  }

  /** An operator gives fields of an entry other values; false where the table is full. Counts change by the difference. */
  set(table: StickTable, key: string, given: readonly (readonly [Field, number])[]): boolean {
    const entry = table.obtain(key);
    if (entry === undefined) return false;
    const change: [string, ...(string | number)[]] = [key];
    for (const [field, value] of given) {
      if (field.kind === 'rate') change.push(-field.number, value);
      else if (field.kind === 'tag' || field.kind === 'server-id') change.push(field.number, value);
      else if (field.kind !== 'server-key') change.push(field.number, value - table.read(entry, field));
    }
    learnChange(table, change);
    this.#tell([{ table: table.name, identity: table.identity, entries: [change] }]);
    return true;
  }

  /** An operator removes entries, which must not be tracked. */
  clear(table: StickTable, entries: readonly StickEntry[]): void {
    if (entries.length === 0) return;
    const keys = entries.map(({ key }) => key);
    const id = ++this.#lastClear;
    for (const [worker, { contributions, clearing }] of this.#holders) {
      for (const entry of entries) contributions.delete(entry);
      clearing.set(id, { table, keys: new Set(keys) });
      worker.send({ type: 'table-clear', table: table.name, identity: table.identity, keys, id });
    }
    for (const entry of entries) table.forget(entry);
  }

  /** The worker has removed the entries: what it tells of their keys from now on is of new ones. */
  cleared(worker: TableHolder, id: number): void {
    this.#holders.get(worker)?.clearing.delete(id);
  }
}

function isCleared({ clearing }: Holder, table: StickTable, key: string): boolean {
  if (clearing.size === 0) return false;
  for (const cleared of clearing.values()) if (cleared.table === table && cleared.keys.has(key)) return true;
  return false;
}

/** Notes what of a change ends with the worker. */
function contribute({ contributions }: Holder, entry: StickEntry, [, ...pairs]: EntryChange): void {
  const connections = entry.table.layout.currentConnections?.number;
  let uses = 0;
  let connected = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] === 0) uses += Number(pairs[at + 1]);
    else if (pairs[at] === connections) connected += Number(pairs[at + 1]);
  }
  if (uses === 0 && connected === 0) return;
  const known = contributions.get(entry) ?? { uses: 0, connections: 0 };
  known.uses += uses;
  known.connections += connected;
  if (known.uses === 0 && known.connections === 0) contributions.delete(entry);
  else contributions.set(entry, known);
}
