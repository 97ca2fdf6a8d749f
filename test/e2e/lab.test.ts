/** The lab with assertions: the commands of README.md over real nginx and MariaDB. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labPrograms, startLab } from '../../lab/lab.ts';
import { askServerIds, askWeb, loseAndRegainServer, runReadme } from '../../lab/steps.ts';
import { requireProgram } from '../support/require-program.ts';

test('the lab', async (context) => {
  for (const name of labPrograms) if (requireProgram(context, name) === undefined) return;
  const lab = await startLab();
  context.after(() => lab[Symbol.asyncDispose]());

  await context.test('the HTTP commands of README.md spread requests over both nginx', async () => {
    const { output } = await runReadme(lab, 'http');
    assert.match(output, /nginx1\n/);
    assert.match(output, /nginx2\n/);
    const answers = await askWeb(lab, 20);
    assert.equal(answers.filter((answer) => answer === 'nginx1').length, 10);
    assert.equal(answers.filter((answer) => answer === 'nginx2').length, 10);
  });

  await context.test('the commands of README.md that look, override and roll back work', async () => {
    assert.match((await runReadme(lab, 'look')).output, /"nginx1"/);
    await runReadme(lab, 'override');
    await runReadme(lab, 'versions');
  });

  await context.test('the TCP commands of README.md make the server ids of both MariaDB alternate', async () => {
    await runReadme(lab, 'tcp');
    const ids = await askServerIds(lab, 6);
    assert.deepEqual(new Set(ids), new Set(['10', '20']));
    for (const [index, id] of ids.slice(1).entries()) assert.notEqual(id, ids[index], ids.join(' '));
  });

  await context.test('no request fails while nginx1 is stopped, marked down, started again and marked up', async () => {
    const { load } = await loseAndRegainServer(lab);
    assert.deepEqual(load.failures, []);
    assert.ok(load.requests > 100, `only ${load.requests} requests`);
    assert.deepEqual(new Set(load.answers.keys()), new Set(['nginx1', 'nginx2']));
    const answers = await askWeb(lab, 4);
    assert.deepEqual(new Set(answers), new Set(['nginx1', 'nginx2']));
  });
});
