/** Connections held by the limits of frontends and node: never more served than allowed, and none held without need. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../../data-plane/listen/admission.ts';
import type { TcpHandle } from '../../../../data-plane/listen/client-socket.ts';
import { Gate } from '../../../../data-plane/listen/gate.ts';
import { HeldConnection, type HoldingListener } from '../../../../data-plane/listen/held-connection.ts';
import { globalUid } from '../../../../data-plane/node/node-limits.ts';
import { SharedSlots, type SlotHolder } from '../../../../data-plane/node/shared-slots.ts';
import type { SupervisorMessage } from '../../../../data-plane/node/worker-messages.ts';
import { TimerWheel } from '../../../../data-plane/worker/timer-wheel.ts';
import type { Snapshot } from '../../../../shared/model/snapshot.ts';
import { snapshotOf } from '../../../support/versions.ts';

interface Limits {
  node?: number;
  frontends: { maxconn?: number; rateLimitSessions?: number }[];
}

function limited({ node = 0, frontends }: Limits): Snapshot {
  return snapshotOf({
    global: { maxconn: node },
    frontends: frontends.map((limits, index) => ({ name: `f${index}`, ...limits })),
  });
}

class TestClient implements TcpHandle {
  readonly number: number;
  broken = false;
  closed = false;

  constructor(number: number) {
    this.number = number;
  }

  listen(): number {
    return 0;
  }

  close(): void {
    this.closed = true;
  }

  reset(): number {
    this.closed = true;
    return 0;
  }

  getpeername(): number {
    return this.broken ? -107 : 0;
  }
}

/** A worker whose messages travel only when the test says so. */
class TestWorker implements SlotHolder {
  readonly inbox: SupervisorMessage[] = [];
  readonly outbox: (() => void)[] = [];
  readonly timers = new TimerWheel(0);
  readonly node: Gate;
  readonly admissions: Admission[];
  /** Numbers of the clients that are served, by frontend. */
  readonly served: number[][];
  readonly begun: number[] = [];
  /** How many are held, by frontend; clients that go are not told of. */
  readonly held: number[];
  /** Connections end in the moment in which they begin. */
  endsAtOnce = false;

  constructor(slots: SharedSlots, snapshot: Snapshot) {
    const source = {
      want: (uid: string) => this.outbox.push(() => slots.want(this, uid)),
      giveBack: (uid: string, count: number) => this.outbox.push(() => slots.returned(this, uid, count)),
    };
    this.node = new Gate(globalUid, source);
    this.admissions = snapshot.frontends.map(({ uid }) => new Admission(uid, source, this.timers, this.node));
    this.served = this.admissions.map(() => []);
    this.held = this.admissions.map(() => 0);
  }

  adopt(snapshot: Snapshot, shares: Record<string, number>): void {
    this.node.setLimit(snapshot.maxconn, shares[globalUid] ?? 0);
    for (const [index, { connections, rate }] of this.admissions.entries()) {
      const { maxconn = 0, rateLimitSessions = 0 } = snapshot.frontends[index] ?? {};
      connections.setLimit(maxconn, shares[connections.uid] ?? 0);
      rate.setLimit(rateLimitSessions, shares[rate.uid] ?? 0);
    }
    for (const { connections, rate } of this.admissions) {
      connections.admit();
      rate.admit();
    }
    this.node.admit();
  }

  send(message: SupervisorMessage): void {
    this.inbox.push(message);
  }

  connect(index: number, client: TestClient): void {
    const admission = this.admissions[index] as Admission;
    const begin = () => {
      if (this.endsAtOnce) admission.leave();
      else this.served[index]?.push(client.number);
      this.begun.push(client.number);
    };
    const listener: HoldingListener = {
      admitted: () => {
        this.#countHeld(index, -1);
        begin();
      },
      refuse: () => this.#countHeld(index, -1),
    };
    if (admission.enter()) begin();
    else {
      this.#countHeld(index, 1);
      admission.proceed(
        new HeldConnection(admission, listener, client, {
          variables: undefined,
          addresses: undefined,
          tracked: undefined,
        }),
      );
    }
  }

