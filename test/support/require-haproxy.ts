/** The HAProxy that Sluice is compared with. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { requireProgram } from './require-program.ts';

/** The path of HAProxy; undefined, and the test skipped, unless it is a 2.6. */
export function requireHaproxy(test: TestContext): string | undefined {
  const program = requireProgram(test, 'haproxy');
  if (program === undefined) return undefined;
  const version = /version (\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout)?.[1] ?? '';
  if (version.startsWith('2.6.')) return program;
  test.skip(`HAProxy is ${version}, not 2.6`);
  return undefined;
}
