/** The commands of docs/rules.md print what the page says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startChild, startOwned } from '../../lab/child.ts';
import { freePorts } from '../../lab/free-port.ts';
import { repository, startSluice, waitForControlPlane } from '../../lab/sluice.ts';
import { temporaryFolder } from '../support/node-harness.ts';
import { requireProgram } from '../support/require-program.ts';
import { waitFor } from '../support/wait-for.ts';

const run = promisify(execFile);

interface Block {
  readonly commands: string;
  /** What they print; nothing where the page does not tell. */
  readonly output: string;
}

/** The blocks of commands, without those that start programs. */
function blocksOf(page: string): Block[] {
  const found = page.matchAll(/```sh\n([\s\S]*?)```\n(?:```text\n([\s\S]*?)```)?/g);
  const blocks = [...found].map(([, commands = '', output = '']) => ({ commands, output }));
  return blocks.filter(({ commands }) => !commands.includes('web-server.ts'));
}

test('the commands of the guide to rules print what it says', async (t) => {
  if (requireProgram(t, 'curl') === undefined) return;
  const [api = 0, web = 0, web1 = 0, web2 = 0] = await freePorts(4);
  await using programs = new AsyncDisposableStack();
  for (const [name, port] of Object.entries({ web1, web2 })) {
    const server = join(repository, 'lab/web-server.ts');
    await startOwned(programs, () => startChild(name, process.execPath, [server, name, String(port)]));
    await waitFor(`${name} answers`, () =>
      fetch(`http://127.0.0.1:${port}`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }
  const parameters = ['--listen', `127.0.0.1:${api}`, '--data', await temporaryFolder(), '--workers', '1'];
  const sluice = await startOwned(programs, () => startSluice('sluice up', ['up', ...parameters]), 'SIGINT');
  await waitForControlPlane(sluice, `http://127.0.0.1:${api}`);

  const ports: Readonly<Record<string, number>> = { 8080: api, 8081: web, 9001: web1, 9002: web2 };
  const onOurPorts = (text: string) => text.replaceAll(/\b(?:8080|8081|9001|9002)\b/g, (port) => String(ports[port]));
  const blocks = blocksOf(await readFile(join(repository, 'docs/rules.md'), 'utf8'));
  assert.ok(blocks.length > 5);
  const script = blocks.map(({ commands }) => onOurPorts(commands)).join("printf '\\001'\n");
  const { stdout } = await run('bash', ['-e', '-c', script], { cwd: repository, timeout: 60_000 });
  const printed = stdout.replaceAll('\r', '').split('\x01');
  for (const [index, { commands, output }] of blocks.entries()) {
    await t.test(commands.split('\n', 1)[0], () => assert.equal(printed[index], onOurPorts(output)));
  }
});
