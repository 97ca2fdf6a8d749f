/** The log speaks of servers as HAProxy's does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '../../../../data-plane/health/check-result.ts';
import { describeAdminChange, describeCheckChange } from '../../../../data-plane/node/server-words.ts';

const refused: CheckResult = { status: 'L4CON', passed: false, code: 0, info: 'Connection refused', durationMs: 0 };
const passed: CheckResult = { status: 'L7OK', passed: true, code: 200, info: 'OK', durationMs: 1.4 };

test('a server that goes down or comes up', () => {
  assert.equal(
    describeCheckChange('app/s1', false, refused, { active: 1, backup: 0 }),
    'Server app/s1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 1 active and 0 backup servers left.',
  );
  assert.equal(
    describeCheckChange('app/s1', true, passed, { active: 2, backup: 1 }),
    'Server app/s1 is UP, reason: Layer7 check passed, code: 200, info: "OK", check duration: 1ms. 2 active and 1 backup servers online.',
  );
  assert.match(describeCheckChange('a/b', false, refused, { active: 0, backup: 1 }), / left\. Running on backup\.$/);
});

test('what the operator wants of a server', () => {
  const usable = { active: 1, backup: 0 };
  assert.equal(
    describeAdminChange('app/s1', 'ready', 'maint', true, usable),
    'Server app/s1 is going DOWN for maintenance. 1 active and 0 backup servers left.',
  );
  assert.equal(
    describeAdminChange('app/s1', 'maint', 'ready', true, usable),
    'Server app/s1 is UP/READY (leaving forced maintenance). 1 active and 0 backup servers online.',
  );
});
