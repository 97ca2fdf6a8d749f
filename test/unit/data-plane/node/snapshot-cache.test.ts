/** The cache is whole at every moment, and a damaged one is noticed. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SnapshotCache } from '../../../../data-plane/node/snapshot-cache.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { createLogger } from '../../../../shared/logger.ts';
import { temporaryFolder } from '../../../support/node-harness.ts';
import { siteConfig, versionOf } from '../../../support/versions.ts';

const logger = createLogger('test', 'silent');

async function open() {
  const directory = join(await temporaryFolder(), 'nodes', 'n1');
  const reopen = () => new SnapshotCache({ directory, clock: systemClock, logger });
  return { directory, reopen, cache: reopen() };
}

const first = versionOf(1, siteConfig({ ports: [81] }));
const second = versionOf(2, siteConfig({ ports: [82] }));

test('an empty cache holds nothing', async () => {
  const { cache } = await open();
  assert.equal(await cache.load(), undefined);
});

test('what was saved is loaded, with its overrides', async () => {
  const { cache, reopen, directory } = await open();
  const overrides = [{ backend: 'app', server: 's1', weight: 5 }];
  cache.save({ version: first, overrides });
  await cache.flush();
  assert.deepEqual(await reopen().load(), { version: first, overrides });
  assert.deepEqual(await readdir(directory), ['snapshot.json']);
});

test('only the newest of a run of versions is written', async () => {
  const { cache, reopen, directory } = await open();
  for (let version = 1; version <= 50; version++) {
    cache.save({ version: versionOf(version, siteConfig({ ports: [version] })), overrides: [] });
  }
  await cache.flush();
  assert.equal((await reopen().load())?.version.version, 50);
  assert.deepEqual(await readdir(directory), ['snapshot.json']);
});

test('a damaged snapshot gives way to the one before', async () => {
  const { cache, reopen, directory } = await open();
  for (const version of [first, second]) {
    cache.save({ version, overrides: [] });
    await cache.flush();
  }
  const path = join(directory, 'snapshot.json');
  const text = await readFile(path, 'utf8');
  for (const damaged of [text.slice(0, -20), text.replace('"port":82', '"port":83'), '{}', '']) {
    await writeFile(path, damaged);
    assert.deepEqual((await reopen().load())?.version, first, damaged.slice(0, 40));
  }
  await writeFile(join(directory, 'snapshot.previous.json'), 'nonsense');
  assert.equal(await reopen().load(), undefined);
});

test('the same snapshot under a new number leaves the one before in place', async () => {
  const { cache, reopen, directory } = await open();
  for (const version of [first, second, { ...second, version: 3 }]) {
    cache.save({ version, overrides: [] });
    await cache.flush();
  }
  assert.equal((await reopen().load())?.version.version, 3);
  await writeFile(join(directory, 'snapshot.json'), '');
  assert.equal((await reopen().load())?.version.version, 1);
});
