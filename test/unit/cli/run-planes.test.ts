/** Keeping two programs running. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { suite, test } from 'node:test';
import { waitFor } from '../../support/wait-for.ts';

const module = JSON.stringify(new URL('../../../cli/run-planes.ts', import.meta.url).href);

/** Runs `runPlanes` in a process of its own over node programs given as source text. */
function start(t: { after(end: () => void): void }, planes: Record<string, string>) {
  const list = Object.entries(planes).map(([name, source]) => ({ name, command: [process.execPath, '-e', source] }));
  const source = `import { runPlanes } from ${module};
    process.exitCode = await runPlanes(${JSON.stringify(list)}.map((plane) => ({ ...plane, environment: process.env })));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source]);
  t.after(() => child.kill('SIGKILL'));
  const state = { output: '', code: undefined as number | null | undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      state.output += chunk;
    });
  }
  child.on('close', (code) => {
    state.code = code;
  });
  const end = async () => {
    await waitFor('the end', () => state.code !== undefined);
    return state;
  };
  return { child, state, end };
}

const lasting = 'console.log("lasting runs " + process.pid); setInterval(() => {}, 1000)';

suite('the programs of `sluice up`', () => {
  test('are started again when they die', async (t) => {
    const { child, state, end } = start(t, { lasting });
    await waitFor('the first start', () => /runs \d+/.test(state.output));
    process.kill(Number(/runs (\d+)/.exec(state.output)?.[1]), 'SIGKILL');
    await waitFor('the second start', () => state.output.match(/runs/g)?.length === 2);
    assert.match(state.output, /sluice: the lasting ended by SIGKILL; starting it again in 100 ms/);
    child.kill('SIGTERM');
    assert.equal((await end()).code, 0);
  });

  test('are given up with exit code 1 when one keeps dying, and the other is stopped', async (t) => {
    const { end } = start(t, { lasting, dying: 'process.exit(7)' });
    const { code, output } = await end();
    assert.equal(code, 1);
    assert.match(output, /the dying ended with exit code 7; starting it again in 800 ms\n[\s\S]*giving up/);
  });

  test('are given up with exit code 2 at once when one finds its settings wrong', async (t) => {
    const { code, output } = await start(t, { lasting, wrong: 'process.exit(2)' }).end();
    assert.equal(code, 2);
    assert.doesNotMatch(output, /starting it again/);
  });

  test('are killed by the second SIGTERM when they do not heed the first', async (t) => {
    const deaf = 'process.on("SIGTERM", () => console.log("heard")); console.log("ready"); setInterval(() => {}, 1000)';
    const { child, state, end } = start(t, { deaf });
    await waitFor('the start', () => state.output.includes('ready'));
    child.kill('SIGTERM');
    await waitFor('the first signal', () => state.output.includes('heard'));
    child.kill('SIGTERM');
    assert.equal((await end()).code, 0);
  });
});
