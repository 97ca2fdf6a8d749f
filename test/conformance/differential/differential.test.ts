/**
 * Generated configurations, requests and answers go through HAProxy and Sluice, which must do the same with them: answer the
 * same, ask servers the same, choose the same server, log the same, and refuse the same lines.
 *
 * DIFFERENTIAL_SITES says how many sites there are (400), DIFFERENTIAL_SEED where chance begins (1); a failure tells both,
 * and shows the smallest site that still fails.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
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

const count = Number(process.env['DIFFERENTIAL_SITES'] ?? 400);
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);

/** HAProxy takes a moment to refuse a line, so that not all of them are shown to it. */
const mostRefused = Math.ceil(count / 4);
/** So many failures are made small. */
const mostShown = 3;

test('generated sites do in Sluice what they do in HAProxy', { timeout: 170_000 + count * 200 }, async (t) => {
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
    assert.deepEqual(shown, [], `seed ${seed}`);
  });

  const { sites } = sifted;
  const exchanges = sites.reduce((sum, { connections }) => sum + connections.flat().length, 0);
  await t.test(`both do the same in ${exchanges} exchanges of ${count} sites`, async (inner) => {
    const known = new Map<string, number>();
    const differences = await findDifferences(programs, sites, (name) => known.set(name, (known.get(name) ?? 0) + 1));
    for (const [name, times] of known) inner.diagnostic(`${times} times: ${name}`);
    const suspects = sites.filter((_site, index) => differences[index] !== undefined);
    // What two programs do at the same moment may come in another order on a machine that is busy: a difference shows twice.
    const again = suspects.length === 0 ? [] : await findDifferences(programs, suspects);
    const failing = suspects.filter((_site, index) => again[index] !== undefined);
    if (suspects.length > failing.length) inner.diagnostic(`${suspects.length - failing.length} differed once only`);
    if (failing.length > 0) assert.fail(await report(programs, failing));
  });
});

async function report(programs: Pair, failing: readonly Site[]): Promise<string> {
  const small = await shrink(programs, failing.slice(0, mostShown));
  const differences = await findDifferences(programs, small);
  const shown = small.map((site, index) => showSite(site, differences[index]));
  return `${failing.length} of ${count} sites differ, with seed ${seed}:\n\n${shown.join('\n\n')}`;
}
