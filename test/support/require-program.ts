/** Skips a test that needs a program which is not installed; CI turns the skip into a failure. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

/** The path of a program, looked for on PATH and where Debian keeps servers; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/**
 * The path of a program that the test needs. Without it the test is skipped and undefined is answered; with
 * SLUICE_REQUIRE_PROGRAMS=1 it throws instead. `debianPackage` is named in the message.
 */
export function requireProgram(test: TestContext, name: string, debianPackage = name): string | undefined {
  const path = findProgram(name);
  if (path !== undefined) return path;
  const message = `${name} is not installed: apt-get install ${debianPackage}`;
  if (process.env['SLUICE_REQUIRE_PROGRAMS'] === '1') throw new Error(message);
  test.skip(message);
  return undefined;
}
