/** Runs bin/sluice, or haproxy, by the same command line, and watches what becomes of its processes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findProgram } from '../../../lab/programs.ts';
import { repository } from '../../../lab/sluice.ts';
import { waitFor } from '../../support/wait-for.ts';

export type Side = 'sluice' | 'haproxy';

export function programOf(side: Side): string {
  return side === 'sluice' ? join(repository, 'bin/sluice') : (findProgram('haproxy') ?? 'haproxy');
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line that ends by itself. */
export function run(side: Side, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ran {
  const { status, stdout, stderr } = spawnSync(programOf(side), args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

/** A folder of the test's own with these files. */
export function folderWith(test: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-command-line-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A running program; the test ends it. */
export class Running {
  readonly pid: number;
  readonly #child: ChildProcess;
  #output = '';
  /** Resolves to the exit code once the program has ended and nobody holds its standard output any more. */
  readonly closed: Promise<number | string>;
  #over = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.closed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#over = true;
        resolve(code ?? signal ?? '');
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  get over(): boolean {
    return this.#over;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** All processes below this one. */
  descendants(): number[] {
    return descendantsOf(this.pid);
  }
}

/** Starts a command line that runs on; `inherited` are descriptors that it finds at 3, 4, ... */
export function start(
  test: TestContext,
  side: Side,
  args: readonly string[],
  options: { cwd?: string; inherited?: readonly number[] } = {},
): Running {
  const child = spawn(programOf(side), args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.inherited ?? [])],
  });
  const running = new Running(child);
  test.after(async () => {
    for (const pid of [...running.descendants(), running.pid]) kill(pid);
    await running.closed;
  });
  return running;
}

/** Waits until a started program listens on the port. */
export async function untilListening(running: Running, connects: () => Promise<boolean>): Promise<void> {
  await waitFor('the program listening', async () => {
    if (running.over) throw new Error(`it has ended and said: ${running.output}`);
    return connects();
  });
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Whether a process exists and is more than an exit code that nobody has asked for. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
}

/** Whether a process would act on the signal of this number if it came now: a master that has just started holds it back. */
export function handlesSignal(pid: number, number: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const has = (field: string) => {
    const mask = BigInt(`0x${new RegExp(`^${field}:\\s*(\\w+)`, 'm').exec(status)?.[1] ?? '0'}`);
    return ((mask >> BigInt(number - 1)) & 1n) === 1n;
  };
  return has('SigCgt') && !has('SigBlk');
}

function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: statOf(Number(name))?.parent }));
  const found = [pid];
  // The list grows while it is walked.
  for (const above of found) found.push(...parents.filter(({ parent }) => parent === above).map((each) => each.pid));
  return found.slice(1);
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const [state = '', parent = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
