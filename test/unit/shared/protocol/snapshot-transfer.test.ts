/** Snapshots on the wire. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { canonicalJson, sha256 } from '../../../../shared/protocol/canonical-json.ts';
import { snapshotSchema } from '../../../../shared/protocol/messages.ts';
import { encodeSnapshot, SnapshotReceiver } from '../../../../shared/protocol/snapshot-transfer.ts';
import { fits } from '../../../../shared/validate.ts';

const encode = (version: number, value: unknown) => {
  const json = canonicalJson(value);
  return encodeSnapshot('epoch', version, json, sha256(json));
};

test('canonical JSON does not depend on the order of keys and leaves out what is undefined', () => {
  assert.equal(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined }), '{"b":[1,{"c":"x","d":null}]}');
  assert.equal(canonicalJson({ y: 1, x: 2 }), canonicalJson({ x: 2, y: 1 }));
});

test('a small snapshot is one message of plain JSON', () => {
  const messages = encode(3, { frontends: [] });
  assert.equal(messages.length, 1);
  assert.equal(messages[0]?.encoding, 'json');
  const received = new SnapshotReceiver().receive(messages[0]);
  assert.equal(received?.version, 3);
  assert.deepEqual(received?.snapshot, { frontends: [] });
});

test('a large snapshot is compressed, cut, and put together again', () => {
  const value = { noise: randomBytes(900_000).toString('base64') };
  const messages = encode(4, value);
  assert.ok(messages.length > 1);
  for (const message of messages) assert.ok(fits(snapshotSchema, message));
  const receiver = new SnapshotReceiver();
  const answers = messages.map((message) => receiver.receive(message));
  assert.ok(answers.slice(0, -1).every((answer) => answer === undefined));
  assert.deepEqual(answers.at(-1)?.snapshot, value);
});

test('pieces out of order and wrong hashes are refused; a newer version drops the older pieces', () => {
  const old = encode(5, { noise: randomBytes(900_000).toString('base64') });
  const [next] = encode(6, { small: true });
  const [first, second] = old;
  assert.ok(first && second && next);
  assert.throws(() => new SnapshotReceiver().receive(second), /piece 1 of version 5 came where piece 0 was due/);
  const receiver = new SnapshotReceiver();
  receiver.receive(first);
  assert.deepEqual(receiver.receive(next)?.snapshot, { small: true });
  assert.throws(() => receiver.receive({ ...next, hash: 'x' }), /does not have the hash/);
});
