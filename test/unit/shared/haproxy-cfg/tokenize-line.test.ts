/** Words of a line of a configuration file. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HAProxy writes its variables like this.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandAddress, tokenizeLine } from '../../../../shared/haproxy-cfg/tokenize-line.ts';

const environment = {
  NAME: 'a b',
  EMPTY: '',
  LIST: ' one  two ',
  WORDS: 'one two',
  _x1: 'u',
  '.LINE': '4',
};

function texts(line: string): string[] {
  const result = tokenizeLine(line, environment);
  assert.ok('words' in result, JSON.stringify(result));
  return result.words.map((word) => word.text);
}

function expectTexts(cases: readonly (readonly [string, readonly string[]])[]): void {
  for (const [line, expected] of cases) assert.deepEqual(texts(line), expected, line);
}

test('separates by white space and ends at a carriage return or a NUL', () => {
  expectTexts([
    ['', []],
    [' \t ', []],
    ['  bind :80\tssl\vcrt\fx ', ['bind', ':80', 'ssl', 'crt', 'x']],
    ['bind\u00a0:80', ['bind\u00a0:80']],
    ['a b\r', ['a', 'b']],
    ['a\rb', ['a']],
    ['a\0b', ['a']],
    ['"a" b\r c', ['a', 'b']],
  ]);
});

test('tells where a word begins and whether it was quoted', () => {
  assert.deepEqual(tokenizeLine('\ta "b"c\\ d', environment), {
    words: [
      { text: 'a', column: 1, quoted: false },
      { text: 'bc d', column: 3, quoted: true },
    ],
    comment: undefined,
  });
  assert.deepEqual(tokenizeLine(' x yz', environment), {
    words: [
      { text: 'x', column: 1, quoted: false },
      { text: 'yz', column: 3, quoted: false },
    ],
    comment: undefined,
  });
});

test('takes what follows an unprotected hash as the comment', () => {
  const cases: [string, string[], string | undefined][] = [
    ['# all', [], ' all'],
    ['a#b # c', ['a'], 'b # c'],
    ['a #', ['a'], ''],
    ['a "#" \\# \'#\' b#c\r', ['a', '#', '#', '#', 'b'], 'c'],
    ['#"', [], '"'],
  ];
  for (const [line, words, comment] of cases) {
    const result = tokenizeLine(line, environment);
    assert.ok('words' in result, line);
    assert.deepEqual([result.words.map((word) => word.text), result.comment], [words, comment], line);
  }
});

test('reads the escapes outside of quotes and keeps any other backslash', () => {
  expectTexts([
    ['a\\ b \\# \\\\ \\" \\\'', ['a b', '#', '\\', '"', "'"]],
    ['\\r\\n\\t', ['\r\n\t']],
    ['\\x41\\x20b', ['A b']],
    ['\\xc3\\xa9 \\xff', ['é', 'ÿ']],
    ['a\\x00b c', ['a', 'c']],
    ['\\q \\$NAME a\\', ['\\q', '\\$NAME', 'a\\']],
    ['x\\\tb', ['x\\', 'b']],
  ]);
});

test('takes single quotes as they are, double quotes with escapes', () => {
  expectTexts([
    ['\'a \\n "$NAME" #\'', ['a \\n "$NAME" #']],
    ['"a\tb \' # \\" \\$NAME \\n\\q\\x41"', ['a\tb \' # " $NAME \n\\qA']],
    ['a""b \'\' "" c', ['ab', '', '', 'c']],
    ['a\'b c\'"d e"\\ f', ['ab cd e f']],
  ]);
});

test('expands variables inside of double quotes only', () => {
  expectTexts([
    ['$NAME \'${NAME}\' "$NAME" "${NAME}x"', ['$NAME', '${NAME}', 'a b', 'a bx']],
    ['"$NAME-x$_x1.y"', ['a b-xu.y']],
    ['"$NOPE" "${NOPE}" "$constructor"', ['', '', '']],
    ['"${NOPE-p q}" "${EMPTY-x}" "${NAME-x}" "${NOPE-}"', ['p q', '', 'a b', '']],
    ['"${NOPE-a\\n"#$X}b"', ['a\\n"#$Xb']],
    ['"$.LINE:${.LINE}"', ['4:4']],
  ]);
});

test('expands a list into several words', () => {
  expectTexts([
    ['"x${WORDS[*]}y" z', ['xone', 'twoy', 'z']],
    ['"${LIST[*]}"', ['', 'one', 'two', '']],
    ['"${NOPE[*]}" "${NOPE[*]-p q}" "$WORDS[*]"', ['', 'p', 'q', 'one two[*]']],
  ]);
  const result = tokenizeLine('a "${WORDS[*]}"', environment);
  assert.ok('words' in result);
  assert.deepEqual(result.words.slice(1), [
    { text: 'one', column: 2, quoted: true },
    { text: 'two', column: 3, quoted: true },
  ]);
});

test('tells what cannot be read, and where', () => {
  const name = 'forbidden first char in environment variable name';
  const brace = 'unmatched brace in environment variable name';
  const cases: [string, string, number][] = [
    ['a "bc', 'unmatched quote', 2],
    ["a b'c", 'unmatched quote', 3],
    ['a "b\\"', 'unmatched quote', 2],
    ['a "b\r"', 'unmatched quote', 2],
    ['\\x4g', 'truncated or invalid hexadecimal sequence', 0],
    ['\\x41\\x4', 'truncated or invalid hexadecimal sequence', 4],
    ['"\\x4"', 'truncated or invalid hexadecimal sequence', 1],
    ['"$"', name, 2],
    ['"$1"', name, 2],
    ['"${}"', name, 3],
    ['"${.NOPE}"', name, 3],
    ['"${NAME"', brace, 2],
    ['"${NAME x}"', brace, 2],
    ['"${NAME-x"', brace, 2],
    ['"${NAME[*] }"', brace, 2],
    ['"${NAME[0]}"', 'truncated or invalid word expansion sequence', 7],
  ];
  for (const [line, problem, column] of cases) {
    assert.deepEqual(tokenizeLine(line, environment), { problem, column }, line);
  }
});

test('expands the variables of an address, quoted or not', () => {
  const cases: [string, string][] = [
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['$_x1:80', 'u:80'],
    ['a${_x1}b$_x1', 'aubu'],
    ['$NOPE:${NOPE}80', ':80'],
    ['${_x1', 'u'],
    ['${_x1-b}', 'u-b}'],
    ['$$a$', ''],
    ['\\$_x1}', '\\u}'],
    ['$.LINE', '.LINE'],
  ];
  for (const [text, expected] of cases) assert.equal(expandAddress(text, environment), expected, text);
});
