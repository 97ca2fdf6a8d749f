/** -D: the node goes on in a process of its own, and the one that was launched ends once it is ready. */
import { spawn } from 'node:child_process';
import type { CfgReading } from '../../shared/haproxy-cfg/read-haproxy-cfg.ts';

/**
 * Starts this very command line again without a terminal, in the folder where it was given; resolves to 0 once that is ready,
 * else to its exit code.
 */
export function runInBackground(reading: CfgReading, launchedIn: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      detached: true,
      cwd: launchedIn,
      stdio: ['ignore', 'pipe', 'pipe', ...inherited(reading), 'ipc'],
    });
    child.stdout?.pipe(process.stdout);
    child.stderr?.pipe(process.stderr);
    child.once('message', () => {
      child.disconnect();
      child.unref();
      process.exit(0);
    });
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
}

/** The launching process waits for this; what is written from now on goes nowhere. */
export function tellParentReady(): void {
  if (process.send === undefined) return;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.once('disconnect', () => {});
  process.send('ready');
}

/** Descriptors that binds and stats sockets name, at the same numbers. */
function inherited({ config }: CfgReading): ('ignore' | number)[] {
  const binds = (config.frontends ?? []).flatMap((frontend) => frontend.binds ?? []);
  const numbers = [...binds, ...(config.global?.statsSockets ?? [])]
    .map(({ address }) => Number(/^fd@([0-9]+)$/.exec(address ?? '')?.[1] ?? -1))
    .filter((number) => number > 2);
  return Array.from({ length: Math.max(2, ...numbers) - 2 }, (_, index) =>
    numbers.includes(index + 3) ? index + 3 : 'ignore',
  );
}
