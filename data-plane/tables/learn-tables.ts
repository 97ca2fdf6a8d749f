/** Keeps the copies that a worker has of stick tables up with what others tell. */
import type { StickTable } from './stick-table.ts';
import { learnChange, loadTable, type TableChange, type TableDump } from './table-changes.ts';

/** The copy of a table with this definition; undefined where there is none any more. */
export type FindTable = (name: string, identity: string) => StickTable | undefined;

export function loadTables(dumps: readonly TableDump[], find: FindTable): void {
  for (const dump of dumps) {
    const table = find(dump.table, dump.identity);
    if (table !== undefined) loadTable(table, dump);
  }
}

export function learnTables(changes: readonly TableChange[], find: FindTable): void {
  for (const { table: name, identity, entries } of changes) {
    const table = find(name, identity);
    if (table !== undefined) for (const change of entries) learnChange(table, change);
  }
}

/** An operator has removed the entries of these keys. */
export function clearEntries(
  cleared: { readonly table: string; readonly identity: string; readonly keys: readonly string[] },
  find: FindTable,
): void {
  const table = find(cleared.table, cleared.identity);
  if (table === undefined) return;
  for (const key of cleared.keys) {
    const entry = table.find(key);
    if (entry !== undefined) table.forget(entry);
  }
}
