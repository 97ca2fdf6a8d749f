/** A HAProxy with one frontend whose rules are to be compared. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../support/node-harness.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A word in quotes, for HAProxy's lines and for Sluice's conditions alike. */
export const quoted = (text: string) => `"${text.replace(/["\\$]/g, '\\$&')}"`;

/** Starts it on a port; its frontend "web" has these lines, and its log goes to `logPort`. */
export async function startHaproxy(
  t: TestContext,
  program: string,
  port: number,
  lines: readonly string[],
  logPort: number,
): Promise<void> {
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  const parts = [
    `global\n log 127.0.0.1:${logPort} len 8192 format raw local0`,
    'defaults\n mode http\n log global\n timeout connect 1s\n timeout client 20s\n timeout server 5s',
    `frontend web\n bind 127.0.0.1:${port}\n ${lines.join('\n ')}\n default_backend app`,
    'backend app\n server s1 127.0.0.1:9',
  ];
  await writeFile(file, `${parts.join('\n')}\n`);
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  t.after(() => child.kill('SIGKILL'));
  await waitFor('HAProxy listens', () => {
    assert.equal(child.exitCode, null, complaints);
    return isOpen(port);
  });
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
}
