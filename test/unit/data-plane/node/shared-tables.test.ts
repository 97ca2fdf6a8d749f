/** Stick tables of several workers: whatever happens in which order, all copies come out the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SharedTables, type TableHolder } from '../../../../data-plane/node/shared-tables.ts';
import type { SupervisorMessage, TablesMessage } from '../../../../data-plane/node/worker-messages.ts';
import { clearEntries, learnTables, loadTables } from '../../../../data-plane/tables/learn-tables.ts';
import type { StickEntry } from '../../../../data-plane/tables/stick-entry.ts';
import { StickTable } from '../../../../data-plane/tables/stick-table.ts';
import { dumpTable } from '../../../../data-plane/tables/table-changes.ts';
import { TableTeller } from '../../../../data-plane/tables/table-teller.ts';
import type { Snapshot } from '../../../../shared/model/snapshot.ts';
import { tableOf } from '../../../support/stick-table.ts';
import { snapshotOf } from '../../../support/versions.ts';

const definition = tableOf(['conn_cnt', 'conn_cur', 'http_req_cnt', 'http_req_rate(1h)', 'gpt0', 'gpc0']);
const snapshot: Snapshot = { ...snapshotOf({}), stickTables: [definition] };
const now = () => 10_000_000;

/** A worker whose messages travel only when the test says so. */
class TestWorker implements TableHolder {
  readonly table: StickTable;
  readonly inbox: SupervisorMessage[] = [];
  readonly outbox: TablesMessage[] = [];
  readonly held: StickEntry[] = [];
  readonly #teller = new TableTeller((tables) => this.outbox.push({ type: 'table-changes', tables }));

  constructor(node: SharedTables) {
    this.table = new StickTable(definition, now, this.#teller);
    loadTables(node.join(this), () => this.table);
  }

  send(message: SupervisorMessage): void {
    this.inbox.push(message);
  }

  tell(): void {
    this.#teller.tell();
  }

  hear(): void {
    const message = this.inbox.shift();
    if (message?.type === 'table-changes') learnTables(message.tables, () => this.table);
    if (message?.type !== 'table-clear') return;
    clearEntries(message, () => this.table);
    this.outbox.push({ type: 'table-cleared', id: message.id });
  }
}

class Site {
  readonly node = new SharedTables(now);
  readonly workers: TestWorker[] = [];

  constructor(count: number) {
    this.node.prepare(snapshot);
    this.node.adopt(snapshot);
    for (let number = 0; number < count; number++) this.workers.push(new TestWorker(this.node));
  }

  get table(): StickTable {
    return this.node.list()[0] as StickTable;
  }

  deliver(worker: TestWorker): void {
    const message = worker.outbox.shift();
    if (message?.type === 'table-changes') this.node.take(worker, message.tables);
    else if (message !== undefined) this.node.cleared(worker, message.id);
  }

  settle(): void {
    for (;;) {
      for (const worker of this.workers) worker.tell();
      const busy = this.workers.filter(({ inbox, outbox }) => inbox.length + outbox.length > 0);
      if (busy.length === 0) return;
      for (const worker of busy) {
        while (worker.outbox.length > 0) this.deliver(worker);
        while (worker.inbox.length > 0) worker.hear();
      }
    }
  }

