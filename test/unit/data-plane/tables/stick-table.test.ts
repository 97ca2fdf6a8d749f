/** The entries of one stick table: what counts in them, how long they last, and who gives way. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { StickEntry } from '../../../../data-plane/tables/stick-entry.ts';
import { StickTable } from '../../../../data-plane/tables/stick-table.ts';
import { TrackedCounters } from '../../../../data-plane/tables/tracked-counters.ts';
import type { SnapshotStickTable } from '../../../../shared/model/snapshot.ts';
import { tableOf } from '../../../support/stick-table.ts';

class TestTable extends StickTable {
  static clock = 1_000_000;

  constructor(store: readonly string[], more: Partial<SnapshotStickTable> = {}) {
    super(tableOf(store, more), () => TestTable.clock);
  }

  value(entry: StickEntry, name: string): number {
    const field = this.layout.named(name);
    assert.ok(field, name);
    return this.read(entry, field);
  }

  get keys(): string[] {
    return [...this.entries()].map(({ key }) => key);
  }
}

const pass = (milliseconds: number) => {
  TestTable.clock += milliseconds;
};

const obtain = (table: StickTable, key: string): StickEntry => {
  const entry = table.obtain(key);
  assert.ok(entry);
  return entry;
};

suite('entries', () => {
  test('last so long after they were used last', () => {
    const table = new TestTable([], { expire: 100 });
    const first = obtain(table, 'a');
    pass(60);
    obtain(table, 'b');
    table.touch(first);
    pass(60);
    assert.equal(table.expiresIn(first), 40);
    pass(40);
    table.expire();
    assert.deepEqual(table.keys, []);
    assert.equal(table.find('a'), undefined);
  });

  test('are not found once they are over, whether somebody has looked after them or not', () => {
    const table = new TestTable([], { expire: 100 });
    obtain(table, 'a');
    pass(100);
    assert.equal(table.used, 1);
    assert.equal(table.find('a'), undefined);
    assert.equal(table.used, 0);
  });

  test('that are looked up only do not last longer for it', () => {
    const table = new TestTable([], { expire: 100 });
    obtain(table, 'a');
    pass(99);
    assert.ok(table.find('a'));
    pass(1);
    assert.equal(table.find('a'), undefined);
  });

  test('that are tracked last as long as they are', () => {
    const table = new TestTable(['conn_cur'], { expire: 100, size: 2 });
    const entry = obtain(table, 'a');
    table.hold(entry);
    pass(1_000);
    table.expire();
    obtain(table, 'b');
    obtain(table, 'c');
    assert.deepEqual(table.keys, ['a', 'c']);
    table.release(entry);
    pass(99);
    assert.ok(table.find('a'));
    pass(1);
    assert.equal(table.find('a'), undefined);
  });

  test('give way in the order of their last use, a 256th of the table and one at a time', () => {
    const table = new TestTable([], { size: 512 });
    for (let number = 0; number < 512; number++) obtain(table, String(number));
    table.touch(obtain(table, '0'));
    obtain(table, 'new');
    assert.equal(table.used, 510);
    assert.ok(table.find('0'));
    for (const gone of ['1', '2', '3']) assert.equal(table.find(gone), undefined);
    assert.ok(table.find('4'));
  });

  test('do not give way with nopurge, nor when all are tracked', () => {
    const kept = new TestTable([], { size: 1, nopurge: true });
    obtain(kept, 'a');
    assert.equal(kept.obtain('b'), undefined);
    assert.equal(kept.available, 0);
    const tracked = new TestTable([], { size: 1 });
    tracked.hold(obtain(tracked, 'a'));
    assert.equal(tracked.obtain('b'), undefined);
  });
});

suite('rates', () => {
  const count = (table: TestTable, entry: StickEntry, amount: number) =>
    table.count(entry, table.layout.request, amount);

  test('are what came in this period and the part of the last one that is less than a period ago', () => {
    const table = new TestTable(['http_req_rate(10s)', 'http_req_cnt']);
    const entry = obtain(table, 'a');
    count(table, entry, 40);
    pass(9_999);
    count(table, entry, 10);
    assert.equal(table.value(entry, 'http_req_rate'), 50);
    pass(1);
    count(table, entry, 1);
    assert.equal(table.value(entry, 'http_req_rate'), 51);
    pass(5_000);
    assert.equal(table.value(entry, 'http_req_rate'), 26);
    pass(4_999);
    assert.equal(table.value(entry, 'http_req_rate'), 1);
    assert.equal(table.value(entry, 'http_req_cnt'), 51);
  });

  test('fall to nothing when nothing comes for two periods', () => {
    const table = new TestTable(['http_req_rate(1s)']);
    const entry = obtain(table, 'a');
    count(table, entry, 8);
    pass(1_500);
    assert.equal(table.value(entry, 'http_req_rate'), 4);
    pass(501);
    assert.equal(table.value(entry, 'http_req_rate'), 0);
    count(table, entry, 3);
    assert.equal(table.value(entry, 'http_req_rate'), 3);
  });

  test('of a single event do not come and go within its time', () => {
    const table = new TestTable(['http_req_rate(1s)']);
    const entry = obtain(table, 'a');
    count(table, entry, 1);
    for (const after of [999, 500, 500]) {
      pass(after);
      assert.equal(table.value(entry, 'http_req_rate'), 1);
    }
    pass(2);
    assert.equal(table.value(entry, 'http_req_rate'), 0);
  });
});

suite('what is tracked', () => {
  const store = ['conn_cnt', 'conn_cur', 'http_req_cnt', 'http_err_cnt', 'http_fail_cnt', 'sess_cnt', 'bytes_in_cnt'];

  test('counts connections and requests, those of its connection too', () => {
    const table = new TestTable(store);
    const ofConnection = new TrackedCounters();
    ofConnection.track(0, obtain(table, 'connection'));
    ofConnection.sessionBegan();
    const ofRequest = new TrackedCounters(ofConnection);
    ofRequest.track(1, obtain(table, 'request'));
    ofRequest.requestRead();
    ofRequest.requestRead();
    ofRequest.responseRead(404);
    ofRequest.responseRead(501);
    ofRequest.responseRead(503);
    ofRequest.passed(10, 20);
    const [connection, request] = [obtain(table, 'connection'), obtain(table, 'request')];
    assert.equal(ofRequest.entry(0), connection);
    for (const entry of [connection, request]) {
      assert.equal(table.value(entry, 'http_req_cnt'), 1);
      assert.equal(table.value(entry, 'http_err_cnt'), 1);
      assert.equal(table.value(entry, 'http_fail_cnt'), 1);
      assert.equal(table.value(entry, 'bytes_in_cnt'), 10);
      assert.equal(table.value(entry, 'conn_cur'), 1);
      assert.equal(entry.uses, 1);
    }
    assert.equal(table.value(connection, 'sess_cnt'), 1);
    assert.equal(table.value(request, 'sess_cnt'), 0);
    ofRequest.end();
    assert.equal(request.uses, 0);
    assert.equal(ofRequest.entry(1), undefined);
    ofRequest.requestRead();
    assert.equal(table.value(connection, 'http_req_cnt'), 2);
    assert.equal(table.value(request, 'http_req_cnt'), 1);
    ofConnection.end();
    assert.equal(table.value(connection, 'conn_cur'), 0);
    assert.equal(table.value(connection, 'conn_cnt'), 1);
  });
});
