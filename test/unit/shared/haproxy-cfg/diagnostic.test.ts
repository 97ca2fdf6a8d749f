/** Diagnostics as HAProxy prints them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytePosition, formatDiagnostic, pointAt, type Severity } from '../../../../shared/haproxy-cfg/diagnostic.ts';

test('lines up the process id after every severity', () => {
  const heads: [Severity, string][] = [
    ['notice', '[NOTICE]   (7) : config : '],
    ['warning', '[WARNING]  (7) : config : '],
    ['alert', '[ALERT]    (7) : config : '],
    ['diag', '[DIAG]     (7) : config : '],
  ];
  for (const [severity, head] of heads) {
    const place = { severity, file: 'a.cfg', line: 3 };
    assert.equal(formatDiagnostic({ ...place, text: 'x' }, 7), `${head}parsing [a.cfg:3] : x`);
    assert.equal(formatDiagnostic({ ...place, text: 'x', attached: true }, 7), `${head}parsing [a.cfg:3]: x`);
  }
});

test('leaves the place out of what has no line or no file', () => {
  assert.equal(formatDiagnostic({ severity: 'alert', file: '', line: 4, text: 'x' }, 1), '[ALERT]    (1) : config : x');
  assert.equal(
    formatDiagnostic({ severity: 'alert', file: 'a', line: 0, text: 'x' }, 1),
    '[ALERT]    (1) : config : x',
  );
});

test('points at a column of a short text', () => {
  assert.equal(pointAt('ab cd', 3), '\n  ab cd\n     ^');
  assert.equal(pointAt('1 foo', 2, 76, '.if '), '\n  .if 1 foo\n        ^');
});

test('shows one character for each byte and no control character', () => {
  assert.equal(pointAt('é\t"\x01', 2), '\n  ?? "?\n     ^');
  assert.equal(bytePosition('é"', 1), 3);
});

test('shows the beginning of a long text, or what is around a column far into it', () => {
  const long = `${'w'.repeat(90)}"${'z'.repeat(90)}`;
  assert.equal(pointAt(long, 79), `\n  ${'w'.repeat(80)}\n${' '.repeat(81)}^`);
  assert.equal(pointAt(long, 90), `\n  ...${'w'.repeat(37)}"${'z'.repeat(36)}...\n${' '.repeat(42)}^`);
  assert.equal(pointAt(`${'w'.repeat(90)}"z`, 90), `\n  ...${'w'.repeat(37)}"z...\n${' '.repeat(42)}^`);
});
