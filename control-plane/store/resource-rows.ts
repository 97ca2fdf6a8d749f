/** Reads the rows of the config tables into a config and writes what a change altered. */
import type Database from 'better-sqlite3';
import type { Config } from '../../shared/model/config.ts';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import { numberRules, settleConfig } from '../config/complete-config.ts';
import type { ConfigDiff, ListOrder } from '../config/diff-config.ts';
import { type Fields, type Named, topKinds } from '../config/resource-kinds.ts';
import { fromRow, locate, pathOf, type ResourceTable, resourceTables, toRow } from './resource-tables.ts';

type Statement = Database.Statement<unknown[]>;

interface TableStatements {
  readonly put: Statement;
  readonly remove: Statement;
  readonly place: Statement | undefined;
}

export interface ResourceWriter {
  /** Writes the rows that the diff touches; must run inside a transaction. */
  write(diff: ConfigDiff, uids: ReadonlyMap<string, string>): void;
}

/** Prepares the statements of all tables. */
export function resourceWriter(database: Database.Database): ResourceWriter {
  const statements = new Map(resourceTables.map((table) => [table, prepare(database, table)]));
  const statementsOf = (table: ResourceTable) => statements.get(table) as TableStatements;
  return {
    write(diff, uids) {
      for (const { resource, before, after } of diff.changes) {
        const { table, key } = locate(resource);
        if (after === undefined) statementsOf(table).remove.run(...key);
        else {
          const { values, document } = toRow(table, after);
          // An update keeps the uid of the row; the one given here is used only when the row is new.
          const uid = uids.get(resource) ?? (before === undefined ? missingUid(resource) : '');
          statementsOf(table).put.run(...key, uid, ...values, document, ...(table.positioned ? [key[0]] : []));
        }
      }
      for (const order of diff.orders) placeAll(statementsOf, order);
    },
  };
}

function missingUid(resource: string): never {
  throw new Error(`no uid for the new resource ${resource}`);
}

function prepare(database: Database.Database, { table, keys, columns, positioned }: ResourceTable): TableStatements {
  const names = [...keys, 'uid', ...columns.map(({ column }) => column), 'document'];
  const updates = [...columns.map(({ column }) => column), 'document'].map((name) => `${name} = excluded.${name}`);
  const where = keys.map((key) => `${key} = ?`).join(' AND ');
  const last = `(SELECT coalesce(max(position), 0) + 1 FROM ${table} WHERE parent = ?)`;
  return {
    put: database.prepare(
      `INSERT INTO ${table} (${[...names, ...(positioned ? ['position'] : [])].join(', ')})
       VALUES (${names.map(() => '?').join(', ')}${positioned ? `, ${last}` : ''})
       ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${updates.join(', ')}`,
    ),
    remove: database.prepare(`DELETE FROM ${table} WHERE ${where}`),
    place: positioned ? database.prepare(`UPDATE ${table} SET position = ? WHERE ${where}`) : undefined,
  };
}

function placeAll(statementsOf: (table: ResourceTable) => TableStatements, order: ListOrder): void {
  for (const [index, name] of order.after.entries()) {
    const { table, key } = locate(`${order.resource}/${order.segment}/${name}`);
    statementsOf(table).place?.run(index + 1, ...key);
  }
}

/** The config and the uids that the rows make up. */
export function loadResources(database: Database.Database): { config: Config; uids: ReadonlyMap<string, string> } {
  const uids = new Map<string, string>();
  const documents: Record<string, Map<string, Record<string, unknown>>> = Object.fromEntries(
    topKinds.map((kind) => [kind.field, new Map()]),
  );
  let global: Fields = {};
  for (const table of resourceTables) {
    const order = table.positioned ? 'parent, position' : table.keys.join(', ');
    const rows = database.prepare(`SELECT * FROM ${table.table} ORDER BY ${order}`).all() as Record<string, unknown>[];
    for (const row of rows) {
      const key = row as { parent?: string; name?: string };
      const fields = fromRow(table, row);
      uids.set(pathOf(table, key), String(row.uid));
      if (table.kind === undefined) global = fields;
      else if (table.nested === undefined) documents[table.kind.field]?.set(String(key.name), { ...fields });
      else nest(documents[table.kind.field]?.get(String(key.parent)), table, fields);
    }
  }
  const written = {
    global,
    ...Object.fromEntries(Object.entries(documents).map(([field, items]) => [field, [...items.values()]])),
  } as Config;
  return { config: settleConfig(emptyConfig, numberRules(written)), uids };
}

function nest(parent: Record<string, unknown> | undefined, table: ResourceTable, fields: Fields): void {
  const { nested } = table;
  if (parent === undefined || nested === undefined) throw new Error(`a row of ${table.table} has no parent`);
  if (!('byPriority' in nested)) {
    parent[nested.field] = fields;
    return;
  }
  const list = (parent[nested.field] ?? []) as Named[];
  list.push(fields as Named);
  parent[nested.field] = list;
}
