/** Fetches whose values tests can hold still: responses, variables, states of proxies, dates. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileSampleText } from '../../../../data-plane/rules/compile-sample.ts';
import type { ContentView, SampleContext } from '../../../../data-plane/rules/sample-context.ts';
import { parseSample } from '../../../../shared/language/parse-sample.ts';
import { backendView, sampleContext, serverView } from '../../../support/sample-context.ts';

const ask = (text: string, context: SampleContext) => compileSampleText(parseSample(text))(context);

suite('fetches', () => {
  test('of a response', () => {
    const context = sampleContext({
      response: ['HTTP/1.0 404 Not Found', 'X-A: 1, 2', 'X-A: 3', 'Set-Cookie: s=1; Path=/', 'Set-Cookie: t="a;b"'],
    });
    const cases: [string, string][] = [
      ['status', '404'],
      ['res.ver', '1.0'],
      ['res.hdr(x-a)', '3'],
      ['res.hdr(x-a,1)', '1'],
      ['res.fhdr(x-a,1)', '1, 2'],
      ['shdr_cnt(x-a)', '3'],
      ['hdr(x-a)', '3'],
      ['res.cook(s)', '1'],
      ['scook(t)', '"a;b"'],
      ['res.cook(Path)', ''],
      ['res.cook_cnt', '2'],
      ['res.hdr_names', 'x-a,x-a,set-cookie,set-cookie'],
    ];
    for (const [text, expected] of cases) assert.equal(ask(text, context), expected, text);
  });

  test('of what is not there yet answer nothing', () => {
    const context = sampleContext({});
    for (const text of [
      'status',
      'res.hdr(x)',
      'res.hdr_cnt(x)',
      'res.cook(x)',
      'srv_name',
      'bc_src',
      'nbsrv',
      'var(txn.x)',
    ]) {
      assert.equal(ask(text, context), '', text);
    }
  });

  test('of variables have the type they were set with, or a default', () => {
    const context = sampleContext({});
    context.variables.set('txn', 'n', 5, 'sint');
    context.variables.set('sess', 's', 'text', 'str');
    assert.equal(ask('var(txn.n),add(2)', context), '7');
    assert.equal(ask('int(1),add(txn.n)', context), '6');
    assert.equal(ask('str(a),concat(-,sess.s,+)', context), 'a-text+');
    assert.equal(ask('var(txn.none,x)', context), 'x');
    context.variables.beginTransaction();
    assert.equal(ask('var(txn.n)', context), '');
    assert.equal(ask('var(sess.s)', context), 'text');
  });

  test('of the state of proxies', () => {
    const servers = [
      serverView('a', { maxconn: 10, active: 3 }),
      serverView('b', { state: 'down' }),
      serverView('c', { maxconn: 5, backup: true }),
      serverView('d', { state: 'drain', weight: 7, initialWeight: 9 }),
    ];
    const context = sampleContext({ backends: [backendView('app', servers, 4), backendView('empty', [], 4)] });
    const cases: [string, string][] = [
      ['nbsrv', '1'],
      ['nbsrv(empty)', '0'],
      ['be_conn_free(app)', '7'],
      ['queue(app)', '4'],
      ['avg_queue(app)', '4'],
      ['avg_queue(empty)', '8'],
      ['srv_is_up(app/a)', '1'],
      ['srv_is_up(b)', '0'],
      ['srv_conn(a)', '3'],
      ['srv_conn_free(app/a)', '7'],
      ['srv_weight(d)', '7'],
      ['srv_iweight(d)', '9'],
      ['fe_defbe', 'app'],
    ];
    for (const [text, expected] of cases) assert.equal(ask(text, context), expected, text);
  });

  test('of a stream, and whether more of it could change them', () => {
    const stream = (bytes: string | Buffer): ContentView => ({
      bytes: Buffer.from(bytes as string, 'latin1'),
      length: bytes.length,
      limit: 100,
      final: false,
      mayChange: false,
      waitingRule: -1,
    });
    const cases: [string, string | Buffer, string, boolean][] = [
      ['req.len', 'abc', '3', true],
      ['req.payload(1,2)', 'abc', 'bc', false],
      ['req.payload(1,3)', 'abc', '', true],
      ['req.payload(1,100)', 'abc', '', false],
      ['req.payload(1,0)', 'abc', 'bc', true],
      ['payload_lv(0,1)', '\x02abc', 'ab', false],
      ['payload_lv(0,1)', '\x05abc', '', true],
      ['payload_lv(0,1,+1)', '\x02abc', 'bc', false],
      ['payload_lv(0,1,3)', '\x01abc', 'c', false],
      ['payload_lv(0,1)', '\x00abc', '', false],
      ['req.ssl_hello_type', '\x16\x03\x01\x00\x04\x01\x00\x00\x00', '1', false],
      ['req.ssl_hello_type', '\x16\x03\x01\x00\x04\x01\x00\x00\x01', '', true],
      ['req.ssl_hello_type', 'GET /', '', false],
      ['req.ssl_sni', '\x16\x03', '', true],
      ['req.ssl_sni', 'G', '', false],
      ['req.rdp_cookie', '\x03\x00\x00\x00\x00\xe0\x00\x00\x00\x00\x00Cookie: a=b\r\n', 'b', false],
      ['req.rdp_cookie(c)', '\x03\x00\x00\x00\x00\xe0\x00\x00\x00\x00\x00Cookie: a=b\r\n', '', false],
      ['rdp_cookie_cnt', '\x03\x00\x00\x00\x00\xe0\x00\x00\x00\x00\x00Cookie: a=', '', true],
      ['wait_end', '', '', true],
    ];
    for (const [text, bytes, expected, mayChange] of cases) {
      const content = stream(bytes);
      const found = ask(text, sampleContext({ line: '', content }));
      assert.deepEqual([found, content.mayChange], [expected, mayChange], `${text} of ${JSON.stringify(bytes)}`);
    }
    const ofHttp = { bytes: undefined, length: 5, limit: 100, final: true, mayChange: false, waitingRule: -1 };
    assert.equal(ask('req.rdp_cookie_cnt', sampleContext({ content: ofHttp })), '0');
    assert.equal(ask('req.rdp_cookie', sampleContext({ content: ofHttp })), '');
  });

  test('of the clock and of chance', () => {
    const context = sampleContext({});
    assert.equal(ask('date', context), '1600000000');
    assert.equal(ask('date(60)', context), '1600000060');
    assert.equal(ask('date(0,ms)', context), '1600000000123');
    assert.equal(ask('date_us', context), '123456');
    assert.equal(ask('rand(10)', context), '5');
    assert.match(ask('uuid', context), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  test('read what no backtracking engine could in any time', () => {
    const context = sampleContext({ fields: ['Host: h', `X: ${'a'.repeat(5_000)}b`] });
    const start = performance.now();
    assert.equal(ask("req.fhdr(x),regsub('^(a+)+$','no')", context).length, 5_001);
    assert.ok(performance.now() - start < 5_000);
  });
});