  kill(worker: TestWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
    this.node.drop(worker);
  }
}

const field = (name: string) => {
  const found = new StickTable(definition, now).layout.named(name);
  assert.ok(found);
  return found;
};

/** What a copy holds, less entries of which nothing is left but that they were used. */
function content(table: StickTable): Record<string, Record<string, number>> {
  const entries = [...table.entries()].sort((one, other) => (one.key < other.key ? -1 : 1));
  return Object.fromEntries(
    entries.map((entry) => [
      entry.key,
      {
        uses: entry.uses,
        ...Object.fromEntries(table.layout.fields.map((each) => [each.name, table.read(entry, each)])),
      },
    ]),
  );
}

const keys = ['10.0.0.1', '10.0.0.2'];
const step = fc.record({
  what: fc.constantFrom('count', 'hold', 'release', 'tag', 'tell', 'deliver', 'hear', 'set', 'clear', 'join', 'kill'),
  worker: fc.nat(7),
  key: fc.constantFrom(...keys),
  amount: fc.integer({ min: 1, max: 9 }),
});

test('copies agree once all has been told, whatever was counted, cleared, lost and begun meanwhile', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 120 }), (count, steps) => {
      const site = new Site(count);
      for (const { what, worker: number, key, amount } of steps) {
        const worker = site.workers[number % Math.max(1, site.workers.length)];
        if (what === 'join') site.workers.push(new TestWorker(site.node));
        if (worker === undefined) continue;
        const { table } = worker;
        const entry = table.obtain(key) as StickEntry;
        switch (what) {
          case 'count':
            table.count(entry, [...table.layout.request, field('gpc0')], amount);
            break;
          case 'hold':
            table.hold(entry);
            worker.held.push(entry);
            break;
          case 'release': {
            const held = worker.held.pop();
            if (held !== undefined) table.release(held);
            break;
          }
          case 'tell':
            worker.tell();
            break;
          case 'deliver':
            site.deliver(worker);
            break;
          case 'hear':
            worker.hear();
            break;
          case 'set':
            site.node.set(site.table, key, [[field('gpc0'), amount]]);
            break;
          case 'clear': {
            const known = site.table.find(key);
            if (known !== undefined && known.uses === 0) site.node.clear(site.table, [known]);
            break;
          }
          case 'kill':
            site.kill(worker);
            break;
          default:
        }
      }
      site.settle();
      const all = content(site.table);
      for (const { table } of site.workers) {
        // An entry that was looked up in one worker only is nowhere else.
        for (const entry of [...table.entries()]) if (all[entry.key] === undefined) table.remove(entry);
        assert.deepEqual(content(table), all);
      }
      for (const key of keys) {
        const held = site.workers.flatMap((worker) => worker.held).filter((entry) => entry.key === key).length;
        assert.equal(all[key]?.uses ?? 0, held, 'uses');
        assert.equal(all[key]?.conn_cur ?? 0, held, 'conn_cur');
      }
    }),
    { numRuns: 300 },
  );
});

test('what is counted adds up, with rates', () => {
  const site = new Site(4);
  for (const [index, { table }] of site.workers.entries()) {
    table.count(table.obtain('10.0.0.1') as StickEntry, table.layout.request, index + 1);
  }
  site.settle();
  for (const table of [site.table, ...site.workers.map((worker) => worker.table)]) {
    const { http_req_cnt, http_req_rate } = content(table)['10.0.0.1'] ?? {};
    assert.deepEqual([http_req_cnt, http_req_rate], [10, 10]);
  }
});

test('the tag that was set last is the one that all have', () => {
  const site = new Site(2);
  const [one, other] = site.workers as [TestWorker, TestWorker];
  one.table.set(one.table.obtain('10.0.0.1') as StickEntry, field('gpt0'), 7);
  site.settle();
  other.table.set(other.table.obtain('10.0.0.1') as StickEntry, field('gpt0'), 0);
  site.settle();
  for (const { table } of site.workers) assert.equal(content(table)['10.0.0.1']?.gpt0, 0);
});

test('a worker alone tells all together, one of several soon when much is not told', async () => {
  for (const isShared of [false, true]) {
    let told = 0;
    const teller = new TableTeller(() => told++);
    teller.isShared = isShared;
    const table = new StickTable(definition, now, teller);
    const entry = table.obtain('10.0.0.1') as StickEntry;
    table.count(entry, table.layout.request, 1);
    table.count(entry, table.layout.request, 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(told, isShared ? 1 : 0);
    teller.tell();
    assert.equal(told, 1);
  }
});

test('a dump fills a table of another process, with times as they are left', () => {
  let clock = 5_000;
  const stored = tableOf(['http_req_rate(10s)', 'server_key', 'server_id'], { expire: 60_000 });
  const table = new StickTable(stored, () => clock);
  const entry = table.obtain('10.0.0.1') as StickEntry;
  table.count(entry, table.layout.request, 8);
  table.setServer(entry, 2, 's2');
  clock += 1_000;
  const elsewhere = 900_000_000;
  const other = new StickTable(stored, () => elsewhere);
  const dump = JSON.parse(JSON.stringify(dumpTable(table)));
  loadTables([dump], () => other);
  const loaded = other.find('10.0.0.1');
  assert.ok(loaded);
  assert.equal(other.expiresIn(loaded), 59_000);
  assert.equal(loaded.serverKey, 's2');
  const [rate] = other.layout.request;
  assert.equal(other.read(loaded, rate as NonNullable<typeof rate>), 8);
});
