/**
 * Generated configurations go through the control plane and come back the same: out of its database, and as the haproxy.cfg
 * that it writes of them. GENERATED_SEED says where chance begins (1).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openSqliteStore } from '../../../control-plane/store/sqlite-store.ts';
import { repository } from '../../../lab/sluice.ts';
import { Dice } from '../../conformance/differential/dice.ts';
import { writeFiles } from '../../conformance/differential/files.ts';
import { generateSite } from '../../conformance/differential/generate-sites.ts';
import { type CfgFile, type Site, withoutLines, writeFileOf } from '../../conformance/differential/site.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { startControlPlane } from './harness.ts';

const run = promisify(execFile);
const count = 40;
const seed = Number(process.env['GENERATED_SEED'] ?? 1);
const frontends = Array.from({ length: count }, (_, index) => 20_000 + index);
const ports = { log: 19_000, ready: 19_001, servers: [19_002, 19_003, 19_004], frontends };

/** Runs bin/sluice in a folder; answers what it says. */
async function sluice(folder: string, ...parameters: string[]): Promise<{ failed: boolean; output: string }> {
  const env = { ...process.env, DIFFERENTIAL: 'from the environment' };
  try {
    const { stdout, stderr } = await run(join(repository, 'bin/sluice'), parameters, { cwd: folder, env });
    return { failed: false, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { failed: true, output: stdout + stderr };
  }
}

/** A file of sites with all that Sluice refuses taken out of it: single lines, or sites where no line is told. */
async function writeTaken(folder: string, given: readonly Site[]): Promise<string> {
  let sites = given;
  for (;;) {
    const file = writeFileOf(sites, ports);
    await writeFile(join(folder, 'haproxy.cfg'), file.text);
    const { failed, output } = await sluice(folder, '-c', '-f', 'haproxy.cfg');
    if (!failed) return file.text;
    const kept = withoutRefused(sites, file, output);
    assert.notDeepEqual(kept, sites, output);
    sites = kept;
  }
}

function withoutRefused(sites: readonly Site[], { lines }: CfgFile, output: string): Site[] {
  const alerts = [...output.matchAll(/^\[ALERT\][^[\n]*?(?:\[haproxy\.cfg:(\d+)\]|Proxy '[bdef](\d+)[-'])/gm)];
  return sites.map((site, number) => {
    const own = alerts.filter(([, line, ofSite]) => number === Number(ofSite ?? lines[Number(line) - 1]?.site));
    const places = own.map(([, line]) => lines[Number(line) - 1]?.place);
    return places.includes(undefined)
      ? { ...site, defaults: [], backendDefaults: [], frontend: [], backends: site.backends.map(() => []) }
      : withoutLines(site, places as NonNullable<(typeof places)[number]>[]);
  });
}

test(`generated configurations come back from the control plane as they were, seed ${seed}`, async (t) => {
  const folder = await temporaryFolder();
  writeFiles(folder, count);
  const dice = new Dice(seed);
  await writeTaken(
    folder,
    Array.from({ length: count }, () => generateSite(dice)),
  );

  const data = await temporaryFolder();
  const before = await startControlPlane(t, { store: openSqliteStore(data) });
  const imported = await sluice(folder, 'import', '--api', before.url, 'haproxy.cfg');
  assert.ok(!imported.failed, imported.output);
  const { body: config } = await before.get('/v1/config');
  assert.equal(config.frontends.length, count + 1);

  await t.test('as a document that is put again', async () => {
    const again = await before.put('/v1/config?dryRun=true', config);
    assert.deepEqual(again.body.changes, []);
  });

  await t.test('as a haproxy.cfg that is read again', async () => {
    const { body: exported } = await before.get('/v1/config/haproxy');
    const again = await before.put('/v1/config/haproxy?dryRun=true', exported, { 'content-type': 'text/plain' });
    assert.deepEqual(again.body.errors ?? again.body.changes, []);
  });

  await t.test('out of the database', async (inner) => {
    await before.controlPlane.close();
    const after = await startControlPlane(inner, { store: openSqliteStore(data) });
    assert.deepEqual((await after.get('/v1/config')).body, config);
  });
});
