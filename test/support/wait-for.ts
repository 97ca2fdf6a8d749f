/** Waiting for a condition instead of for a time. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again every few milliseconds until the question is answered with something true, and answers that. Throws when
 * `timeout` (ms) has passed; `what` names the condition in the message.
 */
export async function waitFor<Value>(
  what: string,
  question: () => Value | Promise<Value>,
  timeout = 30_000,
): Promise<NonNullable<Value>> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await question();
    if (value) return value as NonNullable<Value>;
    if (performance.now() > end) throw new Error(`waited ${timeout} ms in vain: ${what}`);
    await delay(5);
  }
}
