/** Every example of docs/examples keeps what its expect.json promises, with Sluice and with HAProxy. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Program } from '../../lab/programs.ts';
import { requireProgram } from '../support/require-program.ts';
import { chooseVariables, type Example, loadExamples, variablesOf } from './examples/example.ts';
import { ExampleSite } from './examples/site.ts';

const programs: Readonly<Record<string, readonly Program[]>> = {
  nginx: ['nginx'],
  web: [],
  mariadb: ['mariadbd', 'mariadb', 'mariadb-install-db'],
};

function canRun(context: TestContext, { servers }: Example): boolean {
  const needed = new Set(Object.values(servers).flatMap(({ kind }) => programs[kind] ?? []));
  return [...needed].every((name) => requireProgram(context, name) !== undefined);
}

for (const example of loadExamples()) {
  test(`the example ${example.name}`, async (context) => {
    for (const name of variablesOf(example))
      assert.ok(name in example.variables, `expect.json says nothing of ${name}`);
    if (!canRun(context, example)) return;
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'sluice-example-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const site = new ExampleSite(example, folder, await chooseVariables(example, folder));
    stack.defer(() => site.stopServers());
    await site.startServers();
    await context.test('keeps its promises with Sluice', () => site.run('sluice'));
    await context.test('keeps its promises with HAProxy', async (inner) => {
      if (requireProgram(inner, 'haproxy') !== undefined) await site.run('haproxy');
    });
  });
}
