/** The log speaks of servers as HAProxy's does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '../../../../data-plane/health/check-result.ts';
import { describeAdminChange, describeCheck, describeCheckChange } from '../../../../data-plane/node/server-words.ts';

const refused: CheckResult = { status: 'L4CON', passed: false, code: 0, info: 'Connection refused', durationMs: 0 };
const passed: CheckResult = { status: 'L7OK', passed: true, code: 200, info: '', durationMs: 1.4 };
const usable = (active: number, backup: number) => ({ active, backup, sessions: 3, queued: 4 });

test('a server that goes down or comes up', () => {
  assert.equal(
    describeCheckChange('app/s1', false, refused, usable(1, 0)),
    'Server app/s1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 1 active and 0 backup servers left. 3 sessions active, 0 requeued, 4 remaining in queue.',
  );
  assert.equal(
    describeCheckChange('app/s1', true, passed, usable(2, 1)),
    'Server app/s1 is UP, reason: Layer7 check passed, code: 200, check duration: 1ms. 2 active and 1 backup servers online. 0 sessions requeued, 4 total in queue.',
  );
  assert.match(
    describeCheckChange('a/b', false, refused, usable(0, 1)),
    / left\. Running on backup\. 3 sessions active/,
  );
});

test('what the operator wants of a server', () => {
  const one = usable(1, 0);
  assert.equal(
    describeAdminChange('app/s1', 'ready', 'maint', true, one),
    'Server app/s1 is going DOWN for maintenance. 1 active and 0 backup servers left. 3 sessions active, 0 requeued, 4 remaining in queue.',
  );
  assert.equal(
    describeAdminChange('app/s1', 'maint', 'ready', true, one),
    'Server app/s1 is UP/READY (leaving forced maintenance). 1 active and 0 backup servers online. 0 sessions requeued, 4 total in queue.',
  );
});

test('each check, when those are logged', () => {
  const limits = { rise: 2, fall: 3 };
  assert.equal(
    describeCheck('app/s1', passed, 4, limits),
    'Health check for server app/s1 succeeded, reason: Layer7 check passed, code: 200, check duration: 1ms, status: 3/3 UP.',
  );
  assert.equal(
    describeCheck('app/s1', refused, 1, limits),
    'Health check for server app/s1 failed, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms, status: 1/2 DOWN.',
  );
  assert.equal(
    describeCheckChange('app/s1', false, refused, usable(1, 0), true),
    'Server app/s1 is DOWN. 1 active and 0 backup servers left. 3 sessions active, 0 requeued, 4 remaining in queue.',
  );
});
