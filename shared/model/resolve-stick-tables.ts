/** The stick tables of a config as a node keeps them, each with all that rules ask of it. */
import { durationToMilliseconds } from '../duration.ts';
import type { Backend } from './backend.ts';
import type { Config } from './config.ts';
import type { SnapshotStickRule, SnapshotStickTable } from './snapshot.ts';
import { parseStoredData, type StoredData, sortStoredData } from './stick-data.ts';
import type { PeersTable, StickTable } from './stick-table.ts';

/** Tables by the names under which they are known. */
export function stickTablesOf({
  peers,
  frontends,
  backends,
}: Pick<Config, 'peers' | 'frontends' | 'backends'>): readonly (readonly [string, StickTable | PeersTable])[] {
  return [
    ...peers.flatMap(({ name, tables = [] }) => tables.map((table) => [`${name}/${table.name}`, table] as const)),
    ...[...frontends, ...backends].flatMap(({ name, stickTable }) =>
      stickTable === undefined ? [] : [[name, stickTable] as const],
    ),
  ];
}

export function resolveStickTables(config: Config): SnapshotStickTable[] {
  const sticky = new Set(config.backends.flatMap((backend) => resolveStickRules(backend).map(({ table }) => table)));
  return stickTablesOf(config).map(([name, table]) => resolveTable(name, table, sticky.has(name)));
}

/** What rules that stick to servers keep. */
const serverData: readonly StoredData[] = ['server_id', 'server_key'].map((type) => ({ type, count: 1, period: 0 }));

function resolveTable(name: string, table: StickTable | PeersTable, isSticky: boolean): SnapshotStickTable {
  const { type, len, size, expire, nopurge, srvkey, store = [] } = table;
  const data = store.map(parseStoredData).filter((item): item is StoredData => !('problem' in item));
  return {
    name,
    type,
    len: type === 'string' || type === 'binary' ? (len ?? 32) : 0,
    size,
    expire: expire === undefined ? 0 : durationToMilliseconds(expire),
    nopurge: nopurge ?? false,
    srvkey: srvkey ?? 'name',
    store: sortStoredData(isSticky ? [...data, ...serverData] : data),
  };
}

export function resolveStickRules({ name, stickRules = [] }: Backend): SnapshotStickRule[] {
  return stickRules.map((rule) => ({ ...rule, table: rule.table ?? name }));
}
