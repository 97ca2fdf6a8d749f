/** The rules of rolling out to one node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rollout } from '../../../control-plane/nodes/rollout.ts';

const at = (version: number, hash = `h${version}`) => ({ version, hash });
const ack = (version: number, hash = `h${version}`) => ({ type: 'ack' as const, version, hash, durationMs: 1 });
const nack = (version: number, hash = `h${version}`) => ({
  type: 'nack' as const,
  version,
  hash,
  phase: 'prepare' as const,
  errors: [],
});

test('one snapshot is in flight at a time', () => {
  const rollout = new Rollout();
  assert.ok(rollout.advance(at(1)));
  assert.ok(!rollout.advance(at(2)));
  assert.ok(rollout.acknowledge(ack(1)));
  assert.ok(rollout.advance(at(2)));
  assert.equal(rollout.stateOf(1), 'applied');
  assert.equal(rollout.stateOf(2), 'pending');
});

test('a version with the hash that runs counts as applied without being sent', () => {
  const rollout = new Rollout();
  rollout.restart(at(1, 'same'));
  assert.ok(!rollout.advance(at(2, 'same')));
  assert.equal(rollout.stateOf(2), 'applied');
});

test('a refused hash is parked, until it is forgotten', () => {
  const rollout = new Rollout();
  rollout.restart(at(1));
  rollout.advance(at(2));
  assert.ok(rollout.refuse(nack(2), 'now'));
  assert.equal(rollout.stateOf(2), 'rejected');
  assert.equal(rollout.stateOf(3), 'pending');
  assert.ok(!rollout.advance(at(3, 'h2')));
  assert.equal(rollout.stateOf(3), 'rejected');
  rollout.forgetRefusals();
  assert.ok(rollout.advance(at(3, 'h2')));
});

test('the refusal of a newer version speaks for those it superseded', () => {
  const rollout = new Rollout();
  rollout.advance(at(1));
  rollout.acknowledge(ack(1));
  rollout.advance(at(5));
  rollout.refuse(nack(5), 'now');
  assert.equal(rollout.stateOf(3), 'rejected');
  rollout.advance(at(6));
  rollout.acknowledge(ack(6));
  assert.equal(rollout.stateOf(5), 'applied', 'a newer version that the node runs holds what it held');
});

test('answers that fit nothing in flight are not taken', () => {
  const rollout = new Rollout();
  assert.ok(!rollout.acknowledge(ack(1)));
  rollout.advance(at(1));
  assert.ok(!rollout.acknowledge(ack(1, 'other')));
  assert.ok(!rollout.refuse(nack(2), 'now'));
  assert.ok(rollout.busy);
});
