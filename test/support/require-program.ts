/** Skips a test that needs a program which is not installed; CI turns the skip into a failure. */
import type { TestContext } from 'node:test';
import { findProgram, type Program, packages } from '../../lab/programs.ts';

/**
 * The path of a program that the test needs. Without it the test is skipped and undefined is answered; with
 * SLUICE_REQUIRE_PROGRAMS=1 it throws instead.
 */
export function requireProgram(test: TestContext, name: Program): string | undefined {
  const path = findProgram(name);
  if (path !== undefined) return path;
  const message = `${name} is not installed: apt-get install ${packages[name]}`;
  if (process.env['SLUICE_REQUIRE_PROGRAMS'] === '1') throw new Error(message);
  test.skip(message);
  return undefined;
}
