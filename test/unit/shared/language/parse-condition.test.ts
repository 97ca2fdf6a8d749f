/** Conditions as HAProxy writes them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCondition } from '../../../../shared/language/parse-condition.ts';
import { LanguageError, tokenize } from '../../../../shared/language/tokenize.ts';

/** The condition as a short text: terms joined by "&", alternatives by "|". */
function outline(text: string): string {
  const terms = parseCondition(text).anyOf.map((all) =>
    all.map(({ negated, test: which }) => {
      const name = 'acl' in which ? which.acl : `{${which.inline.sample.fetch.name} ${which.inline.values.join(' ')}}`;
      return `${negated ? '!' : ''}${name}`;
    }),
  );
  return terms.map((all) => all.join('&')).join('|');
}

suite('conditions', () => {
  test('join terms by and, alternatives by or', () => {
    assert.equal(outline('a'), 'a');
    assert.equal(outline('a b c'), 'a&b&c');
    assert.equal(outline('a or b c || d'), 'a|b&c|d');
    assert.equal(outline('!a ! b !!c'), '!a&!b&c');
    assert.equal(outline('{ src 10.0.0.0/8 } !{ path_beg /a "/b c" } local'), '{src 10.0.0.0/8}&!{path /a /b c}&local');
  });

  test('take flags and quoted patterns that look like flags or braces', () => {
    const [[term] = []] = parseCondition('{ hdr_end(Host) -i -- -x "}" }').anyOf;
    assert.ok(term && 'inline' in term.test);
    assert.deepEqual(term.test.inline.values, ['-x', '}']);
    assert.equal(term.test.inline.sample.arguments[0], 'Host');
    assert.equal(term.test.inline.ignoreCase, true);
  });

  test('are refused with the column and a suggestion', () => {
    const cases: [string, number, RegExp][] = [
      ['', 1, /missing at the end/],
      ['a or', 5, /missing at the end/],
      ['or a', 1, /nothing on its left/],
      ['a or or b', 6, /nothing on its left/],
      ['a !', 4, /nothing to negate/],
      ['{ path /a', 1, /not closed/],
      ['a {path /a }', 3, /followed by white space/],
      ['a { }', 3, /hold no test/],
      ['{ pat_beg /a }', 3, /unknown criterion "pat_beg"; did you mean "path_beg"\?/],
      ['{ path_beg }', 3, /no pattern/],
      ['{ path -z /a }', 8, /unknown flag "-z"/],
      ['{ req.fhdr x }', 3, /needs its argument name: req\.fhdr\(name\[,occurrence\]\)/],
      ['{ path(x) /a }', 3, /takes no argument/],
      ['a { src 10.0.0.0/40 }', 9, /is no IP address or network/],
      ['a b%c', 3, /no name of an ACL/],
      ["a 'b", 3, /single quote is not closed/],
      ['a "b', 3, /double quote is not closed/],
      ['a\\', 2, /escapes nothing/],
    ];
    for (const [text, column, message] of cases) {
      assert.throws(
        () => parseCondition(text),
        (error) => error instanceof LanguageError && error.column === column && message.test(error.message),
        text,
      );
    }
  });
});

test('words know their column and whether they were quoted', () => {
  assert.deepEqual(tokenize(' a\\ b  "c d"e \'{\''), [
    { text: 'a b', column: 2, quoted: true },
    { text: 'c de', column: 8, quoted: true },
    { text: '{', column: 15, quoted: true },
  ]);
});
