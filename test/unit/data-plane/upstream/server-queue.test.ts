/** The order in which sessions leave the queue of a backend. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balancer } from '../../../../data-plane/balance/balancer.ts';
import { ProxyCounters } from '../../../../data-plane/report/counters.ts';
import { ServerQueue } from '../../../../data-plane/upstream/server-queue.ts';
import type { UpstreamServer } from '../../../../data-plane/upstream/upstream-server.ts';

/** Sessions that come one millisecond after the other, and the order in which they are served. */
function served(
  sessions: readonly [name: string, priorityClass?: number, priorityOffset?: number][],
  leaving = '',
): string {
  let now = 1_000;
  const order: string[] = [];
  const counters = new ProxyCounters();
  const queue = new ServerQueue(counters, () => now++);
  for (const [name, priorityClass = 0, priorityOffset = 0] of sessions) {
    const session = { priorityClass, priorityOffset, leaveQueue: () => order.push(name) };
    queue.add(session);
    if (name === leaving) queue.remove(session);
  }
  assert.equal(counters.queued, sessions.length - (leaving === '' ? 0 : 1));
  queue.serve({ hasRoom: true, isSaturated: false } as Balancer<UpstreamServer>);
  assert.equal(queue.length, 0);
  return order.join(' ');
}

test('who came first is served first', () => {
  assert.equal(served([['a'], ['b'], ['c']]), 'a b c');
});

test('lower classes go first, whenever they came', () => {
  assert.equal(served([['a', 1], ['b'], ['c', -1], ['d', 1], ['e', -1], ['f']]), 'c e b f a d');
});

test('an offset moves a session within its class', () => {
  assert.equal(served([['a', 0, 2], ['b'], ['c'], ['d', 0, -10], ['e', -1, 500], ['f', 1, -500]]), 'e d b c a f');
});

test('of two whose turn comes at the same time, the one without an offset goes first, else the one that came first', () => {
  assert.equal(served([['a', 0, 1], ['b'], ['c', 0, 0]]), 'b a c');
  assert.equal(
    served([
      ['a', 3, 2],
      ['b', 3, 1],
      ['c', 3],
    ]),
    'a b c',
  );
});

test('one that has left is not served, with and without a priority', () => {
  assert.equal(served([['a', 4], ['b', 4], ['c']], 'b'), 'c a');
  assert.equal(served([['a', 4], ['b'], ['c']], 'b'), 'c a');
});
