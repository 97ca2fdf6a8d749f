/** The benchmark runs: every row over every proxy without an error. Its figures are not looked at. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { repository } from '../../lab/sluice.ts';
import { requireProgram } from '../support/require-program.ts';

const programs = ['haproxy', 'nginx', 'wrk', 'curl'] as const;

test('npm run bench -- --quick measures every row without an error', async (context) => {
  for (const name of programs) if (requireProgram(context, name) === undefined) return;
  const script = join(repository, 'test/bench/run.ts');
  const args = [script, '--quick', '--json', '--proxies', 'Sluice'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { rows } = JSON.parse(stdout) as { rows: { name: string; valid: boolean; proxies: unknown[] }[] };
  assert.equal(rows.length, 15);
  for (const row of rows) {
    assert.ok(row.valid, JSON.stringify(row));
    assert.equal(row.proxies.length, 2);
  }
});
