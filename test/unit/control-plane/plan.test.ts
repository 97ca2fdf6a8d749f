/** Diffs and plans: what differs between two configs, and in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromDocument, numberRules, settleConfig } from '../../../control-plane/config/complete-config.ts';
import { diffConfigs, isEmptyDiff } from '../../../control-plane/config/diff-config.ts';
import { fieldChanges, planOf } from '../../../control-plane/config/plan.ts';
import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { emptyConfig } from '../../../shared/model/empty-config.ts';

const settle = (document: ConfigDocument, before: Config = emptyConfig) =>
  settleConfig(before, numberRules(fromDocument(structuredClone(document))));
const planBetween = (before: ConfigDocument, after: ConfigDocument) => {
  const first = settle(before);
  return planOf(diffConfigs(first, settle(after, first)));
};
const server = (name: string, port = 1) => ({ name, address: '127.0.0.1', port });
const withServers = (...names: string[]): ConfigDocument => ({
  backends: [{ name: 'b', servers: names.map((name) => server(name)) }],
});

test('equal configs have no difference', () => {
  const config = settle(withServers('x', 'y'));
  assert.ok(isEmptyDiff(diffConfigs(config, config)));
  assert.deepEqual(planBetween(withServers('x', 'y'), withServers('x', 'y')), []);
  assert.deepEqual(planBetween({ backends: [{ name: 'b' }] }, { backends: [{ name: 'b', servers: [] }] }), []);
});

test('a change names the resource that changed, not its parent', () => {
  const before = { global: { nbproc: 1 }, backends: [{ name: 'b', retries: 1, servers: [server('x', 1)] }] };
  const after = {
    global: { nbproc: 2 },
    backends: [{ name: 'b', retries: 1, healthCheck: { type: 'tcp' as const }, servers: [server('x', 2)] }],
  };
  assert.deepEqual(planBetween(before, after), [
    { action: 'create', resource: '/backends/b/health-check' },
    { action: 'update', resource: '/backends/b/servers/x', changes: [{ pointer: '/port', from: 1, to: 2 }] },
    { action: 'update', resource: '/global', changes: [{ pointer: '/nbproc', from: 1, to: 2 }] },
  ]);
});

test('another order is a change of the parent; a new element in the middle is not', () => {
  assert.deepEqual(planBetween(withServers('x', 'y'), withServers('y', 'x')), [
    { action: 'update', resource: '/backends/b', changes: [{ pointer: '/servers', from: ['x', 'y'], to: ['y', 'x'] }] },
  ]);
  assert.deepEqual(planBetween(withServers('x', 'z'), withServers('x', 'y', 'z')), [
    { action: 'create', resource: '/backends/b/servers/y' },
  ]);
  const before = settle(withServers('x', 'z'));
  const { orders } = diffConfigs(before, settle(withServers('x', 'y', 'z'), before));
  assert.deepEqual(orders[0]?.after, ['x', 'y', 'z'], 'the store is told the new places');
});

test('fields are compared member by member, lists as a whole', () => {
  assert.deepEqual(fieldChanges({ a: { 'b/c': 1, d: [1] }, e: 1 }, { a: { 'b/c': 2, d: [1, 2] }, f: 0 }), [
    { pointer: '/a/b~1c', from: 1, to: 2 },
    { pointer: '/a/d', from: [1], to: [1, 2] },
    { pointer: '/e', from: 1 },
    { pointer: '/f', to: 0 },
  ]);
});

test('what did not change is the same object, and everything is frozen', () => {
  const before = settle({ backends: [{ name: 'a' }, { name: 'b', servers: [server('x'), server('y')] }] });
  const after = settle({ backends: [{ name: 'b', servers: [server('x'), server('y', 9)] }, { name: 'a' }] }, before);
  assert.equal(after.backends[0], before.backends[0]);
  assert.equal(after.backends[1]?.servers?.[0], before.backends[1]?.servers?.[0]);
  assert.notEqual(after.backends[1]?.servers?.[1], before.backends[1]?.servers?.[1]);
  assert.ok(Object.isFrozen(after.backends[1]?.servers?.[1]));
  assert.ok(Object.isFrozen(after.backends));
});

test('rules are ordered by priority, then name', () => {
  const rule = (name: string, priority: number) => ({ name, priority, action: 'allow' as const });
  const config = settle({ frontends: [{ name: 'f', httpRequestRules: [rule('c', 2), rule('b', 1), rule('a', 2)] }] });
  assert.deepEqual(
    config.frontends[0]?.httpRequestRules?.map(({ name }) => name),
    ['b', 'a', 'c'],
  );
});
