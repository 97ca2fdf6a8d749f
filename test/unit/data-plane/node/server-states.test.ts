/** What becomes of servers by configuration, override and checks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '../../../../data-plane/health/check-result.ts';
import type { CheckTarget } from '../../../../data-plane/health/scheduler.ts';
import { ServerStates } from '../../../../data-plane/node/server-states.ts';
import type { ServerState } from '../../../../data-plane/node/worker-messages.ts';
import { createLogger } from '../../../../shared/logger.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { Snapshot } from '../../../../shared/model/snapshot.ts';
import type { HealthMessage, ServerHealth } from '../../../../shared/protocol/messages.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { snapshotOf } from '../../../support/versions.ts';

const refused: CheckResult = { status: 'L4CON', passed: false, code: 0, info: 'Connection refused', durationMs: 1 };
const passed: CheckResult = { status: 'L4OK', passed: true, code: 0, info: '', durationMs: 2 };
const uid = '/backends/app/servers/s1';

function snapshotWith(server: Partial<Server>): Snapshot {
  const s1: Server = { name: 's1', address: '127.0.0.1', port: 9001, check: true, weight: 10, ...server };
  return snapshotOf({ backends: [{ name: 'app', servers: [s1] }] });
}

function open(server: Partial<Server> = {}) {
  const clock = new FakeClock();
  const told: ServerState[][] = [];
  const reports: HealthMessage[] = [];
  const logged: string[] = [];
  let targets: CheckTarget[] = [];
  const states = new ServerStates({
    clock,
    logger: createLogger('test', 'silent'),
    handlers: {
      states: (changed) => told.push(changed),
      health: (message) => reports.push(message),
      sessionsOf: () => 0,
      queuedOf: () => 0,
      targets: (next) => {
        targets = next;
      },
      log: (backend, level, text) => logged.push(`${backend.name} ${level} ${text}`),
    },
  });
  states.adopt(snapshotWith(server));
  const health = (): ServerHealth | undefined => states.health().backends['app']?.['s1'];
  const state = () => states.current()[0]?.state;
  return { clock, states, told, reports, logged, health, state, checked: () => targets.map((target) => target.uid) };
}

test('a server that is not checked is up and says so', () => {
  const { health, state, checked } = open({ check: false });
  assert.equal(state(), 'up');
  assert.equal(health()?.state, 'no-check');
  assert.deepEqual(checked(), []);
});

test('the logs of a backend are told what becomes of its servers, the graver the worse', () => {
  const { states, logged } = open();
  states.takeCheck(uid, false, refused, 0);
  states.takeCheck(uid, true, passed, 4);
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'maint' }]);
  assert.deepEqual(
    logged.map((line) => line.split(/[,.]/)[0]),
    [
      'app alert Server app/s1 is DOWN',
      'app emerg backend app has no server available!',
      'app notice Server app/s1 is UP',
      'app notice Server app/s1 is going DOWN for maintenance',
    ],
  );
});

test('workers are told only what changes', () => {
  const { states, told } = open();
  states.takeCheck(uid, true, passed, 4);
  assert.deepEqual(told, []);
  states.takeCheck(uid, false, refused, 0);
  states.takeCheck(uid, false, refused, 0);
  assert.deepEqual(told, [[{ uid, state: 'down', weight: 10 }]]);
});

test('the control plane is told what a check found, with the time of the change', () => {
  const { states, reports, clock } = open();
  clock.advance(5_000);
  states.takeCheck(uid, false, refused, 0);
  const report = reports.at(-1)?.backends['app']?.['s1'];
  assert.ok(report);
  const { changedAt, ...health } = report;
  assert.equal(changedAt, '2030-01-01T00:00:05.000Z');
  assert.deepEqual(health, {
    state: 'down',
    adminState: 'ready',
    weight: 10,
    checkStatus: 'L4CON',
    checkDetail: 'Layer4 connection problem, info: "Connection refused"',
    checkDurationMs: 1,
  });
  const count = reports.length;
  states.takeCheck(uid, false, { ...refused, durationMs: 9 }, 0);
  assert.equal(reports.length, count);
});

test('a disabled server is in maintenance, unchecked, until an override says ready', () => {
  const { states, state, checked, health } = open({ disabled: true });
  assert.equal(state(), 'maint');
  assert.deepEqual(checked(), []);
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'ready' }]);
  assert.equal(state(), 'up');
  assert.equal(health()?.adminState, 'ready');
  assert.deepEqual(checked(), [uid]);
});

test('drain keeps what checks found; leaving maintenance brings a server up as at its start', () => {
  const { states, state, checked } = open();
  states.takeCheck(uid, false, refused, 0);
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'drain' }]);
  assert.equal(state(), 'down');
  assert.deepEqual(checked(), [uid]);
  states.setOverrides([]);
  assert.equal(state(), 'down');
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'maint' }]);
  assert.equal(state(), 'maint');
  assert.deepEqual(checked(), []);
  states.setOverrides([]);
  assert.equal(state(), 'up');
  assert.deepEqual(checked(), [uid]);
});

test('an override ends by itself', () => {
  const { states, told, clock } = open();
  const expiresAt = new Date(clock.now() + 60_000).toISOString();
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'drain', weight: 3, expiresAt }]);
  assert.deepEqual(told.at(-1), [{ uid, state: 'drain', weight: 3 }]);
  clock.advance(59_999);
  assert.equal(states.overrides().length, 1);
  clock.advance(1);
  assert.deepEqual(told.at(-1), [{ uid, state: 'up', weight: 10 }]);
  assert.equal(states.overrides().length, 0);
});

test('an override that is over already counts for nothing', () => {
  const { states, state, clock } = open();
  const expiresAt = new Date(clock.now() - 1).toISOString();
  states.setOverrides([{ backend: 'app', server: 's1', adminState: 'maint', expiresAt }]);
  assert.equal(state(), 'up');
  assert.equal(clock.pending, 0);
});

test('what checks found survives a new version, but not a new address', () => {
  const { states, state } = open();
  states.takeCheck(uid, false, refused, 0);
  const same = snapshotWith({ weight: 20, inter: '9s', fall: 5 });
  assert.deepEqual(states.plan(same), [{ uid, state: 'down', weight: 20 }]);
  states.adopt(same);
  assert.equal(state(), 'down');
  states.adopt(snapshotWith({ port: 9002 }));
  assert.equal(state(), 'up');
});

test('planning a version changes nothing', () => {
  const { states, told, reports } = open();
  const before = reports.length;
  assert.deepEqual(states.plan(snapshotWith({ disabled: true })), [{ uid, state: 'maint', weight: 10 }]);
  assert.equal(states.current()[0]?.state, 'up');
  assert.deepEqual([told.length, reports.length], [0, before]);
});

test('a version without the server makes a full report', () => {
  const { states, reports } = open();
  states.adopt(snapshotOf({ backends: [{ name: 'app' }] }));
  assert.deepEqual(reports.at(-1), { type: 'health', full: true, backends: {} });
});

test('a version that changes no server makes no report', () => {
  const { states, reports } = open();
  const before = reports.length;
  states.adopt(snapshotWith({}));
  assert.equal(reports.length, before);
});

test('a runtime change wins over configuration and control plane, and outlasts a version', () => {
  const { states, health, state } = open();
  states.setOverrides([{ backend: 'app', server: 's1', weight: 20 }]);
  states.change(uid, { weight: 5 });
  states.change(uid, { adminState: 'drain' });
  assert.deepEqual([health()?.weight, state()], [5, 'drain']);
  states.adopt(snapshotWith({ weight: 30 }));
  assert.deepEqual([health()?.weight, state()], [5, 'drain']);
});

test('a runtime change gives way when the control plane says something new of the server', () => {
  const { states, health } = open();
  const other = { backend: 'app', server: 's2', weight: 1 };
  states.change(uid, { weight: 5 });
  states.setOverrides([other]);
  assert.equal(health()?.weight, 5);
  states.setOverrides([other, { backend: 'app', server: 's1', weight: 20 }]);
  assert.equal(health()?.weight, 20);
  states.change(uid, { weight: 6 });
  // The same again, as after a new connection.
  states.setOverrides([other, { backend: 'app', server: 's1', weight: 20 }]);
  assert.equal(health()?.weight, 6);
  states.setOverrides([other]);
  assert.equal(health()?.weight, 10);
});

test('a runtime change back to what is configured leaves later versions their way', () => {
  const { states, health, state } = open();
  states.change(uid, { weight: 5, adminState: 'maint' });
  states.change(uid, { weight: 10, adminState: 'ready' });
  states.adopt(snapshotWith({ weight: 30, disabled: true }));
  assert.deepEqual([health()?.weight, state()], [30, 'maint']);
});

test('forced health holds until a check says otherwise', () => {
  const { states, told, state } = open();
  states.force(uid, 'stopping');
  assert.equal(state(), 'drain');
  states.takeCheck(uid, true, passed, 4);
  assert.equal(state(), 'up');
  states.force(uid, 'down');
  assert.equal(told.at(-1)?.[0]?.state, 'down');
  states.takeCheck(uid, true, passed, 4);
  assert.equal(state(), 'up');
});

test('forced health of a server without checks outlasts a version', () => {
  const { states, health, state } = open({ check: false });
  states.force(uid, 'down');
  assert.deepEqual([state(), health()?.state], ['down', 'down']);
  states.adopt(snapshotWith({ check: false, weight: 11 }));
  assert.equal(state(), 'down');
});

test('checks can be switched off and on', () => {
  const { states, health, checked } = open();
  states.change(uid, { checks: false });
  assert.deepEqual([checked(), health()?.state], [[], 'no-check']);
  states.change(uid, { checks: true });
  assert.deepEqual([checked(), health()?.state], [[uid], 'up']);
});

test('failed checks, turns and downtime of servers and backends are kept over versions', () => {
  const { states, clock } = open();
  states.takeCheck(uid, true, refused, 4);
  states.takeCheck(uid, false, refused, 0);
  states.takeCheck(uid, false, refused, 0);
  clock.advance(3_000);
  states.adopt(snapshotWith({ weight: 11 }));
  const history = states.view(uid)?.history;
  assert.deepEqual([history?.failedChecks, history?.downs, history?.downtime(clock.now())], [2, 1, 3_000]);
  assert.equal(states.historyOfBackend('/backends/app').downs, 1);
  states.clearHistories();
  assert.deepEqual([history?.failedChecks, history?.downs, history?.downtime(clock.now())], [0, 0, 0]);
});

test('a server that comes back takes its load up in steps, but not one that is up from the start', () => {
  const { states, told, clock, state } = open({ slowstart: '10s' });
  states.takeCheck(uid, true, passed, 4);
  assert.deepEqual(told, []);
  states.takeCheck(uid, false, refused, 0);
  states.takeCheck(uid, true, passed, 4);
  assert.deepEqual(told.at(-1), [{ uid, state: 'up', weight: 10, part: 1 / 16 }]);
  clock.advance(5_000);
  assert.deepEqual(told.at(-1), [{ uid, state: 'up', weight: 10, part: 0.5 }]);
  assert.equal(state(), 'up');
  clock.advance(5_000);
  assert.deepEqual(told.at(-1), [{ uid, state: 'up', weight: 10 }]);
  assert.equal(clock.pending, 0);
});

test('a slow start ends when the server goes down, and begins anew when it leaves maintenance', () => {
  const { states, told, clock } = open({ slowstart: '10s' });
  states.takeCheck(uid, false, refused, 0);
  states.takeCheck(uid, true, passed, 4);
  clock.advance(5_000);
  states.change(uid, { adminState: 'maint' });
  assert.equal(clock.pending, 0);
  states.change(uid, { adminState: 'ready' });
  assert.deepEqual(told.at(-1), [{ uid, state: 'up', weight: 10, part: 1 / 16 }]);
  states.adopt(snapshotWith({ slowstart: '0s' }));
  assert.deepEqual(states.current(), [{ uid, state: 'up', weight: 10 }]);
  assert.equal(clock.pending, 0);
});
