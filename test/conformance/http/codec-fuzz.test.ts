/** Property tests of the codec: whatever the bytes and however they are cut, it answers the same and passes nothing on that it refused. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from '../../../data-plane/http/body-reader.ts';
import { RequestHead } from '../../../data-plane/http/request-head.ts';
import { ResponseHead } from '../../../data-plane/http/response-head.ts';

const runs = { numRuns: 20_000 };

/** Pieces that heads are made of, good and bad, so that random joins come near the grammar. */
const headPiece = fc.constantFrom(
  ...[
    'GET',
    'POST',
    'HTTP/1.1',
    'HTTP/1.0',
    '/',
    '/a?b',
    '*',
    'http://a/',
    ' ',
    '  ',
    '\t',
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
  ],
  ...[
    ':',
    ': ',
    'Host: a',
    'Host: b',
    'Content-Length: 3',
    'content-length: 0',
    'Content-Length: +1',
    'X: y',
    '\0',
    '\x7f',
    '\xe9',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip',
    'Connection: close',
    'Connection: x, content-length',
    'Upgrade: x',
  ],
  ...['200', ' OK', '204', '304', '100', 'X', ',', ';', '"'],
);

/** A well-formed request head, or one with a few random pieces put in. */
const requestText = fc
  .record({
    line: fc.constantFrom(
      'GET / HTTP/1.1',
      'POST /a?b HTTP/1.1',
      'GET http://a/x HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'GET / HTTP/1.0',
    ),
    lines: fc.array(
      fc.oneof(
        fc.constantFrom(
          'X: 1',
          'Connection: close, x',
          'Content-Length: 5',
          'Transfer-Encoding: chunked',
          'Upgrade: h2c',
          'TE: trailers',
        ),
        fc
          .tuple(fc.stringMatching(/^[A-Za-z-]{1,9}$/), fc.string({ maxLength: 9 }))
          .map(([name, value]) => `${name}: ${value}`),
      ),
      { maxLength: 6 },
    ),
    damage: fc.array(fc.tuple(fc.nat(200), headPiece), { maxLength: 2 }),
  })
  .map(({ line, lines, damage }) => {
    let text = `${[line, 'Host: a', ...lines].join('\r\n')}\r\n\r\n`;
    for (const [at, piece] of damage) {
      const index = at % text.length;
      text = text.slice(0, index) + piece + text.slice(index);
    }
    return text;
  });

const anyHead = fc.oneof(
  requestText,
  fc.array(headPiece, { maxLength: 30 }).map((pieces) => pieces.join('')),
);

/** No byte of a head but its line ends is a control character. */
function assertClean(head: string): void {
  assert.ok(head.endsWith('\r\n\r\n'));
  for (const line of head.slice(0, -4).split('\r\n')) {
    assert.ok(
      [...line].every((character) => character === '\t' || (character >= ' ' && character !== '\x7f')),
      JSON.stringify(line),
    );
  }
}

suite('request heads', () => {
  test('never throw, and what is written reads back with the same meaning', () => {
    const head = new RequestHead();
    const again = new RequestHead();
    let accepted = 0;
    fc.assert(
      fc.property(anyHead, (text) => {
        const end = text.indexOf('\r\n\r\n') + 4;
        const status = head.read(end < 4 ? text : text.slice(0, end));
        if (status !== 0) {
          assert.ok([400, 405].includes(status));
          return;
        }
        accepted++;
        const written = head.write('X-Added: 1\r\n');
        assertClean(written);
        assert.equal(again.read(written), 0, written);
        assert.deepEqual(
          [again.method, again.pathAndQuery, again.fields.contentLength, again.fields.chunked, again.host],
          [head.method, head.pathAndQuery, head.fields.contentLength, head.fields.chunked, head.host],
        );
        assert.equal(
          again.fields.count - again.fields.dropped.subarray(0, again.fields.count).reduce((sum, one) => sum + one, 0) >
            0,
          true,
        );
      }),
      runs,
    );
    assert.ok(accepted > runs.numRuns / 10, `only ${accepted} were well-formed`);
  });
});

suite('response heads', () => {
  test('never throw, and what is written is framed as what was read', () => {
    const head = new ResponseHead();
    const again = new ResponseHead();
    const responseText = fc
      .tuple(fc.constantFrom('200 OK', '204', '304 Not Modified', '500 X'), requestText)
      .map(([status, text]) => `HTTP/1.1 ${status}${text.slice(text.indexOf('\r\n'))}`);
    fc.assert(
      fc.property(fc.oneof(responseText, anyHead), fc.constantFrom('GET', 'HEAD'), (text, method) => {
        const end = text.indexOf('\r\n\r\n') + 4;
        if (!head.read(end < 4 ? text : text.slice(0, end), method)) return;
        const written = head.write('', head.framing === 'chunked');
        assertClean(written);
        assert.ok(again.read(written, method), written);
        assert.deepEqual([again.status, again.framing], [head.status, head.framing]);
      }),
      runs,
    );
  });
});

suite('chunked bodies', () => {
  const chunkPiece = fc.constantFrom(
    ...[
      '0\r\n\r\n',
      '0\r\n',
      '\r\n',
      '3\r\nabc\r\n',
      '1;x=y\r\na\r\n',
      '1;"q"\r\na\r\n',
      'a\r\n0123456789\r\n',
      'X: 1\r\n',
      '\n',
      '\r',
    ],
    ...['-1\r\n', '0x1\r\n', ' ', 'g', '5\r\n', 'hello', 'Content-Length: 1\r\n', 'ffffffffffffff\r\n', '\0', ';'],
  );
  const body = fc.array(chunkPiece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  /** Reads the text in pieces of the given lengths, the last as long as is left. */
  function read(text: string, cuts: readonly number[], decode: boolean) {
    let output = '';
    const reader = new BodyReader({
      takeBody: (buffer, start, end) => {
        output += buffer.toString('latin1', start, end);
      },
    });
    reader.begin('chunked', 0, decode);
    let consumed = 0;
    for (let at = 0, index = 0; at < text.length && !reader.done && !reader.failed; index++) {
      const piece = Buffer.from(text.slice(at, at + (cuts[index] ?? text.length)), 'latin1');
      const end = reader.read(piece, 0, piece.length);
      consumed = at + end;
      at += piece.length;
    }
    if (reader.failed) return { failed: true };
    return {
      done: reader.done,
      output: reader.done ? output + reader.ending : output,
      rest: reader.done ? text.slice(consumed) : '',
    };
  }

  test('give the same result for every cut of the same bytes', () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 40 }),
        fc.boolean(),
        (text, cuts, decode) => {
          const whole = read(text, [], decode);
          const cut = read(text, cuts, decode);
          assert.deepEqual([cut.failed, cut.done, cut.rest], [whole.failed, whole.done, whole.rest]);
          if (whole.done === true) assert.equal(cut.output, whole.output);
        },
      ),
      runs,
    );
  });

  test('are passed on in a form that reads back to the same data, without extensions', () => {
    fc.assert(
      fc.property(body, (text) => {
        const passed = read(text, [], false);
        if (passed.done !== true) return;
        const again = read(passed.output ?? '', [], false);
        assert.deepEqual(again, { done: true, output: passed.output, rest: '' });
        assert.equal(read(passed.output ?? '', [], true).output, read(text, [], true).output);
      }),
      runs,
    );
  });
});
