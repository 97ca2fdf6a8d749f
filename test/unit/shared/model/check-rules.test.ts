/** What is wrong with rules is told with the field it is in. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import type { Frontend } from '../../../../shared/model/frontend.ts';

function problems(document: ConfigDocument): string[] {
  return checkReferences({ ...emptyConfig, ...document }).map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

const name = 'r';
const wrong: [Partial<Frontend>, RegExp][] = [
  [
    { httpRequestRules: [{ name, action: 'set-header', header: 'Content-Length', value: '1' }] },
    /^\/httpRequestRules\/0\/header: "Content-Length" says where the message ends/,
  ],
  [
    { httpResponseRules: [{ name, action: 'add-header', header: 'connection', value: 'close' }] },
    /^\/httpResponseRules\/0\/header: "connection" says/,
  ],
  [
    { httpRequestRules: [{ name, action: 'del-header', header: 'Transfer-Encoding' }] },
    /header: without "Transfer-Encoding" nobody could tell/,
  ],
  [{ httpRequestRules: [{ name, action: 'del-header', header: 'a b' }] }, /header: "a b" stands in no name/],
  [{ httpRequestRules: [{ name, action: 'add-header', header: 'Host', value: 'x' }] }, /a request has one Host/],
  [
    { httpRequestRules: [{ name, action: 'set-path', value: '/%[res.hdr(a)]' }] },
    /value: column 4: "res.hdr" needs the head of an HTTP response/,
  ],
  [
    { httpRequestRules: [{ name, action: 'set-path', value: '%Tr' }] },
    /value: column 1: "%Tr" is known only in the log/,
  ],
  [
    { httpRequestRules: [{ name, action: 'replace-path', regex: '(', value: '/' }] },
    /regex: "\(" is no regular expression/,
  ],
  [
    { httpRequestRules: [{ name, action: 'set-timeout', timeout: 'server', value: '5s' }] },
    /a frontend has no servers/,
  ],
  [{ httpRequestRules: [{ name, action: 'deny', status: 418 }] }, /status: there is no error page for 418/],
  [{ httpRequestRules: [{ name, action: 'return', string: 'x' }] }, /a content needs contentType/],
  [{ httpRequestRules: [{ name, action: 'return', string: '', lfString: '', contentType: 'a/b' }] }, /at most one of/],
  [{ httpRequestRules: [{ name, action: 'return', errorfile: 'gone' }] }, /errorfile: there is no error file "gone"/],
  [{ httpResponseRules: [{ name, action: 'redirect', prefix: '/' }] }, /the redirect of a response needs location/],
  [
    { httpRequestRules: [{ name, action: 'redirect', location: '/', setCookie: 'a', clearCookie: 'b' }] },
    /either setCookie or clearCookie/,
  ],
  [
    { tcpRequestRules: [{ name, action: 'reject', type: 'connection', if: '{ path / }' }] },
    /tcpRequestRules\/0\/if: column 3: "path" needs the head of an HTTP request, which is not there in rules on conn/,
  ],
  [{ monitorFail: [{ if: '{ path / }' }] }, /^\/monitorFail: needs monitorUri/],
  [{ mode: 'tcp', httpAfterResponseRules: [{ name, action: 'allow' }] }, /http-after-response rules need mode http/],
];

suite('a rule is refused', () => {
  for (const [fields, expected] of wrong) {
    test(`with ${expected.source}`, () => {
      const found = problems({ frontends: [{ name: 'web', ...fields }] });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', expected);
    });
  }
  test('of a backend that is for connections, or names a server that is not there', () => {
    const backend = {
      name: 'app',
      tcpRequestRules: [{ name, action: 'accept' as const, type: 'session' as const }],
      serverSwitchingRules: [{ name, server: 's1' }],
      servers: [{ name: 's2', address: '127.0.0.1', port: 1 }],
    };
    assert.deepEqual(problems({ backends: [backend] }), [
      '/tcpRequestRules/0/type: a backend has rules of type "content" only',
      '/serverSwitchingRules/0/server: there is no server "s1"; did you mean "s2"?',
    ]);
  });
  test('whose header for names of servers would frame requests', () => {
    const [found = ''] = problems({ backends: [{ name: 'app', httpSendNameHeader: 'Content-Length' }] });
    assert.match(found, /^\/httpSendNameHeader: "Content-Length" says where the message ends/);
  });
});
