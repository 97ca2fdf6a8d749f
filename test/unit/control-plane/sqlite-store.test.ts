/** The SQLite store does what every store must, and keeps its folder to itself. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openMemoryStore, openSqliteStore } from '../../../control-plane/store/sqlite-store.ts';
import { testStore } from './store-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

testStore('memory', async () => ({ store: openMemoryStore() }));
testStore('file', async () => {
  const data = join(folder, `data-${++count}`);
  const store = openSqliteStore(data);
  return {
    store,
    async reopen() {
      await store.close();
      return openSqliteStore(data);
    },
  };
});

test('the data folder is private and has one owner at a time', async () => {
  const data = join(folder, 'private');
  const store = openSqliteStore(data);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.throws(() => openSqliteStore(data), /another control plane/);
  await store.close();
  await openSqliteStore(data).close();
});