  #countHeld(index: number, more: number): void {
    this.held[index] = (this.held[index] ?? 0) + more;
  }

  end(index: number): void {
    if (this.served[index]?.shift() !== undefined) this.admissions[index]?.leave();
  }

  takeMessage(): void {
    const message = this.inbox.shift();
    if (message?.type !== 'grant-slots' && message?.type !== 'recall-slots') return;
    const gates = [this.node, ...this.admissions.flatMap(({ connections, rate }) => [connections, rate])];
    const gate = gates.find(({ uid }) => uid === message.uid);
    if (message.type === 'grant-slots') gate?.grantSlots(message.count);
    else gate?.recallSlots(message.count, message.busy);
  }
}

function start(count: number, limits: Limits) {
  const slots = new SharedSlots();
  const snapshot = limited(limits);
  const workers = Array.from({ length: count }, () => new TestWorker(slots, snapshot));
  for (const worker of workers) worker.adopt(snapshot, slots.shareOf(snapshot, worker, workers));
  slots.adopt(snapshot, workers);
  const deliverAll = () => {
    for (let moved = true; moved; ) {
      moved = false;
      for (const worker of workers) {
        for (const deliver of worker.outbox.splice(0)) {
          deliver();
          moved = true;
        }
        while (worker.inbox.length > 0) {
          worker.takeMessage();
          moved = true;
        }
      }
    }
  };
  const adopt = (next: Limits) => {
    const version = limited(next);
    const shares = workers.map((worker) => slots.shareOf(version, worker, workers));
    for (const [index, worker] of workers.entries()) worker.adopt(version, shares[index] ?? {});
    slots.adopt(version, workers);
    deliverAll();
  };
  const served = (index: number) => workers.reduce((sum, worker) => sum + (worker.served[index]?.length ?? 0), 0);
  const heldOf = (index: number) => workers.reduce((sum, worker) => sum + (worker.held[index] ?? 0), 0);
  const held = () => workers[0]?.held.reduce((sum, _, index) => sum + heldOf(index), 0) ?? 0;
  const advance = (now: number) => {
    for (const { timers } of workers) timers.advance(now);
    deliverAll();
  };
  let clients = 0;
  const client = () => new TestClient(++clients);
  return { workers, deliverAll, adopt, served, held, heldOf, advance, client };
}

test('without limits every connection is served at once, and a later limit counts those that are', () => {
  const { workers, adopt, served, held, client } = start(1, { frontends: [{}] });
  const [worker] = workers as [TestWorker];
  for (let index = 0; index < 3; index++) worker.connect(0, client());
  assert.deepEqual([served(0), held()], [3, 0]);
  adopt({ frontends: [{ maxconn: 2 }] });
  worker.connect(0, client());
  worker.end(0);
  assert.deepEqual([served(0), held()], [2, 1]);
  worker.end(0);
  assert.deepEqual(worker.begun, [1, 2, 3, 4]);
  assert.equal(served(0), 2);
});

test('held connections begin in the order in which they came', () => {
  const { workers, client, held } = start(1, { node: 2, frontends: [{ maxconn: 1 }, { maxconn: 2 }] });
  const [worker] = workers as [TestWorker];
  for (const index of [0, 0, 1, 1, 0, 1]) worker.connect(index, client());
  assert.deepEqual(worker.begun, [1, 3]);
  while (held() > 0) {
    worker.end(0);
    worker.end(1);
  }
  const of = (numbers: number[]) => worker.begun.filter((number) => numbers.includes(number));
  assert.deepEqual(of([1, 2, 5]), [1, 2, 5]);
  assert.deepEqual(of([3, 4, 6]), [3, 4, 6]);
});

