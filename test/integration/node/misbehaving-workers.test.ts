/** Workers that refuse, crash or hang in the middle of an activation. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Activator } from '../../../data-plane/node/activate.ts';
import { ListeningSockets } from '../../../data-plane/node/listening-sockets.ts';
import { NodePatterns } from '../../../data-plane/node/node-patterns.ts';
import { StatsSockets } from '../../../data-plane/node/runtime-api/stats-sockets.ts';
import { ServerStates } from '../../../data-plane/node/server-states.ts';
import { SharedSlots } from '../../../data-plane/node/shared-slots.ts';
import { SharedTables } from '../../../data-plane/node/shared-tables.ts';
import { SharedVariables } from '../../../data-plane/node/shared-variables.ts';
import { WorkerPool } from '../../../data-plane/node/worker-pool.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { fakeWorker } from '../../support/node-harness.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

const named = (name: string): ConfigDocument => ({ frontends: [{ name }] });

async function open(context: TestContext, workers: number) {
  const clock = new FakeClock();
  const logger = createLogger('test', 'silent');
  const sockets = new ListeningSockets();
  const states = new ServerStates({
    clock,
    logger,
    handlers: { states() {}, health() {}, targets() {}, log() {}, sessionsOf: () => 0, queuedOf: () => 0 },
  });
  const pool = new WorkerPool({
    entry: fakeWorker,
    clock,
    logger,
    handlers: {
      ready: (worker) => void activator.bringUp(worker),
      counters() {},
      slots() {},
      tables() {},
      patterns() {},
      variables() {},
      events() {},
      closed() {},
      changed() {},
    },
  });
  const statsSockets = new StatsSockets({ node: () => undefined, clock, logger });
  const tables = new SharedTables(() => clock.now());
  const activator = new Activator({
    pool,
    sockets,
    states,
    slots: new SharedSlots(),
    tables,
    patterns: new NodePatterns(),
    variables: new SharedVariables(),
    loadExpressions: async () => undefined,
    statsSockets,
    logger,
  });
  context.after(() => pool.killAll());
  pool.resize(workers, 0);
  await waitFor('the workers', () => pool.ready().length === workers);
  assert.ok('durationMs' in (await activator.activate(versionOf(1, named('good')))));
  return { clock, pool, activator };
}

const serving = (pool: WorkerPool, count: number) =>
  waitFor('workers that serve', () => pool.ready().filter((worker) => worker.serving > 0).length === count);

test('what workers refuse is told once, and the old version stays', async (context) => {
  const { pool, activator } = await open(context, 2);
  const outcome = await activator.activate(versionOf(2, named('refuse')));
  assert.deepEqual(outcome, {
    phase: 'prepare',
    errors: [{ resource: '/frontends/refuse', pointer: '/acls/0', detail: 'it does not compile' }],
  });
  assert.equal(activator.running?.version, 1);
  assert.ok('durationMs' in (await activator.activate(versionOf(3, named('better')))));
  await serving(pool, 2);
});

for (const phase of ['stage', 'commit'] as const) {
  test(`a version that crashes every worker at ${phase} is refused; new workers take the old one`, async (context) => {
    const { clock, pool, activator } = await open(context, 2);
    clock.advance(5_000);
    const outcome = await activator.activate(versionOf(2, named(`crash-on-${phase}`)));
    assert.ok('errors' in outcome);
    assert.equal(outcome.phase, phase === 'stage' ? 'prepare' : 'commit');
    assert.match(outcome.errors[0]?.detail ?? '', /every worker process ended/);
    await serving(pool, 2);
    assert.equal(activator.running?.version, 1);
    assert.deepEqual(
      pool.status().map(({ respawns }) => respawns),
      [1, 1],
    );
  });
}

test('workers that do not answer are killed and replaced', async (context) => {
  const { clock, pool, activator } = await open(context, 2);
  const before = pool.status().map(({ pid }) => pid);
  const result = activator.activate(versionOf(2, named('hang-on-stage')));
  await waitFor('the limit of the answer', () => clock.dueTimes.includes(10_000));
  clock.advance(10_000);
  assert.ok('errors' in (await result));
  await serving(pool, 2);
  for (const { pid } of pool.status()) assert.equal(before.includes(pid), false);
});

test('a worker stopped in the middle is left out; the activation goes on with the others', async (context) => {
  const { clock, pool, activator } = await open(context, 2);
  const victim = pool.status()[0]?.pid ?? 0;
  process.kill(victim, 'SIGSTOP');
  const result = activator.activate(versionOf(2, named('better')));
  await waitFor('the answer of the other', () => clock.dueTimes.filter((time) => time === 10_000).length === 1);
  clock.advance(10_000);
  assert.ok('durationMs' in (await result));
  assert.equal(activator.running?.version, 2);
  await serving(pool, 2);
  assert.notEqual(pool.status()[0]?.pid, victim);
});
