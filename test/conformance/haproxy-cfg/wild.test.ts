/** Configuration files as people write them: no line of one is lost without a word. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findConfigViolations } from '../../../shared/haproxy-cfg/find-config-violations.ts';
import { type CfgReading, readHaproxyCfg } from '../../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { readLines } from '../../../shared/haproxy-cfg/read-lines.ts';
import { sluiceFacts } from '../../../shared/haproxy-cfg/sluice-facts.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';

const wild = join(import.meta.dirname, 'wild');
const examples = '/usr/share/doc/haproxy/examples';

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cfg'))
    .map((name) => join(folder, name));
}

/** What a file of lines says; those that are undefined are read as empty ones, so that numbers stay. */
function read(lines: readonly (string | undefined)[]): CfgReading {
  return readHaproxyCfg({
    findViolations: findConfigViolations,
    files: [{ name: 'wild.cfg', text: `${lines.map((line) => line ?? '').join('\n')}\n` }],
    facts: sluiceFacts(process.env),
    environment: {},
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/** The lines without comments, which the config keeps as descriptions. */
function linesOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\n$/, '');
  return text.split('\n').map((line) => line.replace(/^\s*#.*|\s#.*/, ''));
}

/** Numbers of the lines that messages of one severity name. */
function named(reading: CfgReading, severity: 'alert' | 'warning'): Set<number> {
  return new Set(reading.diagnostics.filter((each) => each.severity === severity).map(({ line }) => line));
}

interface Refused {
  /** What is left once the lines named by alerts are taken out, again and again until there are none. */
  readonly lines: readonly (string | undefined)[];
  readonly rounds: number;
}

/** Undefined when the proxies that are left do not fit together. */
function takeOutRefused(all: readonly string[]): Refused | undefined {
  let lines: readonly (string | undefined)[] = all;
  for (let rounds = 0; ; rounds++) {
    const reading = read(lines);
    if (reading.valid) return { lines, rounds };
    const now = named(reading, 'alert');
    now.delete(0);
    // About proxies that do not fit together HAProxy's message names the lines of both.
    if (now.size === 0 && reading.diagnostics.every(({ text }) => /\(wild\.cfg:\d+\)/.test(text))) return undefined;
    assert.ok(now.size > 0, `alerts that name no line: ${JSON.stringify(reading.diagnostics)}`);
    lines = lines.map((line, index) => (now.has(index + 1) ? undefined : line));
  }
}

/** Lines that are covered by what is said of the line that opens their section. */
function inSkippedSections(lines: readonly (string | undefined)[], skipped: ReadonlySet<number>): Set<number> {
  const found = new Set<number>();
  let within = false;
  for (const [index, line] of lines.entries()) {
    if (/^[a-z]/.test(line ?? '')) within = skipped.has(index + 1);
    if (within) found.add(index + 1);
  }
  return found;
}

/** Lines that say what holds without them, so that taking them out changes nothing. */
const redundant = /^\s*(mode tcp|no option \S+|option http-keep-alive)$/;

const opensSection = /^(global|defaults|frontend|backend|listen|cache|resolvers)\b/;

/** Everything that a reading results in. */
function resultOf({ config, process, diagnostics, skipped }: CfgReading): string {
  return JSON.stringify({ config, process, diagnostics, skipped });
}

function checkFile(file: string): void {
  const all = linesOf(file);
  const refused = takeOutRefused(all);
  if (refused === undefined) return;
  const { lines, rounds } = refused;
  assert.ok(rounds <= 3, `${rounds} rounds until all that is refused was named`);
  const reading = read(lines);
  const skipped = new Set(reading.skipped.map(({ line }) => line));
  for (const { reason } of reading.skipped) assert.notEqual(reason, '');
  const covered = inSkippedSections(lines, skipped);
  const warned = named(reading, 'warning');
  // What stands in a branch that is not taken counts for nothing.
  const text = `${lines.map((line) => line ?? '').join('\n')}\n`;
  const counting = new Set(
    readLines([{ name: file, text }], sluiceFacts(process.env), {}).lines.map(({ line }) => line),
  );
  const whole = resultOf(reading);
  for (const [index, line = ''] of lines.entries()) {
    const number = index + 1;
    if (!counting.has(number) || opensSection.test(line) || redundant.test(line)) continue;
    if (skipped.has(number) || covered.has(number) || warned.has(number)) continue;
    const without = resultOf(read(lines.map((each, at) => (at === index ? undefined : each))));
    assert.notEqual(without, whole, `${file}:${number}: '${line.trim()}' is dropped in silence`);
  }
}

for (const file of [...filesOf(wild), ...['/etc/haproxy/haproxy.cfg'].filter(existsSync), ...filesOf(examples)]) {
  test(`no line of ${file.split('/').at(-1)} is lost without a word`, () => checkFile(file));
}

/** A folder with the certificate that the files name, in which they are read. */
function folderWithCertificate(context: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-wild-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=example.com'];
  const pem = join(folder, 'site.pem');
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-keyout',
    pem,
    '-out',
    join(folder, 'crt'),
  ]);
  if (made.status !== 0) return undefined;
  return spawnSync('sh', ['-c', 'cat crt >> site.pem'], { cwd: folder }).status === 0 ? folder : undefined;
}

test('HAProxy takes all of these files', (context) => {
  const haproxy = requireHaproxy(context);
  if (haproxy === undefined) return;
  const folder = folderWithCertificate(context);
  if (folder === undefined) {
    context.skip('openssl is not installed, and a file names a certificate');
    return;
  }
  const refused = filesOf(wild)
    .map((file) => spawnSync(haproxy, ['-c', '-C', folder, '-f', file], { encoding: 'utf8' }))
    .filter(({ status }) => status !== 0);
  assert.deepEqual(
    refused.map(({ stderr }) => stderr),
    [],
  );
});
