/** Starts Sluice as a user does, through bin/sluice, and speaks to its REST API. */
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { waitUntil } from './wait-until.ts';

export const repository = join(import.meta.dirname, '..');

/** A request to the REST API at `origin`, such as "http://127.0.0.1:8080"; throws on any status of 400 and above. */
export async function api<Answer = unknown>(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** Starts `bin/sluice` with these arguments. Settings of the caller's environment do not leak in; `more` is added to it. */
export function startSluice(
  name: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const settings = Object.keys(process.env).filter((variable) => variable.startsWith('SLUICE_'));
  const env = { ...Object.fromEntries(settings.map((variable) => [variable, undefined])), ...more };
  return startChild(name, join(repository, 'bin/sluice'), args, { cwd: repository, env });
}

/** Resolves once the control plane at `origin` says that it is ready. */
export async function waitForControlPlane(child: Child, origin: string): Promise<void> {
  await waitUntil(`${child.name} at ${origin}`, async () => (await fetch(`${origin}/readyz`)).ok, { child });
}
