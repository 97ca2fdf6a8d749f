/** What variables count against limits, and what gives room again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessVariables } from '../../../../data-plane/rules/process-variables.ts';
import { Variables } from '../../../../data-plane/rules/variables.ts';

const none = { global: 0, proc: 0, sess: 0, txn: 0, reqres: 0, check: 0 };

function begin(limits: Partial<typeof none>): { process: ProcessVariables; variables: Variables } {
  const process = new ProcessVariables();
  process.limits = { ...none, ...limits };
  return { process, variables: new Variables(process) };
}

test('scopes count in those around them, and give room when they are over', () => {
  const { process, variables } = begin({ sess: 1_000 });
  variables.set('sess', 'a', 'abc', 'str');
  variables.set('txn', 'a', 5, 'sint');
  variables.set('req', 'a', 'ab', 'bin');
  assert.equal(process.used, 83 + 80 + 82);
  variables.beginResponse();
  assert.equal(process.used, 83 + 80);
  variables.set('res', 'a', 'ab', 'str');
  variables.set('txn', 'b', 'abcd', 'meth');
  variables.set('txn', 'c', 'GET', 'meth');
  assert.equal(process.used, 83 + 80 + 82 + 84 + 80);
  variables.unset('txn', 'b');
  assert.equal(process.used, 83 + 80 + 82 + 80);
  variables.endTransaction();
  assert.equal(process.used, 83);
  variables.endSession();
  assert.equal(process.used, 0);
});

test('connections share the limit of the process, with its own variables', () => {
  const { process, variables } = begin({ proc: 250 });
  const other = new Variables(process);
  assert.equal(variables.set('proc', 'p', 'abcde', 'str'), true);
  assert.equal(variables.set('sess', 'a', 1, 'sint'), true);
  assert.equal(other.set('txn', 'a', 'abcdef', 'str'), false);
  assert.equal(other.get('txn', 'a'), undefined);
  assert.equal(other.set('txn', 'a', 'abcde', 'str'), true);
  assert.equal(variables.set('proc', 'q', 1, 'sint'), false);
  other.beginTransaction();
  assert.equal(variables.set('proc', 'q', 1, 'sint'), true);
  assert.equal(process.used, 85 + 80 + 80);
});

test('what another process has set counts too, and is never refused', () => {
  const { process, variables } = begin({ proc: 100 });
  process.learn([['p', 'str', 'abcdefgh']]);
  process.learn([['q', 'sint', 1]]);
  assert.equal(process.used, 88 + 80);
  assert.equal(variables.set('sess', 'a', 1, 'sint'), false);
  process.learn([['p'], ['q']]);
  assert.equal(process.used, 0);
});

test('a value that has no room any more is forgotten', () => {
  const { process, variables } = begin({ txn: 90 });
  assert.equal(variables.set('txn', 'a', '0123456789', 'str'), true);
  assert.equal(variables.set('txn', 'a', '0123456789x', 'str'), false);
  assert.equal(variables.get('txn', 'a'), undefined);
  assert.equal(process.used, 0);
});

test('limits that come later find what the process has set', () => {
  const process = new ProcessVariables();
  const variables = new Variables(process);
  variables.set('proc', 'p', 'abc', 'str');
  variables.set('txn', 'a', 'abc', 'str');
  assert.equal(process.used, 0);
  process.limits = { ...none, proc: 163 };
  assert.equal(process.used, 83);
  assert.equal(variables.set('txn', 'a', 5, 'sint'), true);
  assert.equal(variables.set('txn', 'b', 5, 'sint'), false);
  variables.endSession();
  assert.equal(process.used, 83);
});
