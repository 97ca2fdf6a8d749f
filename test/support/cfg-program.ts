/** Programs that run a haproxy.cfg: HAProxy and Sluice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { repository } from '../../lab/sluice.ts';
import { temporaryFolder } from './node-harness.ts';
import { waitFor } from './wait-for.ts';

/**
 * Starts the program with `-f` and a file of this text and ends it with the test. Resolves once it is ready; throws what it said
 * when it ends before.
 */
export async function startCfgProgram(
  t: TestContext,
  program: string,
  parameters: readonly string[],
  text: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  await writeFile(file, text);
  const child = spawn(program, [...parameters, '-f', file], { cwd: repository, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  t.after(async () => {
    child.kill('SIGINT');
    await waitFor(`${program} ends`, () => hasEnded(child));
  });
  await waitFor(`${program} is ready`, () => {
    if (hasEnded(child)) throw new Error(`${program}: ${complaints}`);
    return isReady();
  });
}

/** Whether somebody accepts connections at the port. */
export async function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect(port, host);
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
}

/** Whether it is gone, and all it had to say has been read. */
function hasEnded({ exitCode, signalCode, stderr }: ChildProcess): boolean {
  return (exitCode !== null || signalCode !== null) && stderr?.readableEnded !== false;
}
