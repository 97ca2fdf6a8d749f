/** Limits of servers between minconn and maxconn, and in slow starts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamicLimits, dynamicLimit } from '../../../../data-plane/node/dynamic-limits.ts';
import type { Backend } from '../../../../shared/model/backend.ts';
import type { Server } from '../../../../shared/model/server.ts';
import { snapshotOf } from '../../../support/versions.ts';

const uid = '/backends/app/servers/s';

function snapshotWith(server: Partial<Server>, backend: Partial<Backend> = {}) {
  const s: Server = { name: 's', address: '127.0.0.1', port: 1, ...server };
  return snapshotOf({ backends: [{ name: 'app', ...backend, servers: [s] }] });
}

test("the limit is HAProxy's: minconn at least, maxconn at fullconn, in proportion between them", () => {
  const server = { minconn: 100, maxconn: 1_000 };
  const limit = (sessions: number, part = 1) => dynamicLimit(server, { fullconn: 10_000 }, sessions, part);
  assert.deepEqual(
    [0, 999, 1_009, 5_000, 9_999, 10_000, 50_000].map((sessions) => limit(sessions)),
    [...[100, 100, 100, 500, 999, 1_000, 1_000]],
  );
  assert.deepEqual([limit(0, 0.5), limit(5_000, 0.5), limit(0, 0.001)], [50, 250, 1]);
  assert.equal(dynamicLimit({ minconn: 0, maxconn: 10 }, { fullconn: 100 }, 0, 1), 10);
  assert.equal(dynamicLimit({ minconn: 10, maxconn: 10 }, { fullconn: 100 }, 0, 1), 10);
});

test('the sessions of all workers count, until a worker is gone', () => {
  const resized: number[] = [];
  const limits = new DynamicLimits((_uid, limit) => resized.push(limit));
  limits.adopt(snapshotWith({ minconn: 2, maxconn: 20 }, { fullconn: 100 }));
  const now = () => limits.limitOf(uid);
  assert.equal(now(), 2);
  limits.take('one', { '/backends/app': 30 });
  limits.take('two', { '/backends/app': 40 });
  assert.equal(now(), 14);
  limits.take('one', {});
  assert.equal(now(), 14);
  limits.drop('two');
  assert.equal(now(), 6);
  limits.setPart(uid, 0.5);
  assert.deepEqual([now(), resized.at(-1)], [3, 3]);
  limits.adopt(snapshotWith({ minconn: 2, maxconn: 20 }, { fullconn: 100 }));
  assert.equal(now(), 6, 'a server that has no slow start any more has all of it at once');
});

test('a server without maxconn has no limit, and one that is no server none that moves', () => {
  const limits = new DynamicLimits(() => assert.fail('nothing is to be resized'));
  limits.adopt(snapshotWith({ slowstart: '10s' }));
  limits.setPart(uid, 0.5);
  assert.deepEqual([limits.limitOf(uid), limits.limitOf('/frontends/f')], [0, undefined]);
});
