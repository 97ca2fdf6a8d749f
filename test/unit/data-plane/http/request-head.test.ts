/** How strictly request heads are read, and what is written on (RFC 9110, RFC 9112). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RequestHead } from '../../../../data-plane/http/request-head.ts';
import { NewField } from '../../../../data-plane/rules/new-field.ts';

const head = new RequestHead();
const withHost = (lines: string, line = 'GET / HTTP/1.1') => `${line}\r\nHost: a\r\n${lines}\r\n`;

const refused: Record<string, string> = {
  'an empty method': ' / HTTP/1.1\r\nHost: a\r\n\r\n',
  'two spaces in the request line': 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a tab in the request line': 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'a space at the end of the request line': 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
  'no target': 'GET HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/0.9': 'GET /\r\n\r\n',
  'HTTP/2.0': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
  'HTTP/1.2': 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
  'HTTP/1.10': 'GET / HTTP/1.10\r\nHost: a\r\n\r\n',
  'a lower-case protocol name': 'GET / http/1.1\r\nHost: a\r\n\r\n',
  'a control character in the target': 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a byte beyond ASCII in the target': 'GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a delimiter in the method': 'G(T / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a bare LF after the request line': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
  'a bare LF after a field': 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n',
  'a bare CR in a value': withHost('X: a\rb\r\n'),
  'a CR before CRLF': withHost('X: a\r\r\n'),
  'NUL in a value': withHost('X: a\0b\r\n'),
  'DEL in a value': withHost('X: a\x7fb\r\n'),
  'a space before the colon': withHost('X : a\r\n'),
  'a tab before the colon': withHost('X\t: a\r\n'),
  'a folded line': withHost('X: a\r\n b\r\n'),
  'a line that begins with white space': 'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
  'an empty field name': withHost(': a\r\n'),
  'a line without a colon': withHost('nonsense\r\n'),
  'a delimiter in a field name': withHost('X(Y): a\r\n'),
  'no Host': 'GET / HTTP/1.1\r\nX: a\r\n\r\n',
  'two Host fields': withHost('Host: a\r\n'),
  'two Host fields of HTTP/1.0': 'GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n',
  'a Host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
  'a Host with user information': 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n',
  'a Host with a space': 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  'a Host with a list': 'GET / HTTP/1.1\r\nHost: a, b c\r\n\r\n',
  'a Host with a bad port': 'GET / HTTP/1.1\r\nHost: a:x\r\n\r\n',
  'a Host that contradicts an absolute target': 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'an absolute target without an authority': 'GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n',
  'an absolute target of another scheme': 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target that is no path': 'GET a HTTP/1.1\r\nHost: a\r\n\r\n',
  '"*" with another method than OPTIONS': 'GET * HTTP/1.1\r\nHost: a\r\n\r\n',
  'two Content-Length fields that differ': withHost('Content-Length: 1\r\nContent-Length: 2\r\n'),
  'two equal Content-Length fields': withHost('Content-Length: 1\r\nContent-Length: 1\r\n'),
  'a list as Content-Length': withHost('Content-Length: 1, 1\r\n'),
  'an empty Content-Length': withHost('Content-Length:\r\n'),
  'a negative Content-Length': withHost('Content-Length: -1\r\n'),
  'a signed Content-Length': withHost('Content-Length: +1\r\n'),
  'a hexadecimal Content-Length': withHost('Content-Length: 0x1\r\n'),
  'a Content-Length with a space inside': withHost('Content-Length: 1 1\r\n'),
  'a Content-Length too large to be exact': withHost('Content-Length: 9999999999999999\r\n'),
  'Content-Length with Transfer-Encoding': withHost('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'),
  'Transfer-Encoding with Content-Length': withHost('Transfer-Encoding: chunked\r\nContent-Length: 1\r\n'),
  'Content-Length in other letters with Transfer-Encoding': withHost(
    'content-LENGTH: 1\r\ntransfer-ENCODING: chunked\r\n',
  ),
  'a Transfer-Encoding that does not end in chunked': withHost('Transfer-Encoding: gzip\r\n'),
  'a Transfer-Encoding before chunked': withHost('Transfer-Encoding: gzip, chunked\r\n'),
  'chunked twice': withHost('Transfer-Encoding: chunked, chunked\r\n'),
  identity: withHost('Transfer-Encoding: identity\r\n'),
  'two Transfer-Encoding fields': withHost('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  'chunked with a parameter': withHost('Transfer-Encoding: chunked;x=1\r\n'),
  'chunked in quotes': withHost('Transfer-Encoding: "chunked"\r\n'),
  'a vertical tab before chunked': withHost('Transfer-Encoding: \x0bchunked\r\n'),
  'an empty Transfer-Encoding': withHost('Transfer-Encoding:\r\n'),
  'Transfer-Encoding of HTTP/1.0': withHost('Transfer-Encoding: chunked\r\n', 'GET / HTTP/1.0'),
  'more than 101 fields': withHost('X: a\r\n'.repeat(101)),
};

suite('a request with', () => {
  for (const [name, text] of Object.entries(refused)) {
    test(`${name} is refused with 400`, () => assert.equal(head.read(text), 400));
  }
  test('CONNECT is refused with 405', () => assert.equal(head.read('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'), 405));
});

suite('a request that is read', () => {
  test('may have odd but legal parts', () => {
    for (const text of [
      withHost(''),
      withHost('X:\r\n'),
      withHost('X: \t a \t \r\n'),
      withHost('X: caf\xe9\r\n'),
      withHost("!#$%&'*+-.^_`|~09az: a\r\n"),
      'GET / HTTP/1.0\r\n\r\n',
      'GET / HTTP/1.1\r\nHost:\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
      'PURGE /x HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET http://A:80/x HTTP/1.1\r\nHost: a:80\r\n\r\n',
      withHost('X: a\r\n'.repeat(100)),
    ]) {
      assert.equal(head.read(text), 0, JSON.stringify(text));
    }
  });

  test('tells path, query and method', () => {
    assert.equal(head.read('GET /a/b?c=/d HTTP/1.1\r\nHost: a\r\n\r\n'), 0);
    assert.deepEqual([head.method, head.path, head.pathAndQuery], ['GET', '/a/b', '/a/b?c=/d']);
    assert.equal(head.read('GET http://a HTTP/1.1\r\nHost: a\r\n\r\n'), 0);
    assert.deepEqual([head.path, head.write('')], ['/', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n']);
    assert.equal(head.read('GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n'), 0);
    assert.equal(head.pathAndQuery, '/?x');
  });

  test('is persistent as its version and Connection field say', () => {
    const cases: [string, string, boolean][] = [
      ['1.1', '', true],
      ['1.1', 'Connection: close\r\n', false],
      ['1.1', 'Connection: x, CLOSE\r\n', false],
      ['1.1', 'Connection: keep-alive\r\nConnection: close\r\n', false],
      ['1.0', '', false],
      ['1.0', 'Connection: Keep-Alive\r\n', true],
      ['1.0', 'Connection: keep-alive, close\r\n', false],
    ];
    for (const [version, lines, persistent] of cases) {
      assert.equal(head.read(withHost(lines, `GET / HTTP/${version}`)), 0);
      assert.equal(head.persistent, persistent, `${version} ${lines}`);
    }
  });

  test('shows rules nothing of close and keep-alive', () => {
    for (const [value, shown] of [
      ['close', undefined],
      ['Keep-Alive, CLOSE', undefined],
      ['', undefined],
      [' , ', undefined],
      ['keep-alive, X-A', 'X-A'],
      ['X-A , close', 'X-A '],
      ['X-A , X-B, close,\tX-C ,close, X-D', 'X-A , X-B,X-C,X-D'],
      [', ,a,,close', ', ,a,'],
      ['closed', 'closed'],
    ] as const) {
      assert.equal(head.read(withHost(`X-A: 1\r\nConnection:${value}\r\nX-B: 2\r\n`)), 0);
      const field = head.fields.find('connection');
      assert.equal(field < 0 ? undefined : head.fields.value(field), shown, value);
      const names = [];
      for (let at = head.fields.next(0); at >= 0; at = head.fields.next(at + 1)) names.push(head.fields.name(at));
      assert.deepEqual(names, shown === undefined ? ['Host', 'X-A', 'X-B'] : ['Host', 'X-A', 'Connection', 'X-B']);
      assert.doesNotMatch(head.write(''), /connection/i);
    }
    assert.equal(head.read(withHost('Connection: x\r\n')), 0);
    assert.equal(head.fields.value(head.fields.find('connection')), 'x');
  });

  test('keeps what rules cannot see from going on once they have changed something', () => {
    assert.equal(head.read(withHost('Connection: close, connection\r\nX-B: 2\r\nConnection: close\r\n')), 0);
    head.addHeader(new NewField('X-C').with('3'));
    assert.equal(head.fields.next(2), 2);
    assert.equal(head.fields.find('connection', 2), -1);
    assert.equal(head.write(''), 'GET / HTTP/1.1\r\nHost: a\r\nX-B: 2\r\nX-C: 3\r\n\r\n');
  });

  test('is written without what belongs to one connection, and with what is added', () => {
    const lines =
      'Connection: X-Own, Content-Length, host\r\nX-Own: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nContent-Length: 3\r\nX-Other: 2\r\n';
    assert.equal(head.read(withHost(lines, 'POST /p HTTP/1.0')), 0);
    assert.equal(
      head.write('X-Forwarded-For: 1.2.3.4\r\n'),
      'POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Other: 2\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n',
    );
  });

  test('of HTTP/1.0 stays that without a host, and takes the host of an absolute target', () => {
    assert.equal(head.read('GET /x HTTP/1.0\r\n\r\n'), 0);
    assert.equal(head.write(''), 'GET /x HTTP/1.0\r\n\r\n');
    assert.equal(head.read('GET http://a:80/x HTTP/1.0\r\n\r\n'), 0);
    assert.equal(head.write(''), 'GET /x HTTP/1.1\r\nhost: a:80\r\n\r\n');
  });

  test('has its transfer coding written anew', () => {
    assert.equal(head.read(withHost('Transfer-Encoding: \t CHUNKED \r\nX: 1\r\n')), 0);
    assert.equal(head.write(''), 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\ntransfer-encoding: chunked\r\n\r\n');
  });

  test('asks for an upgrade only when Connection says so too', () => {
    assert.equal(head.read(withHost('Upgrade: websocket\r\n')), 0);
    assert.equal(head.upgrade, '');
    assert.doesNotMatch(head.write(''), /upgrade/i);
    assert.equal(head.read(withHost('Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n')), 0);
    assert.equal(head.upgrade, 'websocket');
    assert.match(head.write(''), /connection: upgrade\r\nupgrade: websocket\r\n/);
  });

  test('finds fields whatever their case and position', () => {
    assert.equal(head.read(withHost('X-A: 1\r\nx-a:  2 \r\nX-AB: 3\r\n')), 0);
    const first = head.fields.find('x-a', 0);
    const second = head.fields.find('x-a', first + 1);
    assert.deepEqual([head.fields.value(first), head.fields.value(second)], ['1', '2']);
    assert.equal(head.fields.find('x-a', second + 1), -1);
  });
});
