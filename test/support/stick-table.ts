/** Stick tables for tests: a definition of which only what matters is said. */
import type { SnapshotStickTable } from '../../shared/model/snapshot.ts';
import { parseStoredData, type StoredData, sortStoredData } from '../../shared/model/stick-data.ts';

export function tableOf(store: readonly string[], more: Partial<SnapshotStickTable> = {}): SnapshotStickTable {
  const data = store.map((text): StoredData => {
    const parsed = parseStoredData(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed;
  });
  return {
    name: 't',
    type: 'ip',
    len: 0,
    size: 100,
    expire: 0,
    nopurge: false,
    srvkey: 'name',
    store: sortStoredData(data),
    ...more,
  };
}
