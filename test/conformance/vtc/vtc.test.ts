/**
 * Scripts of varnishtest, the program that HAProxy's own developers test with: it starts `bin/sluice` in HAProxy's place, with
 * sockets it has opened itself, and plays clients, servers and syslog. HAProxy must pass each script as well.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { requireProgram } from '../../support/require-program.ts';

const sluice = join(import.meta.dirname, '../../../bin/sluice');

/** Runs a script; resolves to what varnishtest wrote when the script failed, "" when it passed. */
function run(varnishtest: string, script: string, program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-vtc-'));
  return new Promise((resolve) => {
    const child = spawn(varnishtest, ['-t', '60', '-v', script], {
      env: { ...process.env, HAPROXY_PROGRAM: program, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
    child.on('close', (code) => {
      rmSync(folder, { recursive: true, force: true });
      resolve(code === 0 ? '' : output.slice(-20_000));
    });
  });
}

suite('scripts of varnishtest', () => {
  for (const script of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.vtc'))) {
    test(script, async (t) => {
      const varnishtest = requireProgram(t, 'varnishtest');
      const haproxy = requireProgram(t, 'haproxy');
      if (varnishtest === undefined || haproxy === undefined) return;
      const path = join(import.meta.dirname, script);
      assert.equal(await run(varnishtest, path, haproxy), '', 'HAProxy itself does not pass');
      assert.equal(await run(varnishtest, path, sluice), '');
    });
  }
});
