/** Indexes find the entry that going through the file from its beginning would, whatever was added and removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createIndex, type IndexMethod } from '../../../../data-plane/patterns/pattern-index.ts';
import type { Value } from '../../../../data-plane/rules/sample-value.ts';
import { parseNetwork, parseSocketAddress } from '../../../../shared/address.ts';
import { expandAddress } from '../../../../shared/language/argument-types.ts';
import { readIntegerLine } from '../../../../shared/language/match-methods.ts';
import { RegularExpression } from '../../../../shared/language/regular-expression.ts';
import { type PatternEntry, PatternList } from '../../../../shared/patterns/pattern-list.ts';

/** How good a match is; undefined for none. Of equal ones the first counts. */
type Rank = (pattern: string, sample: string) => number | undefined;

const parts = (delimiters: RegExp) => (pattern: string, sample: string) => {
  const bare = pattern.replace(new RegExp(`^(?:${delimiters.source})+|(?:${delimiters.source})+$`, 'g'), '');
  if (bare === '') return undefined;
  for (let at = sample.indexOf(bare); at >= 0; at = sample.indexOf(bare, at + 1)) {
    const [before, after] = [sample[at - 1], sample[at + bare.length]];
    if ((before === undefined || delimiters.test(before)) && (after === undefined || delimiters.test(after))) return 0;
  }
  return undefined;
};
const holds = (test: (pattern: string, sample: string) => boolean) => (pattern: string, sample: string) =>
  test(pattern, sample) ? 0 : undefined;

const ranks: Partial<Record<IndexMethod, Rank>> = {
  str: holds((pattern, sample) => pattern === sample),
  beg: (pattern, sample) => (sample.startsWith(pattern) ? pattern.length : undefined),
  end: holds((pattern, sample) => sample.endsWith(pattern)),
  sub: holds((pattern, sample) => sample.includes(pattern)),
  dir: parts(/[/?]/),
  dom: parts(/[/?.:]/),
  len: holds((pattern, sample) => isInRange(pattern, sample.length)),
};

function isInRange(pattern: string, number: number): boolean {
  const range = readIntegerLine(pattern);
  if (range === undefined) return false;
  return (range.from === undefined || range.from <= number) && (range.to === undefined || range.to >= number);
}

function expected(list: PatternList, rank: Rank, sample: string): PatternEntry | undefined {
  let best: PatternEntry | undefined;
  let highest = -1;
  for (const entry of list) {
    const found = rank(entry.key, sample);
    if (found === undefined || found <= highest) continue;
    best = entry;
    highest = found;
  }
  return best;
}

const text = fc
  .array(fc.constantFrom('a', 'b', 'A', '.', '/'), { minLength: 1, maxLength: 6 })
  .map((all) => all.join(''));
const steps = fc.array(fc.record({ pattern: text, removes: fc.boolean() }), { maxLength: 30 });

/**
 * Fills list and index with the patterns up to the first step that removes, then adds the others; where a step removes, the
 * first entry of that pattern goes instead.
 */
function build(method: IndexMethod, ignoreCase: boolean, all: readonly { pattern: string; removes: boolean }[]) {
  const change = all.findIndex(({ removes }) => removes);
  const filled = all.slice(0, change < 0 ? all.length : change);
  const list = new PatternList(
    'acl',
    filled.map(({ pattern }) => pattern),
  );
  const index = createIndex(method, ignoreCase);
  index.fill(list);
  for (const { pattern, removes } of all.slice(filled.length)) {
    const [first] = list.find(pattern);
    if (removes && first !== undefined) {
      list.remove(first);
      index.remove(first);
    } else index.insert(list.add(pattern, ''));
  }
  return { list, index };
}

for (const [method, rank] of Object.entries(ranks) as [IndexMethod, Rank][]) {
  if (method === 'len') continue;
  test(`"${method}" finds what a walk through the file finds`, () => {
    fc.assert(
      fc.property(steps, fc.array(text, { minLength: 1, maxLength: 10 }), fc.boolean(), (all, samples, ignoreCase) => {
        const { list, index } = build(method, ignoreCase, all);
        const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
        // Ignoring case, the first beginning wins and not the longest.
        const ranked: Rank = (pattern, sample) => {
          const found = rank(fold(pattern), fold(sample));
          return ignoreCase && found !== undefined ? 0 : found;
        };
        for (const sample of samples) assert.equal(index.find(sample), expected(list, ranked, sample), sample);
      }),
      { numRuns: 300 },
    );
  });
}

const range = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(20)).map(([from, length]) => `${from}:${from + length}`),
  fc.integer({ min: -20, max: 20 }).map((from) => `${from}:`),
  fc.integer({ min: -20, max: 20 }).map((to) => `:${to}`),
);

test('numbers and ranges are found in the order of the file', () => {
  const some = fc.array(fc.record({ pattern: range, removes: fc.boolean() }), { maxLength: 20 });
  fc.assert(
    fc.property(some, (all) => {
      const { list, index } = build('int', false, all);
      for (let number = -25; number <= 45; number++) {
        const wanted = [...list].find(({ key }) => isInRange(key, number));
        assert.equal(index.find(number), wanted, String(number));
      }
    }),
    { numRuns: 200 },
  );
});

