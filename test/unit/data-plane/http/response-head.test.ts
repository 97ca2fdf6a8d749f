/** How strictly response heads are read, and how their content is framed (RFC 9112 section 6.3). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ResponseHead } from '../../../../data-plane/http/response-head.ts';

const head = new ResponseHead();

suite('a response', () => {
  test('is framed as its status, the method and its fields say', () => {
    const cases: [string, string, string, string][] = [
      ['GET', '200 OK', 'Content-Length: 5', 'length'],
      ['GET', '200 OK', 'Content-Length: 0', 'none'],
      ['GET', '200 OK', 'Transfer-Encoding: chunked', 'chunked'],
      ['GET', '200 OK', 'X: 1', 'close'],
      ['GET', '200', 'X: 1', 'close'],
      ['HEAD', '200 OK', 'Content-Length: 5', 'none'],
      ['HEAD', '200 OK', 'Transfer-Encoding: chunked', 'none'],
      ['GET', '204 No Content', 'Content-Length: 5', 'none'],
      ['GET', '304 Not Modified', 'Content-Length: 5', 'none'],
      ['GET', '100 Continue', 'X: 1', 'none'],
    ];
    for (const [method, status, field, framing] of cases) {
      assert.ok(head.read(`HTTP/1.1 ${status}\r\n${field}\r\n\r\n`, method), status);
      assert.equal(head.framing, framing, `${method} ${status} ${field}`);
    }
  });

  test('that is malformed or ambiguous is refused', () => {
    for (const text of [
      'HTTP/2 200 OK\r\n\r\n',
      'HTTP/1.1 20 OK\r\n\r\n',
      'HTTP/1.1 600 OK\r\n\r\n',
      'HTTP/1.1  200 OK\r\n\r\n',
      'HTTP/1.1 200 OK\n\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX : 1\r\n\r\n',
      'HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
      'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ]) {
      assert.equal(head.read(text, 'GET'), false, JSON.stringify(text));
    }
  });

  test('is written with its reason, without hop-by-hop fields, and says how it is framed', () => {
    assert.ok(head.read('HTTP/1.0 404 Not here\r\nConnection: X-A\r\nX-A: 1\r\nX-B: 2\r\n\r\n', 'GET'));
    assert.equal(head.write('close', false), 'HTTP/1.1 404 Not here\r\nX-B: 2\r\nconnection: close\r\n\r\n');
    assert.ok(head.read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'GET'));
    assert.equal(head.write('', true), 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
  });

  test('is persistent as its version and Connection field say', () => {
    assert.ok(head.read('HTTP/1.1 200 OK\r\n\r\n', 'GET') && head.persistent);
    assert.ok(head.read('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', 'GET') && !head.persistent);
    assert.ok(head.read('HTTP/1.0 200 OK\r\n\r\n', 'GET') && !head.persistent);
    assert.ok(head.read('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n', 'GET') && head.persistent);
  });
});
