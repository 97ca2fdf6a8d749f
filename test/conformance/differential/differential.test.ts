/**
 * Generated configurations, requests and answers go through HAProxy and Sluice, which must do the same with them: answer the
 * same, ask servers the same, choose the same server, log the same, and refuse the same lines.
 *
 * DIFFERENTIAL_SITES says how many sites there are (500), DIFFERENTIAL_SEED where chance begins (1). More than 500 run batch by
 * batch, each with a seed of its own; without the time limit that test/run.ts sets when this file is run by itself. A failure
 * tells the seed of its batch and shows the smallest site that still fails.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repository } from '../../../lab/sluice.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { Dice } from './dice.ts';
import { generateSite } from './generate-sites.ts';
import { findKnownRefusal } from './known-refusals.ts';
import type { Program } from './program.ts';
import { siftSites } from './refusals.ts';
import { findPorts } from './run-sites.ts';
import { showSite } from './show-site.ts';
import { findDifferences, type Pair, shrink } from './shrink.ts';
import type { Site } from './site.ts';

const batchSize = 500;
const total = Number(process.env['DIFFERENTIAL_SITES'] ?? batchSize);
const firstSeed = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);

/** HAProxy takes a moment to refuse a line, so that not all of them are shown to it. */
const mostRefused = 100;
/** So many failures are made small. */
const mostShown = 5;

for (let done = 0, seed = firstSeed; done < total; done += batchSize, seed++) {
  const count = Math.min(batchSize, total - done);
  const name = `${count} generated sites do in Sluice what they do in HAProxy, seed ${seed}`;
  test(name, { timeout: 600_000 }, (t) => compareBatch(t, seed, count));
}

async function compareBatch(t: TestContext, seed: number, count: number): Promise<void> {
  const haproxy = requireHaproxy(t);
  if (haproxy === undefined) return;
  const sluice: Program = { command: join(repository, 'bin/sluice'), parameters: ['-db'] };
  const programs: Pair = [{ command: haproxy, parameters: ['-db'] }, sluice];
  const dice = new Dice(seed);
  const given = Array.from({ length: count }, () => generateSite(dice));
  const sifted = siftSites(haproxy, await temporaryFolder(), given, await findPorts(count), mostRefused);

  await t.test(`both refuse the same of ${sifted.compared} lines that one refuses`, () => {
    const unknown = sifted.refusals.filter((refusal) => findKnownRefusal(refusal) === undefined);
    const shown = unknown.map(({ by, line, message }) => `only ${by} refuses: ${line}\n  ${message}`);
    assert.deepEqual([...new Set(shown)], [], `seed ${seed}`);
  });

  const { sites } = sifted;
  const exchanges = sites.reduce((sum, { connections }) => sum + connections.flat().length, 0);
  await t.test(`both do the same in ${exchanges} exchanges`, async (inner) => {
    const known = new Map<string, number>();
    const differences = await findDifferences(programs, sites, (each) => known.set(each, (known.get(each) ?? 0) + 1));
    for (const [each, times] of known) inner.diagnostic(`${times} times: ${each}`);
    const suspects = sites.filter((_site, index) => differences[index] !== undefined);
    // What HAProxy does may be the doing of another site, or of a busy machine: a difference shows twice.
    const again = await findDifferences(programs, suspects);
    const failing = suspects.filter((_site, index) => again[index] !== undefined);
    if (failing.length < suspects.length) {
      inner.diagnostic(`${suspects.length - failing.length} sites differed once and did not when they were alone`);
    }
    if (failing.length > 0)
      assert.fail(`${failing.length} sites differ, seed ${seed}:\n\n${await report(programs, failing)}`);
  });
}

async function report(programs: Pair, failing: readonly Site[]): Promise<string> {
  const small = await shrink(programs, failing.slice(0, mostShown));
  const differences = await findDifferences(programs, small);
  return small.map((site, index) => showSite(site, differences[index])).join('\n\n');
}
