/** What Sluice says of wrong configuration files, compared with what the installed HAProxy 2.6 says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasListener, readConfiguration } from '../../../data-plane/command-line/load-configuration.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { differences } from './differences.ts';
import { misplacedTests } from './misplaced-tests.ts';
import { wrongFiles } from './wrong-files.ts';
import { wrongTables } from './wrong-tables.ts';

interface Verdict {
  /** The exit code of -c. */
  readonly status: number | null;
  readonly messages: readonly Message[];
}

interface Message {
  readonly severity: string;
  /** 0 for none. */
  readonly line: number;
  readonly text: string;
}

/** HAProxy puts the place in one of four forms, and now and then a full stop too many at the end. */
const placed = /^(?:[Pp]arsing )?\[[^\]]*:(\d+)\] ?: (?:parsing \[[^\]]*\] : )?/;
/** Said about the program or the whole, whatever is wrong. */
const always = /^(\S+ version is |path to executable is |Error\(s\) found in |Fatal errors found in )/;

function haproxyVerdict(program: string, file: string): Verdict {
  const { status, stderr } = spawnSync(program, ['-c', '-f', file], { encoding: 'utf8' });
  const messages = stderr
    .split(/\n(?=\[)/)
    .map((message) => /^\[(\w+)\] +\(\d+\) : (?:config : )?(.*)/s.exec(message.trimEnd()))
    .filter((match) => match !== null)
    .map(([, severity = '', text = '']) => ({
      severity: severity.toLowerCase(),
      line: Number(placed.exec(text)?.[1] ?? 0),
      text: withoutStops(text.replace(placed, '')),
    }))
    .filter(({ text }) => !always.test(text));
  return { status, messages };
}

async function sluiceVerdict(file: string): Promise<Verdict> {
  const reading = await readConfiguration([file]);
  const messages = reading.diagnostics
    .filter(({ severity }) => severity !== 'diag')
    .map(({ severity, line, text }) => ({ severity, line, text: withoutStops(text) }));
  return { status: reading.valid ? (hasListener(reading) ? 0 : 2) : 1, messages };
}

function withoutStops(text: string): string {
  return text.replace(/\.+$/, '');
}

function linesWithAlerts({ messages }: Verdict): number[] {
  const lines = messages.filter(({ severity }) => severity === 'alert').map(({ line }) => line);
  return [...new Set(lines)].sort((a, b) => a - b);
}

test('wrong files give the exit codes, lines and messages of "haproxy -c"', async (context) => {
  const haproxy = requireHaproxy(context);
  if (haproxy === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-wrong-files-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'wrong.cfg');
  for (const { name, text } of [...wrongFiles, ...wrongTables, ...misplacedTests]) {
    await context.test(name, async () => {
      writeFileSync(file, text);
      const theirs = haproxyVerdict(haproxy, file);
      const ours = await sluiceVerdict(file);
      const difference = differences[name];
      if (difference === undefined) {
        assert.deepEqual(ours, theirs);
        return;
      }
      assert.notDeepEqual(ours, theirs, 'the list of differences names a file on which both agree');
      if (difference.kind === 'verdict') return;
      assert.equal(ours.status, theirs.status);
      assert.deepEqual(linesWithAlerts(ours), linesWithAlerts(theirs));
    });
  }
});

test('every difference is about a file that there is, and names are distinct', () => {
  const names = wrongFiles.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of Object.keys(differences)) assert.ok(names.includes(name), name);
});
