/** Answers that Sluice gives by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileErrorPages, findErrorPage, readyReply, writeAnswer } from '../../../../data-plane/http/error-pages.ts';
import { errorStatuses } from '../../../../shared/model/vocabulary.ts';
import { sampleContext } from '../../../support/sample-context.ts';

const context = sampleContext({});
const none = compileErrorPages([], new Map());

test('every error page states its own length and is empty for HEAD', () => {
  for (const status of errorStatuses) {
    const page = findErrorPage(status, undefined, none, context);
    const [head = '', content = ''] = writeAnswer(page, 'close', false).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(head, /\r\nconnection: close$/);
    assert.equal(Number(/content-length: (\d+)/.exec(head)?.[1]), content.length);
    assert.match(content, new RegExp(`<h1>${status} `));
    assert.ok(writeAnswer(page, '', true).endsWith('\r\n\r\n'));
  }
});

test('an answer of a rule states its length, but for statuses that have no content', () => {
  const reply = { status: 200, reason: '', fields: 'x-a: b\r\n', content: 'hi' };
  const text = writeAnswer(readyReply(reply), '', false);
  assert.equal(text, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\r\n\r\nhi');
  assert.equal(
    writeAnswer(readyReply({ ...reply, status: 204 }), '', false),
    'HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n',
  );
});

test('what the backend says of a status goes before what the frontend says', () => {
  const file = { name: 'f', silent: false, status: 0, reason: '', headers: [], content: 'grüß' };
  const files = new Map([['f', file]]);
  const page = (status: number, errorfile: string, location = '') => ({
    status,
    errorfile,
    location,
    code: 303,
    content: null,
  });
  const frontend = compileErrorPages([page(503, 'f'), page(404, '', '/lost')], files);
  const backend = compileErrorPages([page(503, '', '/sorry')], files);
  assert.match(
    findErrorPage(503, backend, frontend, context).head,
    /^HTTP\/1\.1 303 See Other\r\n.*location: \/sorry\r\n/s,
  );
  assert.equal(
    writeAnswer(findErrorPage(503, undefined, frontend, context), '', false),
    `HTTP/1.1 503 Service Unavailable\r\ncontent-length: 6\r\n\r\n${Buffer.from('grüß').toString('latin1')}`,
  );
  assert.match(findErrorPage(404, backend, frontend, context).head, /location: \/lost/);
  assert.match(findErrorPage(500, backend, frontend, context).head, /^HTTP\/1\.1 500 Internal/);
});