test('a client that has gone gives its place in line up, also one that waits with a place at the gate before', () => {
  const { workers, client, held, served } = start(1, { node: 1, frontends: [{ maxconn: 2 }] });
  const [worker] = workers as [TestWorker];
  const clients = Array.from({ length: 4 }, client);
  for (const each of clients) worker.connect(0, each);
  const [, second, third] = clients as [TestClient, TestClient, TestClient];
  second.broken = true;
  worker.node.dropGone();
  assert.ok(second.closed);
  third.broken = true;
  worker.end(0);
  assert.ok(third.closed);
  assert.deepEqual([worker.begun, served(0)], [[1, 4], 1]);
  assert.equal(held(), 2, 'only the two that went never began');
  worker.end(0);
  assert.deepEqual([worker.admissions[0]?.connections.active, worker.node.active], [0, 0]);
});

test('thousands of held connections that end as they begin do not pile up on the stack', () => {
  const { workers, client, held } = start(1, { node: 1, frontends: [{ maxconn: 1 }] });
  const [worker] = workers as [TestWorker];
  for (let index = 0; index < 20_000; index++) worker.connect(0, client());
  worker.endsAtOnce = true;
  worker.end(0);
  assert.equal(held(), 0);
  assert.equal(worker.begun.length, 20_000);
});

test('no more sessions begin in any second than the rate allows, in all workers together', () => {
  const { workers, deliverAll, advance, client, held } = start(2, { frontends: [{ rateLimitSessions: 5 }] });
  const [first, second] = workers as [TestWorker, TestWorker];
  for (let index = 0; index < 12; index++) first.connect(0, client());
  second.connect(0, client());
  deliverAll();
  const begun = () => first.begun.length + second.begun.length;
  assert.equal(begun(), 5);
  advance(990);
  assert.equal(begun(), 5);
  advance(1_060);
  assert.equal(begun(), 10);
  advance(2_030);
  assert.equal(begun(), 10);
  advance(2_140);
  assert.deepEqual([begun(), held()], [13, 0]);
});

test('a rate is that of sessions: those that waited for another gate do not begin all at once', () => {
  const { workers, adopt, advance, client } = start(1, { node: 1, frontends: [{ rateLimitSessions: 2 }] });
  const [worker] = workers as [TestWorker];
  for (let index = 0; index < 8; index++) worker.connect(0, client());
  advance(10_000);
  adopt({ frontends: [{ rateLimitSessions: 2 }] });
  assert.equal(worker.begun.length, 3);
  advance(10_500);
  assert.equal(worker.begun.length, 3);
});

test('a rate that is no more lets everybody in who waited', () => {
  const { workers, adopt, client, held } = start(1, { frontends: [{ rateLimitSessions: 2 }] });
  const [worker] = workers as [TestWorker];
  for (let index = 0; index < 8; index++) worker.connect(0, client());
  assert.equal(held(), 6);
  adopt({ frontends: [{}] });
  assert.equal(held(), 0);
});

test('whatever happens, limits of frontends and node hold, and at rest nobody is held without need', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let round = 0; round < 200; round++) {
    const limits = { node: random(8), frontends: [{ maxconn: random(5) }, { maxconn: random(5) }] };
    const { workers, deliverAll, served, heldOf, client } = start(1 + random(5), limits);
    const most = limits.frontends.map(({ maxconn }) => maxconn || Infinity);
    const node = limits.node || Infinity;
    for (let step = 0; step < 300; step++) {
      const worker = workers[random(workers.length)] as TestWorker;
      const what = random(4);
      if (what === 0) worker.connect(random(2), client());
      else if (what === 1) worker.end(random(2));
      else if (what === 2) worker.outbox.shift()?.();
      else worker.takeMessage();
      for (const [index, limit] of most.entries()) assert.ok(served(index) <= limit, `round ${round}, step ${step}`);
      assert.ok(served(0) + served(1) <= node, `round ${round}, step ${step}`);
    }
    deliverAll();
    for (const [index, limit] of most.entries()) {
      const needed = served(index) === limit || served(0) + served(1) === node;
      assert.ok(heldOf(index) === 0 || needed, `round ${round}: ${heldOf(index)} are held`);
    }
  }
});
