/** Variables of the process in several workers: whatever is set in which order, all end with the same values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SharedVariables } from '../../../../data-plane/node/shared-variables.ts';
import type { SupervisorMessage } from '../../../../data-plane/node/worker-messages.ts';
import { ProcessVariables, type VariableChange } from '../../../../data-plane/rules/process-variables.ts';
import { parseSocketAddress } from '../../../../shared/address.ts';
import type { GlobalVariable } from '../../../../shared/model/global-variables.ts';
import { snapshotOf } from '../../../support/versions.ts';

/** A worker whose messages travel only when the test says so. */
class TestWorker {
  readonly variables = new ProcessVariables();
  readonly inbox: SupervisorMessage[] = [];
  readonly outbox: (readonly VariableChange[])[] = [];

  send(message: SupervisorMessage): void {
    this.inbox.push(JSON.parse(JSON.stringify(message)));
  }

  tell(): void {
    const changes = this.variables.takeChanges();
    if (changes.length > 0) this.outbox.push(JSON.parse(JSON.stringify(changes)));
  }

  /** Takes the first message that waits; whether there was one. */
  hear(): boolean {
    const message = this.inbox.shift();
    if (message?.type === 'variable-changes') this.variables.learn(message.changes, message.own === true);
    return message !== undefined;
  }
}

const number = (value: number) => ({ type: 'sint' as const, value, size: 0 });

test('all copies end with the same values, whatever the order', () => {
  const step = fc.record({
    worker: fc.nat(2),
    what: fc.constantFrom('set', 'set', 'unset', 'tell', 'arrive', 'hear', 'command'),
    name: fc.constantFrom('a', 'b'),
    value: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const node = new SharedVariables();
      const workers = [new TestWorker(), new TestWorker(), new TestWorker()];
      for (const worker of workers) for (const change of node.join(worker)) worker.variables.put(change);
      const arrive = (worker: TestWorker) => {
        const changes = worker.outbox.shift();
        if (changes !== undefined) node.takeFrom(worker, changes);
        return changes !== undefined;
      };
      for (const { worker: index, what, name, value } of steps) {
        const worker = workers[index] as TestWorker;
        if (what === 'set') worker.variables.set(name, number(value));
        else if (what === 'unset') worker.variables.delete(name);
        else if (what === 'tell') worker.tell();
        else if (what === 'arrive') arrive(worker);
        else if (what === 'hear') worker.hear();
        else {
          node.process.set(name, number(value));
          node.tell();
        }
      }
      for (const worker of workers) worker.tell();
      for (const worker of workers) while (arrive(worker));
      for (const worker of workers) while (worker.hear());
      const expected = node.process.dump().sort();
      for (const { variables } of workers) assert.deepEqual(variables.dump().sort(), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('values of every type survive the way to another process', () => {
  const [here, there] = [new ProcessVariables(), new ProcessVariables()];
  here.set('bool', { type: 'bool', value: false, size: 0 });
  here.set('sint', { type: 'sint', value: -5, size: 0 });
  here.set('large', { type: 'sint', value: 2n ** 63n - 1n, size: 0 });
  here.set('text', { type: 'str', value: 'a\u00ff\u0000b', size: 0 });
  here.set('number', { type: 'str', value: '12', size: 0 });
  here.set('four', { type: 'ipv4', value: parseSocketAddress('192.0.2.1'), size: 0 });
  here.set('six', { type: 'addr', value: parseSocketAddress('2001:db8::1'), size: 0 });
  there.learn(JSON.parse(JSON.stringify(here.takeChanges())));
  assert.deepEqual(there.dump(), here.dump());
  assert.equal(there.get('large')?.value, 2n ** 63n - 1n);
  assert.equal(there.get('number')?.value, '12');
  assert.equal(String(there.get('four')?.value), '192.0.2.1');
});

test('what does not change a variable is not told', () => {
  const variables = new ProcessVariables();
  variables.set('a', number(1));
  assert.equal(variables.takeChanges().length, 1);
  variables.set('a', number(1));
  variables.delete('b');
  assert.deepEqual(variables.takeChanges(), []);
});

const expression = (name: string, text: string): GlobalVariable => ({
  action: 'set-var',
  variable: `proc.${name}`,
  expression: text,
});

/** Stands for what evaluates expressions: each variable is the text of its expression. */
const evaluate = (setVars: readonly GlobalVariable[]) =>
  new Map(
    setVars.map((line): [string, VariableChange] => {
      const name = line.variable.slice(5);
      return [name, [name, 'str', line.action === 'set-var' ? line.expression : line.value]];
    }),
  );

function planned(node: SharedVariables, ...setVars: GlobalVariable[]): string[] {
  const plan = node.plan({ ...snapshotOf({}), setVars }, { evaluate });
  node.adopt(plan);
  return plan.changes.map(([name, , value]) => (value === undefined ? `no ${name}` : name));
}

test('a version sets what it defines in another way, or by way of what it does, and forgets what it does not define', () => {
  const node = new SharedVariables();
  const [a, b] = [expression('a', 'int(1)'), expression('b', 'int(2),add(proc.a)')];
  assert.deepEqual(planned(node, a, b), ['a', 'b']);
  assert.deepEqual(planned(node, a, b), []);
  node.process.set('a', number(9));
  assert.deepEqual(planned(node, a, { ...b, description: 'a remark' }), []);
  assert.equal(node.process.get('a')?.value, 9);
  assert.deepEqual(planned(node, expression('a', 'int(3)'), b), ['a', 'b']);
  assert.deepEqual(planned(node, b, expression('c', 'int(1)')), ['b', 'c', 'no a']);
  node.process.set('own', number(1));
  assert.deepEqual(planned(node), ['no b', 'no c']);
  assert.equal(node.process.get('own')?.value, 1);
});
