/** The small rules of the API: merge patches, entity tags, JSON positions, pages, what was read and written back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etagOf, listed } from '../../../control-plane/api/etag.ts';
import {
  backendExample,
  childExamples,
  configExample,
  defaultsExample,
  frontendExample,
  healthCheckExample,
  userlistExample,
} from '../../../control-plane/api/examples.ts';
import { findSyntaxError, parseJson, positionAt } from '../../../control-plane/api/json-body.ts';
import { mergePatch } from '../../../control-plane/api/merge-patch.ts';
import { paginate } from '../../../control-plane/api/pagination.ts';
import { withoutStatus } from '../../../control-plane/api/read-document.ts';
import { backendKind, defaultsKind, frontendKind, userlistKind } from '../../../control-plane/config/resource-kinds.ts';
import { configSchema } from '../../../shared/model/config.ts';
import { healthCheckSchema } from '../../../shared/model/health-check.ts';
import { findViolations } from '../../../shared/validate.ts';

/** RFC 7396 appendix A. */
const patches: readonly (readonly [unknown, unknown, unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test('merge patches do what RFC 7396 shows', () => {
  for (const [document, patch, result] of patches) assert.deepEqual(mergePatch(document, patch), result);
});

test('a merge patch cannot reach the prototype', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__": {"x": 1}}')) as Record<string, unknown>;
  assert.equal(merged.x, undefined);
  assert.deepEqual(Object.keys(merged), ['__proto__']);
});

test('equal documents have equal tags, and lists of tags are read as RFC 9110 says', () => {
  assert.equal(etagOf({ a: 1, b: 2 }), etagOf({ b: 2, a: 1 }));
  assert.notEqual(etagOf({ a: 1 }), etagOf({ a: 2 }));
  assert.ok(listed('*', '"x"', false));
  assert.ok(listed('"a", "x"', '"x"', false));
  assert.ok(!listed('W/"x"', '"x"', false));
  assert.ok(listed('W/"x"', '"x"', true));
  assert.ok(!listed('x', '"x"', true));
});

test('the place where JSON goes wrong is found', () => {
  for (const [text, offset] of [
    ['', 0],
    ['{', 1],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['"a\nb"', 0],
    ['01', 1],
    ['{} x', 3],
    ['[tru]', 1],
    ['{"a":[{"b":"\\x"}]}', 11],
  ] as const) {
    assert.equal(findSyntaxError(text), offset, text);
    assert.throws(() => parseJson(text), /line 1|line 2/);
  }
  assert.deepEqual(positionAt('ab\ncd', 4), { line: 2, column: 2 });
  const deep = '['.repeat(100_000);
  assert.equal(findSyntaxError(deep), deep.length);
});

test('a page begins after a name, whether or not that name is still there', () => {
  const items = ['d', 'b', 'a'].map((name) => ({ name }));
  assert.deepEqual(paginate(items, { limit: 2 }), { items: [{ name: 'a' }, { name: 'b' }], next: 'b' });
  assert.deepEqual(paginate(items, { after: 'c' }), { items: [{ name: 'd' }] });
});

test('status is dropped where the server made it and kept where it is a field', () => {
  const read = {
    name: 'f',
    status: { uid: 'x' },
    rules: [{ name: 'r', status: { uid: 'y' } }],
    deny: [{ status: 403 }],
  };
  assert.deepEqual(withoutStatus(read), { name: 'f', rules: [{ name: 'r' }], deny: [{ status: 403 }] });
});

test('the examples of the API description fit their schemas', () => {
  for (const kind of [...frontendKind.children, ...backendKind.children, ...userlistKind.children]) {
    assert.deepEqual(findViolations(kind.schema, childExamples[kind.noun]), [], kind.noun);
  }
  assert.deepEqual(findViolations(frontendKind.schema, frontendExample), []);
  assert.deepEqual(findViolations(backendKind.schema, backendExample), []);
  assert.deepEqual(findViolations(userlistKind.schema, userlistExample), []);
  assert.deepEqual(findViolations(defaultsKind.schema, defaultsExample), []);
  assert.deepEqual(findViolations(healthCheckSchema, healthCheckExample), []);
  assert.deepEqual(findViolations(configSchema, configExample), []);
});
