/** Starts a program in a process group of its own, keeps what it prints, and ends it by its pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const outputKept = 64 * 1024;

export interface ChildOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
}

/** A running program; `stop` is safe to call twice and after it has ended by itself. */
export class Child {
  readonly name: string;
  readonly pid: number;
  readonly #process: ChildProcess;
  #output = '';

  constructor(name: string, program: ChildProcess) {
    if (program.pid === undefined) throw new Error(`${name} has no process id`);
    this.name = name;
    this.pid = program.pid;
    this.#process = program;
    for (const stream of [program.stdout, program.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-outputKept);
      });
    }
  }

  /** The last 64 KB of standard output and standard error. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends the signal, waits `patience` ms, then kills the whole process group. Resolves once the program has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', patience = 10_000): Promise<void> {
    if (this.running) {
      const ended = once(this.#process, 'exit');
      this.#process.kill(signal);
      const timer = setTimeout(() => this.#killGroup(), patience);
      await ended;
      clearTimeout(timer);
    }
    this.#killGroup();
  }

  #killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The group is empty: nothing was left behind.
    }
  }
}

/** Starts the program; rejects when it cannot be executed at all. */
export async function startChild(
  name: string,
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Child> {
  const program = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: Ctrl-C in the terminal reaches only us, and we end everything in the right order.
    detached: true,
  });
  await once(program, 'spawn');
  return new Child(name, program);
}

/** Starts a program that ends with the stack, even when the stack is disposed before the program was ready. */
export function startOwned(
  stack: AsyncDisposableStack,
  start: () => Promise<Child>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Child> {
  if (stack.disposed) throw new Error('everything is being ended');
  const starting = start();
  stack.defer(async () => (await starting.catch(() => undefined))?.stop(signal));
  return starting;
}
