/** Fields that rules write with other values from request to request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHead } from '../../../../data-plane/http/request-head.ts';
import { evaluateRules } from '../../../../data-plane/rules/evaluate-rules.ts';
import { compileHttpRequestRules } from '../../../../data-plane/rules/http-request-rules.ts';
import { NewField } from '../../../../data-plane/rules/new-field.ts';
import { ruleContext } from '../../../support/sample-context.ts';

test('a field keeps its line as long as its value stays', () => {
  const field = new NewField('X-One');
  assert.equal(field.line, 'X-One: \r\n');
  const { line } = field.with('a');
  assert.equal(line, 'X-One: a\r\n');
  assert.equal(field.with('a').line, line);
  assert.equal(field.with('').line, 'X-One: \r\n');
  assert.equal(field.with('a\rb').isLegal, false);
  assert.equal(field.with('a').isLegal, true);
});

test('one rule adds what each request brings, and a later rule may change it', () => {
  const rules = compileHttpRequestRules(
    [
      { name: 'a', action: 'add-header', header: 'X-Path', value: '%[path]' },
      { name: 'b', action: 'replace-header', header: 'X-Path', regex: '^/b', value: 'changed' },
    ],
    new Map(),
    new Map(),
    'web',
  );
  const head = new RequestHead();
  for (const [path, value] of [
    ['/a', '/a'],
    ['/b', 'changed'],
    ['/a', '/a'],
    ['/a', '/a'],
  ]) {
    assert.equal(head.read(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`), 0);
    assert.equal(evaluateRules(rules, head, ruleContext(head)), undefined);
    assert.equal(head.write(''), `GET ${path} HTTP/1.1\r\nHost: h\r\nX-Path: ${value}\r\n\r\n`);
  }
});
