/** The slots of servers with maxconn, lent to workers: never more than there are, and none left idle while one waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedSlots, type SlotHolder } from '../../../../data-plane/node/shared-slots.ts';
import type { SupervisorMessage } from '../../../../data-plane/node/worker-messages.ts';
import type { ServerQueue } from '../../../../data-plane/upstream/server-queue.ts';
import { UpstreamServer } from '../../../../data-plane/upstream/upstream-server.ts';
import type { Snapshot } from '../../../../shared/model/snapshot.ts';
import { snapshotOf } from '../../../support/versions.ts';

const uid = '/backends/app/servers/s';

function limited(maxconn: number): Snapshot {
  return snapshotOf({ backends: [{ name: 'app', servers: [{ name: 's', address: '127.0.0.1', port: 1, maxconn }] }] });
}

/** A worker whose messages travel only when the test says so. */
class TestWorker implements SlotHolder {
  readonly server: UpstreamServer;
  readonly inbox: SupervisorMessage[] = [];
  readonly outbox: (() => void)[] = [];
  /** Requests that wait here for a slot. */
  waiting = 0;

  constructor(slots: SharedSlots) {
    this.server = new UpstreamServer(
      { uid, id: 1, name: 's', address: '127.0.0.1', port: 1, weight: 1, backup: false },
      {
        want: (server) => this.outbox.push(() => slots.want(this, server)),
        giveBack: (server, count) => this.outbox.push(() => slots.returned(this, server, count)),
      },
    );
    const waiting = () => this.waiting;
    this.server.queue = {
      get length() {
        return waiting();
      },
    } as ServerQueue;
  }

  send(message: SupervisorMessage): void {
    this.inbox.push(message);
  }

  begin(): void {
    if (this.server.full) this.waiting++;
    else this.server.beginSession();
    this.settle();
  }

  end(): void {
    if (this.server.active > 0) this.server.endSession();
    this.settle();
  }

  /** What its queue would do. */
  settle(): void {
    while (this.waiting > 0 && !this.server.full) {
      this.waiting--;
      this.server.beginSession();
    }
    if (this.waiting > 0) this.server.askForSlot();
  }

  takeMessage(): void {
    const message = this.inbox.shift();
    if (message?.type === 'grant-slots') this.server.grantSlots(message.count);
    if (message?.type === 'recall-slots') this.server.recallSlots(message.count, message.busy);
    this.settle();
  }
}

function start(count: number, snapshot: Snapshot) {
  const slots = new SharedSlots();
  const maxconn = snapshot.backends[0]?.servers[0]?.maxconn ?? 0;
  const workers = Array.from({ length: count }, () => new TestWorker(slots));
  for (const worker of workers) {
    worker.server.setLimit(maxconn, slots.shareOf(snapshot, worker, workers)[uid] ?? 0);
  }
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
  const active = () => workers.reduce((sum, { server }) => sum + server.active, 0);
  return { slots, workers, deliverAll, active };
}

test('one worker gets all slots when the others need none', () => {
  const { workers, deliverAll, active } = start(4, limited(10));
  const [first] = workers as [TestWorker];
  for (let request = 0; request < 12; request++) first.begin();
  deliverAll();
  assert.equal(first.server.active, 10);
  assert.equal(first.waiting, 2);
  assert.equal(active(), 10);
});

test('a single slot goes round between workers that all want it', () => {
  const { workers, deliverAll, active } = start(3, limited(1));
  for (const worker of workers) for (let request = 0; request < 5; request++) worker.begin();
  const served = workers.map(() => 0);
  for (let turn = 0; turn < 15; turn++) {
    deliverAll();
    assert.equal(active(), 1, `turn ${turn}`);
    const busy = workers.findIndex(({ server }) => server.active === 1);
    served[busy] = (served[busy] ?? 0) + 1;
    workers[busy]?.end();
  }
  assert.deepEqual(served, [5, 5, 5]);
});

