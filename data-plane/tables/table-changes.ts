/** How processes tell each other what happened in their copies of a stick table. */
import type { StickEntry } from './stick-entry.ts';
import type { StickTable } from './stick-table.ts';
import type { Field } from './table-layout.ts';

/**
 * A key, then numbers of fields each with what it is more by or, where it is set, its value: ["192.0.2.1", 3, 1]. Field 0
 * is how often the entry is tracked; a rate with a minus before its number is set. A key alone was used.
 */
export type EntryChange = readonly [key: string, ...(string | number)[]];

export interface TableChange {
  readonly table: string;
  /** That of the table: changes of another definition mean nothing. */
  readonly identity: string;
  readonly entries: readonly EntryChange[];
}

/** What is not told of an entry; from then on it is. */
export function takeChange(entry: StickEntry): EntryChange {
  const { untold, table, key } = entry;
  const change: [string, ...(string | number)[]] = [key];
  if (untold === undefined) return change;
  if (untold[0] !== 0) change.push(0, untold[0] as number);
  for (const field of table.layout.fields) {
    const amount = untold[field.number] as number;
    if (amount !== 0) change.push(field.number, told(entry, field, amount));
  }
  untold.fill(0);
  return change;
}

function told(entry: StickEntry, field: Field, amount: number): string | number {
  switch (field.kind) {
    case 'tag':
    case 'server-id':
      return entry.values[field.slot] as number;
    case 'server-key':
      return entry.serverKey;
    default:
      return amount;
  }
}

/** Carries out elsewhere's change here; undefined where the table is full and keeps what it has. */
export function learnChange(table: StickTable, [key, ...pairs]: EntryChange): StickEntry | undefined {
  const entry = table.obtain(key);
  if (entry === undefined) return undefined;
  for (let at = 0; at < pairs.length; at += 2) {
    const number = Number(pairs[at]);
    const value = pairs[at + 1];
    const field = table.layout.fields[Math.abs(number) - 1];
    if (number === 0) table.learnUses(entry, Number(value));
    else if (field === undefined) continue;
    else if (field.kind === 'server-key') entry.serverKey = String(value);
    else if (number < 0) table.learnRate(entry, field, Number(value));
    else table.learn(entry, field, Number(value));
  }
  table.learnUse(entry);
  return entry;
}

/** All of a table: for each entry its key, how long it was not used (ms), its uses, its server, and its numbers. */
export interface TableDump {
  readonly table: string;
  readonly identity: string;
  readonly entries: readonly EntryDump[];
}
type EntryDump = readonly [key: string, idle: number, uses: number, serverKey: string, values: readonly number[]];

/** Moments are written as the time since then, because clocks of processes differ. */
export function dumpTable(table: StickTable): TableDump {
  const now = table.now();
  const rates = table.layout.fields.filter(({ kind }) => kind === 'rate');
  const entries = [...table.entries()].map((entry): EntryDump => {
    const values = [...entry.values];
    for (const { slot } of rates) values[slot + 2] = now - (values[slot + 2] as number);
    return [entry.key, now - entry.usedAt, entry.uses, entry.serverKey, values];
  });
  // The list of a new table is in the order in which its entries come.
  return { table: table.name, identity: table.identity, entries: entries.sort((one, other) => other[1] - one[1]) };
}

/** Fills a table that was not used yet. */
export function loadTable(table: StickTable, { entries }: TableDump): void {
  const now = table.now();
  const rates = table.layout.fields.filter(({ kind }) => kind === 'rate');
  for (const [key, idle, uses, serverKey, values] of entries) {
    const entry = table.obtain(key);
    if (entry === undefined) continue;
    for (const [slot, value] of values.entries()) entry.values[slot] = value;
    for (const { slot } of rates) entry.values[slot + 2] = now - (entry.values[slot + 2] as number);
    entry.serverKey = serverKey;
    entry.usedAt = now - idle;
    table.learnUses(entry, uses);
  }
}
