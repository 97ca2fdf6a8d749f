/** Waits for something that another process brings about, by asking again and again, with a limit. */
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Longest wait in ms. Default: 15,000. */
  timeout?: number;
  /** Pause between two questions in ms. Default: 25. */
  interval?: number;
  /** The program that is to bring it about: once it has ended, waiting is over. */
  child?: { readonly name: string; readonly running: boolean; readonly output: string };
}

/**
 * The first answer that is not undefined or false. A question that throws is asked again; when time is up the error
 * tells what was waited for, and the last failure as its cause.
 */
export async function waitUntil<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  options: WaitOptions = {},
): Promise<Answer> {
  const timeout = options.timeout ?? 15_000;
  const end = performance.now() + timeout;
  let cause: unknown;
  while (performance.now() < end) {
    if (options.child?.running === false) {
      throw new Error(`${options.child.name} ended while we waited for ${what}; it printed:\n${options.child.output}`);
    }
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(options.interval ?? 25);
  }
  throw new Error(`waited ${timeout} ms in vain for ${what}`, { cause });
}
