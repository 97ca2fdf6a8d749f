/** ACLs, conditions and http-request rules, compiled and asked. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RequestHead } from '../../../../data-plane/http/request-head.ts';
import { compileAcls, compileRuleCondition } from '../../../../data-plane/rules/compile-condition.ts';
import { evaluateRules } from '../../../../data-plane/rules/evaluate-rules.ts';
import { compileHttpRequestRules } from '../../../../data-plane/rules/http-request-rules.ts';
import type { SampleContext } from '../../../../data-plane/rules/sample-context.ts';
import type { HttpRequestRule } from '../../../../shared/model/rules.ts';
import { ruleContext, sampleContext } from '../../../support/sample-context.ts';

function request(line: string, fields: readonly string[] = [], address = '192.0.2.7'): SampleContext {
  return sampleContext({ line, fields: ['Host: www.Example.org:80', ...fields], address });
}

function holds(condition: string, view: SampleContext): boolean | undefined {
  return compileRuleCondition({ if: condition }, new Map())?.(view);
}

suite('anonymous ACLs', () => {
  const view = request('GET /Static/img/logo.png?v=1', ['X-List: one, two ,three', 'X-List: four']);
  const cases: [string, boolean][] = [
    ['{ path /Static/img/logo.png }', true],
    ['{ path /static/img/logo.png }', false],
    ['{ path -i /static/img/logo.png }', true],
    ['{ path_beg /x /Static }', true],
    ['{ path_end .png }', true],
    ['{ path_end .png?v=1 }', false],
    ['{ path_sub img/lo }', true],
    ['{ path_dir img }', true],
    ['{ path_dir im }', false],
    ['{ path_dir /img/ }', true],
    ['{ hdr(host) www.Example.org:80 }', true],
    ['{ hdr_beg(host) -i WWW. }', true],
    ['{ hdr_dom(host) -i example.org }', true],
    ['{ hdr_dom(host) -i ample.org }', false],
    ['{ hdr(x-list) two }', true],
    ['{ hdr(X-List) four }', true],
    ['{ hdr(x-list) thr }', false],
    ['{ hdr_sub(x-list) hre }', true],
    ['{ hdr(absent) x }', false],
    ['{ method GET POST }', true],
    ['{ method get }', false],
    ['{ src 192.0.2.0/24 }', true],
    ['{ src 192.0.2.8 2001:db8::/32 }', false],
  ];
  for (const [condition, expected] of cases) {
    test(`${condition} is ${expected}`, () => assert.equal(holds(condition, view), expected));
  }

  test('know IPv4 clients of an IPv6 socket and IPv6 clients', () => {
    assert.equal(holds('{ src 10.0.0.0/8 }', request('GET /', [], '::ffff:10.1.1.1')), true);
    assert.equal(holds('{ src 2001:db8::/32 }', request('GET /', [], '2001:db8::9')), true);
  });
});

test('conditions combine named ACLs by and, or and not, and unless turns them round', () => {
  const acls = compileAcls([
    { name: 'api', criterion: 'path_beg', values: ['/api'] },
    { name: 'local', criterion: 'src', values: ['127.0.0.0/8'] },
  ]);
  const ask = (rule: { if?: string; unless?: string }, path: string, address: string) =>
    compileRuleCondition(rule, acls)?.(request(`GET ${path}`, [], address));
  assert.equal(ask({ if: 'api local' }, '/api', '127.0.0.1'), true);
  assert.equal(ask({ if: 'api local' }, '/api', '10.0.0.1'), false);
  assert.equal(ask({ if: 'api or local' }, '/x', '127.0.0.1'), true);
  assert.equal(ask({ if: '!api local or { path /y }' }, '/y', '10.0.0.1'), true);
  assert.equal(ask({ unless: 'api' }, '/api', '10.0.0.1'), false);
  assert.equal(compileRuleCondition({}, acls), undefined);
  assert.throws(() => compileRuleCondition({ if: 'nobody' }, acls), /unknown ACL/);
});

suite('http-request rules', () => {
  const decide = (rules: readonly HttpRequestRule[], line = 'GET /a/b?c') => {
    const head = new RequestHead();
    assert.equal(head.read(`${line} HTTP/1.1\r\nHost: www.Example.org:80\r\n\r\n`), 0);
    return evaluateRules(compileHttpRequestRules(rules, new Map(), new Map(), 'web'), head, ruleContext(head));
  };

  test('allow ends the evaluation, the first deny or redirect answers', () => {
    const deny: HttpRequestRule = { name: 'd', action: 'deny' };
    assert.equal(decide([]), undefined);
    assert.equal(decide([{ name: 'a', action: 'allow', if: '{ path_beg /a }' }, deny]), undefined);
    const denied = { kind: 'deny', status: 403, reply: undefined, fields: '' };
    assert.deepEqual(decide([{ name: 'a', action: 'allow', if: '{ path /z }' }, deny]), denied);
    assert.deepEqual(decide([{ ...deny, status: 429 }, deny]), { ...denied, status: 429 });
  });

  test('redirect by location, prefix and scheme', () => {
    const cases: [Omit<Extract<HttpRequestRule, { action: 'redirect' }>, 'name' | 'action'>, string][] = [
      [{ location: 'http://new/' }, 'http://new/'],
      [{ prefix: 'http://new' }, 'http://new/a/b?c'],
      [{ prefix: 'http://new', dropQuery: true }, 'http://new/a/b'],
      [{ prefix: 'http://new', dropQuery: true, appendSlash: true }, 'http://new/a/b/'],
      [{ prefix: '/' }, '/a/b?c'],
      [{ scheme: 'https' }, 'https://www.Example.org:80/a/b?c'],
    ];
    for (const [fields, location] of cases) {
      const answer = decide([{ name: 'r', action: 'redirect', code: 301, ...fields }]);
      assert.equal(answer?.status, 301);
      assert.equal(answer.reply?.fields, `location: ${location}\r\n`);
    }
    assert.equal(decide([{ name: 'r', action: 'redirect', location: '/' }])?.status, 302);
  });
});
