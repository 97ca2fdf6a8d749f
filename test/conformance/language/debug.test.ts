/** What the converter "debug" writes, and what "show events" shows of it, is what HAProxy does. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../lab/free-port.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { get } from '../../support/origin-server.ts';
import { requireProgram } from '../../support/require-program.ts';
import { ask } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';
import { quoted } from './haproxy.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const samples = ['str(abc)', 'str()', 'int(-5)', 'bool(1)', 'ipv4(1.2.3.4)', 'ipv6(2001:db8::1)', 'method', 'src'];
const more = ['bin(01417f)', 'str(a\\tb<c>)', 'always_true', 'path', 'req.hdr(none)', 'int(1),add(1)', 'str(é)'];
const expressions = [...samples, ...more].flatMap((sample, index) => [
  `${sample},debug(case${index},stdout)`,
  `${sample},debug(case${index})`,
  `${sample},debug`,
]);

/** The lines on standard output, and what the runtime API answers to each of some commands. */
async function run(t: TestContext, program: string, parameters: readonly string[]) {
  const [folder, port] = [await temporaryFolder(), await freePort()];
  const socket = join(folder, 's');
  const rules = expressions.map((text) => `http-request set-var(txn.x) ${quoted(text)}`);
  const lines = [
    ...['global', `stats socket ${socket} level admin`, 'nbthread 1', 'defaults', 'mode http', 'timeout connect 1s'],
    ...['timeout client 1s', 'timeout server 1s', 'frontend web', `bind 127.0.0.1:${port}`, ...rules],
    'http-request return status 200 content-type text/plain string ok',
  ];
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn(program, [...parameters, '-f', file], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  let written = '';
  child.stdout.on('data', (text) => {
    written += text;
  });
  await waitFor(`${program} answers`, async () => (await get(port).catch(() => '')) === 'ok');
  await waitFor('the last line', () => written.includes(` case${more.length + samples.length - 1}: `));
  const events = await waitFor('the events', async () => {
    const shown = await ask(t, socket, 'show events buf0');
    return shown.includes(` case${more.length + samples.length - 1}: `) ? shown : '';
  });
  const commands = ['show events', 'user;show events buf0', 'show events stdout', 'show events nope'];
  const options = ['show events buf0 -x', 'show events buf0 x', 'show events buf0 -n'];
  const answers: string[] = [];
  for (const command of [...commands, ...options]) answers.push(await ask(t, socket, command));
  return { written, events: events.replace(/^<0>\S+/gm, '<0>DATE'), answers };
}

test('debug writes what HAProxy writes', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const [haproxy, sluice] = [await run(t, program, ['-db']), await run(t, 'bin/sluice', [])];
  assert.deepEqual(sluice, haproxy);
});
