/** Chunked bodies: the same bytes give the same result however they are cut (RFC 9112 section 7.1). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BodyReader } from '../../../../data-plane/http/body-reader.ts';

interface Result {
  output: string;
  done: boolean;
  failed: boolean;
  rest: string;
}

/** Reads a text in the given pieces. */
function read(pieces: readonly string[], decode: boolean): Result {
  let output = '';
  const body = new BodyReader({
    takeBody: (buffer, start, end) => {
      output += buffer.toString('latin1', start, end);
    },
  });
  body.begin('chunked', 0, decode);
  let rest = '';
  for (const piece of pieces) {
    const buffer = Buffer.from(piece, 'latin1');
    const end = body.done || body.failed ? 0 : body.read(buffer, 0, buffer.length);
    if (body.done) rest += piece.slice(end);
  }
  if (body.done) output += body.ending;
  return { output, done: body.done, failed: body.failed, rest };
}

/** Every way to cut a text into two or three pieces gives what the uncut text gives. */
function readEveryWay(text: string, decode: boolean): Result {
  const whole = read([text], decode);
  const expected = whole.failed ? { ...whole, output: '' } : whole;
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      const result = read([text.slice(0, first), text.slice(first, second), text.slice(second)], decode);
      assert.deepEqual(result.failed ? { ...result, output: '' } : result, expected, `cut at ${first} and ${second}`);
    }
  }
  return whole;
}

suite('a chunked body', () => {
  test('is passed on unchanged, with what follows left alone', () => {
    const text = '5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n';
    assert.deepEqual(readEveryWay(`${text}GET`, false), { output: text, done: true, failed: false, rest: 'GET' });
  });

  test('loses its extensions', () => {
    const { output } = readEveryWay('3;a=b;c="d;e\r\nabc', false);
    assert.doesNotMatch(output, /abc/, 'a quote that is not closed');
    assert.equal(readEveryWay('3;a=b;c="d;e"\r\nabc\r\n0;x\r\n\r\n', false).output, '3\r\nabc\r\n0\r\n\r\n');
    assert.equal(readEveryWay('3 ;a\r\nabc\r\n0\r\n\r\n', false).output, '3\r\nabc\r\n0\r\n\r\n');
  });

  test('keeps its trailers but for those that frame or route messages', () => {
    const text = '1\r\na\r\n0\r\nX-Sum: 1\r\nContent-Length: 5\r\nHost: b\r\nY: 2\r\n\r\n';
    assert.equal(readEveryWay(text, false).output, '1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n');
  });

  test('is decoded for those who do not know chunks', () => {
    const { output, rest } = readEveryWay('3\r\nabc\r\n4;x\r\ndefg\r\n0\r\nX: 1\r\n\r\nrest', true);
    assert.deepEqual([output, rest], ['abcdefg', 'rest']);
  });

  test('that is malformed fails', () => {
    for (const text of [
      'x\r\n',
      '\r\n',
      ' 5\r\nhello\r\n',
      '-5\r\nhello\r\n',
      '0x5\r\nhello\r\n',
      '5\nhello\r\n',
      '5\rhello\r\n',
      '5\r\nhelloX\r\n',
      '5\r\nhello\n0\r\n\r\n',
      '5\r\nhello\r0\r\n\r\n',
      '1000000000000\r\n',
      '5;a\nb\r\nhello\r\n',
      '5;a\0\r\nhello\r\n',
      '0\r\nbad trailer\r\n\r\n',
      '0\r\n X: 1\r\n\r\n',
      '0\r\nX: 1\n\r\n',
      '0\r\nX : 1\r\n\r\n',
    ]) {
      assert.equal(readEveryWay(text, false).failed, true, JSON.stringify(text));
      assert.equal(read([text], true).failed, true, `decoding ${JSON.stringify(text)}`);
    }
  });

  test('has a bounded extension and trailer section', () => {
    assert.equal(read([`1;${'x'.repeat(5_000)}\r\na\r\n`], false).failed, true);
    assert.equal(read([`0\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`], false).failed, true);
  });
});

test('a body with a length ends exactly there', () => {
  let output = '';
  const body = new BodyReader({
    takeBody: (buffer, start, end) => {
      output += buffer.toString('latin1', start, end);
    },
  });
  body.begin('length', 5, false);
  assert.equal(body.read(Buffer.from('abc'), 0, 3), 3);
  assert.equal(body.done, false);
  assert.equal(body.read(Buffer.from('xdefg'), 1, 5), 3);
  assert.deepEqual([output, body.done], ['abcde', true]);
});