test('a worker that asks before all others serve the version gets what it needs once they do', () => {
  const slots = new SharedSlots();
  const [first, second] = [new TestWorker(slots), new TestWorker(slots)];
  const snapshot = limited(2);
  first.server.setLimit(2, slots.shareOf(snapshot, first, [first, second])[uid] ?? 0);
  first.begin();
  first.begin();
  for (const deliver of first.outbox.splice(0)) deliver();
  second.server.setLimit(2, slots.shareOf(snapshot, second, [first, second])[uid] ?? 0);
  slots.adopt(snapshot, [first, second]);
  second.takeMessage();
  for (const deliver of second.outbox.splice(0)) deliver();
  first.takeMessage();
  assert.deepEqual([first.server.active, first.waiting], [2, 0]);
});

test('slots of a worker that is gone go to those who wait', () => {
  const { slots, workers, deliverAll } = start(2, limited(2));
  const [first, second] = workers as [TestWorker, TestWorker];
  first.begin();
  second.begin();
  second.begin();
  deliverAll();
  assert.equal(second.server.active, 1);
  slots.drop(first);
  deliverAll();
  assert.equal(second.server.active, 2);
});

test('a smaller maxconn is reached as sessions end, a greater one serves who waits', () => {
  const { slots, workers, deliverAll, active } = start(2, limited(4));
  for (const worker of workers) for (let request = 0; request < 4; request++) worker.begin();
  deliverAll();
  assert.equal(active(), 4);
  const adopt = (maxconn: number) => {
    for (const { server } of workers) server.setLimit(maxconn, 0);
    slots.adopt(limited(maxconn), workers);
    deliverAll();
  };
  adopt(2);
  for (const worker of workers) worker.end();
  deliverAll();
  assert.equal(active(), 2);
  adopt(6);
  assert.equal(active(), 6);
});

test('whatever happens, sessions are never more than maxconn, and at rest none waits while a slot is free', () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let round = 0; round < 200; round++) {
    const maxconn = 1 + random(8);
    const { workers, deliverAll, active } = start(1 + random(5), limited(maxconn));
    for (let step = 0; step < 300; step++) {
      const worker = workers[random(workers.length)] as TestWorker;
      const what = random(4);
      if (what === 0) worker.begin();
      else if (what === 1) worker.end();
      else if (what === 2) worker.outbox.shift()?.();
      else worker.takeMessage();
      assert.ok(active() <= maxconn, `round ${round}, step ${step}: ${active()} of ${maxconn}`);
    }
    deliverAll();
    const waiting = workers.reduce((sum, worker) => sum + worker.waiting, 0);
    assert.ok(waiting === 0 || active() === maxconn, `round ${round}: ${waiting} wait, ${active()} of ${maxconn}`);
  }
});

test('a limit that moves with the load is kept to as sessions end, and used to the full at rest', () => {
  let seed = 3;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const server = { name: 's', address: '127.0.0.1', port: 1, minconn: 2, maxconn: 12 };
  const snapshot = snapshotOf({ backends: [{ name: 'app', fullconn: 12, servers: [server] }] });
  for (let round = 0; round < 100; round++) {
    const { slots, workers, deliverAll, active } = start(1 + random(4), snapshot);
    for (let step = 0; step < 300; step++) {
      const worker = workers[random(workers.length)] as TestWorker;
      const what = random(5);
      if (what === 0) worker.begin();
      else if (what === 1) worker.end();
      else if (what === 2) worker.outbox.shift()?.();
      else if (what === 3) worker.takeMessage();
      else slots.dynamic.take('load', { '/backends/app': random(16) });
      assert.ok(active() <= 12, `round ${round}, step ${step}`);
    }
    const limit = slots.dynamic.limitOf(uid) ?? 0;
    for (let quiet = 0; quiet < 20; quiet++) {
      deliverAll();
      for (const worker of workers) if (active() > limit) worker.end();
    }
    deliverAll();
    const waiting = workers.reduce((sum, worker) => sum + worker.waiting, 0);
    assert.ok(active() <= limit, `round ${round}: ${active()} of ${limit}`);
    assert.ok(waiting === 0 || active() === limit, `round ${round}: ${waiting} wait, ${active()} of ${limit}`);
  }
});
