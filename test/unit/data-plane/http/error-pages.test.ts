/** Answers that Sluice gives by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorPage, redirection } from '../../../../data-plane/http/error-pages.ts';
import { denyStatuses } from '../../../../shared/model/rules.ts';

test('every error page states its own length and is empty for HEAD', () => {
  for (const status of [...denyStatuses, 414, 431]) {
    const [head = '', content = ''] = errorPage(status, 'close', false).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(head, /\r\nconnection: close$/);
    assert.equal(Number(/content-length: (\d+)/.exec(head)?.[1]), content.length);
    assert.match(content, new RegExp(`<h1>${status} `));
    assert.ok(errorPage(status, '', true).endsWith('\r\n\r\n'));
  }
});

test('a temporary redirection is not to be cached, a permanent one may be', () => {
  assert.match(
    redirection(302, '/x', ''),
    /^HTTP\/1\.1 302 Found\r\ncontent-length: 0\r\nlocation: \/x\r\ncache-control: no-cache\r\n\r\n$/,
  );
  assert.doesNotMatch(redirection(301, '/x', ''), /cache-control/);
});
