/** The thread of a worker that checks passwords, so that traffic need not wait for it. */
import { parentPort } from 'node:worker_threads';
import type { PasswordQuestion, PasswordVerdict } from './password-checks.ts';
import { verifyPassword } from './verify-password.ts';

parentPort?.on('message', ({ id, password, hash }: PasswordQuestion) => {
  const verdict: PasswordVerdict = { id, holds: verifyPassword(Buffer.from(password, 'latin1'), hash) };
  parentPort?.postMessage(verdict);
});
