/** Maps and ACL files in SQLite: one row for each entry, so that a change writes what it changes. */
import type Database from 'better-sqlite3';
import type { PatternKind } from '../../shared/patterns/pattern-file.ts';
import type { PatternEntry } from '../../shared/patterns/pattern-list.ts';
import type { Store, StoredPatternFile } from './store.ts';

type PatternStore = Pick<Store, 'loadPatternFiles' | 'putPatternFile' | 'changePatternFile' | 'deletePatternFile'>;

/** The counter of revisions goes on when files are deleted. */
const counter = 'pattern_revision';

export function patternFilesOn(database: Database.Database): PatternStore {
  const setRevision = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const putFile = database.prepare(
    `INSERT INTO pattern_files (kind, name, revision) VALUES (?, ?, ?)
     ON CONFLICT (kind, name) DO UPDATE SET revision = excluded.revision`,
  );
  const dropFile = database.prepare('DELETE FROM pattern_files WHERE kind = ? AND name = ?');
  const putEntry = database.prepare(
    `INSERT INTO pattern_entries (kind, name, position, key, value) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, name, position) DO UPDATE SET value = excluded.value`,
  );
  const dropEntry = database.prepare('DELETE FROM pattern_entries WHERE kind = ? AND name = ? AND position = ?');
  const dropEntries = database.prepare('DELETE FROM pattern_entries WHERE kind = ? AND name = ?');

  const note = (kind: PatternKind, name: string, revision: number) => {
    setRevision.run(counter, String(revision));
    putFile.run(kind, name, revision);
  };
  const put = database.transaction(
    ({ kind, name, revision, entries }: Parameters<PatternStore['putPatternFile']>[0]) => {
      note(kind, name, revision);
      dropEntries.run(kind, name);
      for (const { order, key, value } of entries) putEntry.run(kind, name, order, key, value);
    },
  );
  const change = database.transaction(
    (
      kind: PatternKind,
      name: string,
      revision: number,
      kept: readonly PatternEntry[],
      gone: readonly PatternEntry[],
    ) => {
      note(kind, name, revision);
      for (const { order } of gone) dropEntry.run(kind, name, order);
      for (const { order, key, value } of kept) putEntry.run(kind, name, order, key, value);
    },
  );
  const drop = database.transaction((kind: PatternKind, name: string, revision: number) => {
    setRevision.run(counter, String(revision));
    dropFile.run(kind, name);
  });

  return {
    async loadPatternFiles() {
      const revision = Number(database.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(counter) ?? 0);
      const rows = database.prepare('SELECT kind, name, revision FROM pattern_files ORDER BY kind, name').all();
      const entriesOf = database.prepare(
        'SELECT position AS "order", key, value FROM pattern_entries WHERE kind = ? AND name = ? ORDER BY position',
      );
      const files = (rows as Omit<StoredPatternFile, 'entries'>[]).map((row) => ({
        ...row,
        entries: entriesOf.all(row.kind, row.name) as PatternEntry[],
      }));
      return { revision, files };
    },
    async putPatternFile(file) {
      put.immediate(file);
    },
    async changePatternFile({ kind, name, revision, kept, gone }) {
      change.immediate(kind, name, revision, kept, gone);
    },
    async deletePatternFile(kind, name, revision) {
      drop.immediate(kind, name, revision);
    },
  };
}
