/** The lines of configuration files that count. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HAProxy writes its variables like this.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../../../shared/haproxy-cfg/predicates.ts';
import { readLines } from '../../../../shared/haproxy-cfg/read-lines.ts';

const facts: Facts = {
  version: '2.6.12',
  features: new Set(['OPENSSL']),
  enabled: new Set(),
  openssl: '3.0.22',
  sslLibrary: 'OpenSSL 3.0.22',
  environment: {},
};

/** The words of each line, joined by "|", and "severity line: text" of each diagnostic. */
function read(text: string, environment: Record<string, string | undefined> = {}) {
  const { lines, diagnostics } = readLines([{ name: 'a.cfg', text }], facts, environment);
  return {
    lines: lines.map((line) => line.words.map((word) => word.text).join('|')),
    diagnostics: diagnostics.map(({ severity, line, text: message }) => `${severity} ${line}: ${message}`),
  };
}

test('yields lines with words or a comment, with their place', () => {
  const text = 'global # top\n\n\t# alone \n  maxconn 10\r\n"" passed over\n#\n';
  const { lines, diagnostics } = readLines([{ name: 'a.cfg', text }], facts, {});
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    lines.map(({ words, ...rest }) => [words.map((word) => word.text), rest]),
    [
      [['global'], { file: 'a.cfg', line: 1, comment: 'top', raw: 'global # top' }],
      [[], { file: 'a.cfg', line: 3, comment: 'alone', raw: '\t# alone ' }],
      [['maxconn', '10'], { file: 'a.cfg', line: 4, comment: undefined, raw: '  maxconn 10\r' }],
      [[], { file: 'a.cfg', line: 6, comment: '', raw: '#' }],
    ],
  );
});

test('joins nothing over lines', () => {
  assert.deepEqual(read('a \\\nb\n'), { lines: ['a|\\', 'b'], diagnostics: [] });
});

test('takes the first branch whose condition holds', () => {
  const text = (first: string, second: string) => `.if ${first}\na\n.elif ${second}\nb\n.else\nc\n.endif\nd\n`;
  assert.deepEqual(read(text('1', '1')).lines, ['a', 'd']);
  assert.deepEqual(read(text('0', 'feature(OPENSSL) # yes')).lines, ['b', 'd']);
  assert.deepEqual(read(text('"$A"', '""'), {}).lines, ['c', 'd']);
  assert.deepEqual(read(text('streq("$A",x\\ y)', '0'), { A: 'x y' }).lines, ['a', 'd']);
});

test('skips what is nested in a branch not taken, conditions unread', () => {
  const text =
    '.if 0\n.if foo\na\n.else\nb\n.endif\n.foo\n.alert x\n# c\n.else\n.if 1\nd\n.endif\n.endif\n.if 1\n.elif foo\n.endif\n';
  assert.deepEqual(read(text), { lines: ['d'], diagnostics: [] });
});

test('reports messages at their severity', () => {
  assert.deepEqual(read('.notice a\n.warning "b c"\n.alert\n.diag d # e\n.notice a b\nx\n'), {
    lines: ['x'],
    diagnostics: [
      "notice 1: 'a'.",
      "warning 2: 'b c'.",
      "alert 3: ''.",
      "diag 4: 'd'.",
      "alert 5: Unexpected argument 'b' for '.notice'. Use quotes if the message should contain spaces.",
    ],
  });
});

test('reports every directive out of place and reads on', () => {
  const text =
    '.else\n.elif 1\n.endif\n.if 1\n.else\n.else\n.elif 1\n.endif x\n.nope\n.if 0\n.else x\na\n.endif\nb\n.if 1\n.if 1\n';
  assert.deepEqual(read(text), {
    lines: ['a', 'b'],
    diagnostics: [
      "alert 1: lone '.else' with no matching '.if'.",
      "alert 2: lone '.elif' with no matching '.if'.",
      "alert 3: lone '.endif' with no matching '.if'.",
      "alert 6: '.else' after '.else' is not permitted.",
      "alert 7: '.elif' after '.else' is not permitted.",
      "alert 8: Unexpected argument 'x' for '.endif'.",
      "alert 9: unknown directive '.nope'.",
      "alert 11: Unexpected argument 'x' for '.else'.",
      "alert 16: non-terminated '.if' block.",
    ],
  });
});

