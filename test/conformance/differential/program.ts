/** A program that runs a haproxy.cfg, from its first answer to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/node-harness.ts';
import { waitFor } from '../../support/wait-for.ts';
import { writeFiles } from './files.ts';
import { patience } from './patience.ts';

export interface Program {
  readonly command: string;
  readonly parameters: readonly string[];
}

export interface RunningProgram {
  /** Whether it has not crashed. */
  isAlive(): Promise<boolean>;
  /** Lets it end by itself, as it does when its last connection has. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

/** A signal has ended the program before it did anything. */
export class CrashedAtStart extends Error {}

/**
 * Starts it with a configuration for so many sites, in which whoever asks at the port `ready` is answered. Throws
 * {@link CrashedAtStart}.
 */
export async function startProgram(
  { command, parameters }: Program,
  text: string,
  { ready, sites }: { readonly ready: number; readonly sites: number },
): Promise<RunningProgram> {
  const folder = await temporaryFolder();
  writeFiles(folder, sites);
  await writeFile(join(folder, 'haproxy.cfg'), text);
  const child = spawn(command, [...parameters, '-f', 'haproxy.cfg'], {
    cwd: folder,
    env: { ...process.env, DIFFERENTIAL: 'from the environment' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (bytes) => {
    complaints += bytes;
  });
  await waitFor(
    `${command} answers`,
    () => {
      if (!hasEnded(child)) return answers(ready);
      if (child.signalCode !== null) throw new CrashedAtStart(`${command} has ended with ${child.signalCode}`);
      const alerts = complaints.split('\n').filter((line) => line.startsWith('[ALERT]'));
      throw new Error(`${command} has ended with ${child.exitCode}: ${alerts.join('\n')}`);
    },
    patience,
  );
  const ended = () => waitFor(`${command} ends`, () => hasEnded(child), patience);
  return {
    async isAlive() {
      if (!hasEnded(child) && (await answers(ready))) return true;
      await ended();
      return false;
    },
    async end() {
      child.kill('SIGUSR1');
      await ended();
    },
    async kill() {
      child.kill('SIGKILL');
      await ended();
    },
  };
}

/** Whether it is gone, and all it had to say has been read. */
function hasEnded({ exitCode, signalCode, stderr }: ChildProcess): boolean {
  return (exitCode !== null || signalCode !== null) && stderr?.readableEnded !== false;
}

/** Whether a request at the port is answered. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => socket.end('GET / HTTP/1.0\r\n\r\n'));
    socket.once('data', () => resolve(true));
    for (const event of ['error', 'close']) socket.once(event, () => resolve(false));
  });
  socket.destroy();
  return answered;
}
