/** Regular expressions: V8 runs those on which it cannot be slow, and nobody sees which engine it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLinear } from '../../../../shared/language/regex-cost.ts';
import { nativeEngine, Re2Engine } from '../../../../shared/language/regex-engines.ts';
import { readRegex, withoutLead } from '../../../../shared/language/regex-tree.ts';
import { findRegexProblem, RegularExpression, toBytes } from '../../../../shared/language/regular-expression.ts';

const isNative = (pattern: string) => nativeEngine(readRegex(pattern, false)) !== undefined;

test('V8 runs patterns that it cannot be slow on', () => {
  const patterns = [
    '^/api/v[0-9]+/users/([^/]+)$',
    '\\.(jpg|png|gif|css|js)$',
    '^www\\.(.*)',
    '^(.*)$',
    '^.*\\.(jpg|gif)$',
    '^[^:]+:[^:]+:[^:]+$',
    '^(http|https)://([^/]+)(/.*)?$',
    '^[a-z]{2,10}[0-9]{1,3}$',
    'bot|spider|crawl',
    '/(.*)',
    '^\\x41\\.\\d\\s*\\w+?,',
  ];
  for (const pattern of patterns) assert.equal(isNative(pattern), true, pattern);
});

test('it is not given those that it can be slow on, or reads otherwise', () => {
  const slow = [
    '^(a+)+$',
    '^(a|aa)*$',
    'a.*b',
    '[0-9]+px',
    '^.*a.*b',
    '^a*a*$',
    '(.*)foo',
    '^(a?){20}',
    'a{0,40}a{0,40}b',
  ];
  const others = [
    '(?i)a',
    '\\bword',
    '[[:alpha:]]',
    '\\pL',
    '(?P<n>a)',
    '(a*)*',
    '(a|b){3}',
    '\\Qa',
    'a**',
    '(',
    '[a',
    '\\1',
    'a{2',
  ];
  for (const pattern of [...slow, ...others]) assert.equal(isNative(pattern), false, pattern);
});

/** Pieces that look alike, so that texts match patterns now and then. */
const piece = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    '\\.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '\\S',
    '[a-c-]',
    '\\x61',
    '/',
    'é',
    '[^/]',
    ' ',
    '-',
    'A',
  ),
  fc.constantFrom(
    '^',
    '$',
    '|',
    '(a|b)',
    '(?:ab|a)',
    '(',
    ')',
    '()',
    '(|a)',
    '[',
    ']',
    '{',
    '}',
    '{2}',
    '{1,3}',
    '{2,}',
  ),
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}', '{1,2}?');
const sequence = fc
  .array(fc.tuple(piece, quantifier), { maxLength: 6 })
  .map((pairs) => pairs.map(([one, times]) => one + times).join(''));
const pattern = fc.oneof(
  sequence,
  sequence.map((inner) => `^${inner}$`),
  fc.tuple(sequence, sequence, sequence).map(([one, two, three]) => `${one}(${two})${three}`),
  fc.tuple(sequence, sequence).map(([one, two]) => `(?:${one}|${two})?`),
);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '.', '/', '-', ' ', '1', '\n', '\r', '\xe9', '\xc3'),
  maxLength: 12,
});

test('both engines find the same', () => {
  let native = 0;
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, sample, ignoreCase) => {
      const tree = readRegex(source, ignoreCase);
      if (tree === undefined) return;
      // What is read here, RE2 must take too.
      const re2 = new Re2Engine(source, ignoreCase);
      const whole = nativeEngine(tree);
      if (whole !== undefined) {
        native++;
        assert.deepEqual(whole.match(sample)?.slice(), re2.match(sample));
        const mark = (group: (number: number) => string) => `<${group(0)},${group(1)},${group(9)}>`;
        for (const all of [false, true]) assert.equal(whole.replace(sample, all, mark), re2.replace(sample, all, mark));
      }
      const tester = nativeEngine(withoutLead(tree));
      if (tester !== undefined) assert.equal(tester.test(sample), re2.test(sample));
    }),
    { numRuns: 20_000, examples: [['(?:a|ab)?b*', 'aab', false]] },
  );
  assert.ok(native > 2_000, `${native} patterns were run by V8`);
});

test('a pattern that is called linear takes no longer than that on a long text', () => {
  const repeated = fc.tuple(fc.constantFrom('a', 'b', 'ab', 'aab', '/a', '.'), fc.constantFrom('', 'b', '/', '!'));
  fc.assert(
    fc.property(pattern, repeated, (source, [unit, last]) => {
      const tree = readRegex(source, false);
      if (tree === undefined || !isLinear(tree)) return;
      const regex = nativeEngine(tree);
      const long = unit.repeat(200_000) + last;
      const start = process.cpuUsage();
      regex?.test(long);
      const { user } = process.cpuUsage(start);
      // A quadratic search would take 10,000 times as long.
      assert.ok(user < 2_000_000, `${source} took ${user} us`);
    }),
    { numRuns: 5_000 },
  );
});

test('patterns that are known to stall others are through at once', () => {
  const stalling = [
    '^(a+)+$',
    '^(a|a)*$',
    '(a|aa)+$',
    '(.*a){12}b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    'a.*b.*c.*d$',
  ];
  const texts = [`${'a'.repeat(30_000)}!`, 'x'.repeat(30_000), 'ab'.repeat(15_000)];
  for (const source of stalling) {
    for (const ignoreCase of [false, true]) {
      const regex = new RegularExpression(source, ignoreCase);
      const start = process.cpuUsage();
      for (const each of texts) {
        regex.test(each);
        regex.match(each);
      }
      const { user } = process.cpuUsage(start);
      assert.ok(user < 5_000_000, `${source} took ${user} us`);
    }
  }
});

test('a pattern is refused when RE2 refuses it, and then only', () => {
  const refused = (source: string, ignoreCase: boolean) => {
    try {
      new Re2Engine(toBytes(source), ignoreCase);
      return false;
    } catch {
      return true;
    }
  };
  fc.assert(
    fc.property(pattern, fc.boolean(), (source, ignoreCase) => {
      assert.equal(findRegexProblem(source, ignoreCase) !== undefined, refused(source, ignoreCase), source);
    }),
    { numRuns: 10_000 },
  );
});