test('the smallest network wins, and the first of equal ones', () => {
  const byte = fc.constantFrom(10, 11, 128);
  const four = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
  const group = fc.constantFrom('0', '2001', 'db8', 'ff');
  const six = fc.tuple(group, group, group).map(([a, b, c]) => `2001:${a}:0:${b}::${c}`);
  const network = fc.oneof(
    fc.tuple(four, fc.nat(32)).map(([address, length]) => `${address}/${length}`),
    four.map((address) => `${address}/255.255.255.255`),
    fc.tuple(six, fc.nat(128)).map(([address, length]) => `${address}/${length}`),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ pattern: network, removes: fc.boolean() }), { maxLength: 20 }),
      fc.array(four, { minLength: 1, maxLength: 10 }),
      (all, samples) => {
        const { list, index } = build('ip', false, all);
        for (const sample of samples) {
          const address = parseSocketAddress(sample);
          const wanted = expected(
            list,
            (pattern) => {
              const { base, prefixLength } = parseNetwork(expandAddress(pattern) ?? '') ?? assert.fail(pattern);
              if (address.kind() === base.kind()) {
                return address.match(base, prefixLength) ? 200 + prefixLength : undefined;
              }
              // Where no network of its own is around it, an IPv4 address is one of IPv6.
              if (!('toIPv4MappedAddress' in address)) return undefined;
              return address.toIPv4MappedAddress().match(base, prefixLength) ? prefixLength : undefined;
            },
            sample,
          );
          assert.equal(index.find(address), wanted, sample);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('addresses of the other family, short networks and masks with holes are found', () => {
  const list = new PatternList('map', [
    '10.1',
    'a',
    '2001:db8::/32',
    'b',
    '10.2.0.0/255.0.255.0',
    'c',
    '::ffff:192.0.2.0/120',
    'd',
  ]);
  const index = createIndex('ip', false);
  index.fill(list);
  const find = (address: string) => index.find((parseNetwork(address) ?? assert.fail()).base as Value)?.value;
  const cases = {
    '10.0.0.1': 'a',
    '2001:db8::7': 'b',
    '10.9.0.1': 'c',
    '10.9.2.1': undefined,
    '192.0.2.9': 'd',
    '::ffff:10.0.0.1': 'a',
    '2002:a00:1::': 'a',
    '2001:db9::7': undefined,
  };
  for (const [address, wanted] of Object.entries(cases)) assert.equal(find(address), wanted, address);
});

const expressions = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', 'A', 'ab/a', 'bab.', '\\.', '.', '[ab]', '(a|b)', '(?:ab)?', '\\w', '[^/]'), {
      minLength: 1,
      maxLength: 5,
    })
    .chain((pieces) =>
      fc.tuple(...pieces.map((piece) => fc.constantFrom('', '', '?', '*', '+', '{2}').map((times) => piece + times))),
    )
    .map((pieces) => pieces.join('')),
  fc.constantFrom('a|b', '(?i)ab', 'a\\|b', '\\x61b', '[]a]b', '(', 'ab{', '\\141b'),
);
const anchored = fc
  .tuple(fc.constantFrom('', '^'), expressions, fc.constantFrom('', '$'))
  .map(([start, pattern, end]) => start + pattern + end);

test('"reg" finds the first expression that matches', () => {
  const some = fc.array(fc.record({ pattern: anchored, removes: fc.boolean() }), { minLength: 8, maxLength: 40 });
  const samples = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/', '.'), maxLength: 12 }), {
    minLength: 1,
    maxLength: 10,
  });
  fc.assert(
    fc.property(some, samples, fc.boolean(), (all, texts, ignoreCase) => {
      const { list, index } = build('reg', ignoreCase, all);
      for (const sample of texts) {
        const wanted = [...list].find(({ key }) => matches(key, ignoreCase, sample));
        assert.equal(index.find(sample)?.key, wanted?.key, sample);
        assert.equal(index.find(sample), wanted, sample);
      }
    }),
    { numRuns: 500 },
  );
});

function matches(pattern: string, ignoreCase: boolean, sample: string): boolean {
  try {
    return new RegularExpression(pattern, ignoreCase).test(sample);
  } catch {
    return false;
  }
}

test('of 100,000 expressions only those are tried that may match', () => {
  const contents = Array.from({ length: 100_000 }, (_, number) => [
    `^${number}\\.shop\\.(com|net)$`,
    `b${number}`,
  ]).flat();
  const index = createIndex('reg', true);
  index.fill(new PatternList('map', contents));
  const start = process.cpuUsage();
  for (let number = 0; number < 100_000; number += 10) {
    assert.equal(index.find(`${number}.SHOP.net`)?.value, `b${number}`);
    assert.equal(index.find(`${number}.shop.org`), undefined);
  }
  // One by one, 20,000 samples would meet two billion expressions.
  assert.ok(process.cpuUsage(start).user < 20_000_000);
});
