/** Keeps several programs running: starts one again when it dies, and stops all of them together. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Plane {
  /** For messages, such as "control plane". */
  name: string;
  command: readonly [string, ...string[]];
  environment: NodeJS.ProcessEnv;
}

/** Delays in milliseconds before a restart: doubled from the first to the longest, from the start again after a long life. */
const firstDelay = 100;
const longestDelay = 5_000;
const longLife = 10_000;

/** So many deaths, each soon after its start, end everything. */
const mostEarlyDeaths = 5;

/** Exit code with which a program says that its settings are wrong; starting it again would not help. */
const usageError = 2;

/**
 * Runs the planes until SIGTERM or SIGINT, which they are told, or until one cannot be kept running. Resolves to the exit
 * code: 0 after an orderly stop, 2 when a plane found its settings wrong, 1 when one kept dying.
 */
export function runPlanes(planes: readonly Plane[]): Promise<number> {
  return new Promise((resolve) => {
    const children = new Map<Plane, ChildProcess>();
    const restarts = new Set<NodeJS.Timeout>();
    let exitCode = 0;
    let stopping = false;

    const stop = (signal: NodeJS.Signals): void => {
      stopping = true;
      for (const timer of restarts) clearTimeout(timer);
      restarts.clear();
      for (const child of children.values()) child.kill(signal);
      if (children.size === 0) finish();
    };
    const onTerm = () => stop(stopping ? 'SIGKILL' : 'SIGTERM');
    const onInterrupt = () => stop(stopping ? 'SIGKILL' : 'SIGINT');
    const finish = (): void => {
      process.off('SIGTERM', onTerm).off('SIGINT', onInterrupt);
      resolve(exitCode);
    };

    const start = (plane: Plane, earlyDeaths: number): void => {
      const startedAt = Date.now();
      const [program, ...parameters] = plane.command;
      const child = spawn(program, parameters, { stdio: 'inherit', env: plane.environment });
      children.set(plane, child);
      child.on('error', (error) => console.error(`sluice: cannot start the ${plane.name}: ${error.message}`));
      child.on('close', (code, signal) => {
        children.delete(plane);
        if (stopping) {
          if (children.size === 0) finish();
          return;
        }
        const deaths = Date.now() - startedAt < longLife ? earlyDeaths + 1 : 1;
        const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
        if (code === usageError || deaths >= mostEarlyDeaths) {
          console.error(`sluice: the ${plane.name} ended ${how}; giving up`);
          exitCode = code === usageError ? usageError : 1;
          stop('SIGTERM');
          return;
        }
        const delay = Math.min(longestDelay, firstDelay * 2 ** (deaths - 1));
        console.error(`sluice: the ${plane.name} ended ${how}; starting it again in ${delay} ms`);
        const timer = setTimeout(() => {
          restarts.delete(timer);
          start(plane, deaths);
        }, delay);
        restarts.add(timer);
      });
    };

    process.on('SIGTERM', onTerm).on('SIGINT', onInterrupt);
    for (const plane of planes) start(plane, 0);
  });
}
