/** Finds the programs of Debian that the lab, the benchmark and the end-to-end tests need. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Debian package of each program. */
export const packages = {
  ab: 'apache2-utils',
  curl: 'curl',
  haproxy: 'haproxy',
  mariadb: 'mariadb-client',
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  nginx: 'nginx-light',
  openssl: 'openssl',
  varnishtest: 'varnish',
  wrk: 'wrk',
} as const;
export type Program = keyof typeof packages;

/** The path of the program, undefined when it is not installed. Daemons live in sbin, which PATH may leave out. */
export function findProgram(name: Program): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The path of a program that must be there; throws with the command that installs it. */
export function programPath(name: Program): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed: sudo apt-get install ${packages[name]}`);
  return path;
}

/** The Debian packages to install for those of the programs that are missing, without repetition. */
export function missingPackages(names: readonly Program[]): string[] {
  return [...new Set(names.filter((name) => findProgram(name) === undefined).map((name) => packages[name]))];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