test('takes a condition that cannot be parsed as false and points at it', () => {
  assert.deepEqual(read('  .if  1   foo\na\n.elif é bar\n.else\nb\n.endif\n'), {
    lines: ['b'],
    diagnostics: [
      "alert 1: unexpected character 'f' at the end of conditional expression '1 foo' in '.if' at position 3:\n  .if 1 foo\n        ^",
      "alert 3: unparsable conditional expression 'é bar' in '.elif' at position 1:\n  .elif ?? bar\n        ^",
    ],
  });
});

test('refuses the hundredth nested block and still closes each', () => {
  const nested = (depth: number) => read(`${'.if 1\n'.repeat(depth)}a\n${'.endif\n'.repeat(depth)}b\n`);
  assert.deepEqual(nested(99), { lines: ['a', 'b'], diagnostics: [] });
  assert.deepEqual(nested(100), { lines: ['b'], diagnostics: ["alert 100: too many nested '.if', max is 100."] });
});

test('reports lines that cannot be split, also in a branch not taken', () => {
  assert.deepEqual(read(`a\n  "x\nb\n.if 0\n'\n.endif\n${'w '.repeat(65)}\nc\n`), {
    lines: ['a', 'b', 'c'],
    diagnostics: [
      'alert 2: unmatched quote at position 3:\n  "x\n  ^',
      "alert 5: unmatched quote at position 1:\n  '\n  ^",
      'alert 7: too many words, truncating after word 64, position 127: <w>.',
    ],
  });
});

test('reports a last line without a line feed and a NUL, keeping what stands before', () => {
  const missing = 'Missing LF on last line, file might have been truncated at position';
  assert.deepEqual(read('a\n bé'), { lines: ['a', 'bé'], diagnostics: [`alert 2: ${missing} 5.`] });
  assert.deepEqual(read('a\n.if 1'), {
    lines: ['a'],
    diagnostics: [`alert 2: ${missing} 6.`, "alert 2: non-terminated '.if' block."],
  });
  assert.deepEqual(read('a\0b\nc\n'), {
    lines: ['a', 'c'],
    diagnostics: ['alert 1: Stray NUL character at position 2.'],
  });
  assert.deepEqual(read('c\na\0b\n'), { lines: ['c', 'a'], diagnostics: [`alert 2: ${missing} 2.`] });
  assert.deepEqual(read(''), { lines: [], diagnostics: [] });
});

test('lets the environment keywords of a global section act on the lines after them', () => {
  const show = '.notice "$A,$B,$C"\n';
  const text = [
    `global\n setenv A 1\n presetenv A 2\n presetenv B 3\n${show}`,
    `.if defined(C)\n unsetenv C\n.endif\n${show} unsetenv A B\n${show}`,
    ` setenv A\n setenv A=B 1\n setenv B 4\n setenv C 5\n resetenv C\n${show}`,
    `defaults\n setenv A 9\n${show}global\n resetenv\n${show}`,
  ].join('');
  const environment = { C: 'c' };
  const { diagnostics } = read(text, environment);
  assert.deepEqual(
    diagnostics.map((line) => line.split(': ')[1]),
    ["'1,3,c'.", "'1,3,'.", "',,'.", "',,5'.", "',,5'.", "',,'."],
  );
  assert.deepEqual(environment, {});
});

test('starts each file out of section and keeps its blocks apart', () => {
  const environment: Record<string, string | undefined> = {};
  const files = [
    { name: 'a', text: 'global\n setenv A 1\n.if 1\n' },
    { name: 'b', text: ' setenv A 2\nlisten l1\n.notice "$A ${.FILE}:${.LINE} $.SECTION"\n.endif\n' },
  ];
  const { diagnostics } = readLines(files, facts, environment);
  assert.deepEqual(
    diagnostics.map(({ file, line, text }) => `${file}:${line} ${text}`),
    ["a:3 non-terminated '.if' block.", "b:3 '1 b:3 l1'.", "b:4 lone '.endif' with no matching '.if'."],
  );
});

test('reads twenty thousand lines in well under 100 ms', () => {
  const line =
    '    server web1 192.0.2.1:8080 check inter 2s weight 10 maxconn 200\n    http-request deny if { path "/a b" } # no\n';
  const text = `backend b\n${line.repeat(10_000)}`;
  const spent = [1, 2, 3, 4, 5].map(() => {
    const start = performance.now();
    assert.equal(readLines([{ name: 'a', text }], facts, {}).lines.length, 20_001);
    return performance.now() - start;
  });
  // The best of several, since the other tests run at the same time.
  assert.ok(Math.min(...spent) < 100, `${spent.join(', ')} ms`);
});
