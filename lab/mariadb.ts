/** Starts MariaDB servers on loopback from temporary data folders, and asks them through the command line client. */
import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from './child.ts';
import { programPath } from './programs.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

/** The user that every server of the lab knows; it may log in from 127.0.0.1 and owns nothing. */
export const labUser = { name: 'lab', password: 'lab' };

export interface MariadbOptions {
  name: string;
  folder: string;
  port: number;
  serverId: number;
}

/** mariadbd refuses to run as root unless told so; for any other user --user would have no effect. */
function userOption(): string[] {
  return userInfo().uid === 0 ? ['--user=root'] : [];
}

/** Fills a data folder (about 2 s); `startMariadb` copies it, so that several servers pay for it once. */
export async function installMariadb(template: string): Promise<void> {
  await mkdir(template, { recursive: true });
  await run(programPath('mariadb-install-db'), [
    '--no-defaults',
    `--datadir=${template}`,
    '--skip-test-db',
    '--innodb-log-file-size=8M',
    ...userOption(),
  ]);
}

/** Starts a server over a copy of the template; resolves once the lab's user can ask it for its server id. */
export async function startMariadb(template: string, options: MariadbOptions): Promise<Child> {
  const { name, folder, port, serverId } = options;
  await mkdir(folder, { recursive: true });
  await cp(template, join(folder, 'data'), { recursive: true });
  const users = join(folder, 'users.sql');
  await writeFile(users, `CREATE OR REPLACE USER '${labUser.name}'@'127.0.0.1' IDENTIFIED BY '${labUser.password}';\n`);
  const child = await startChild(name, programPath('mariadbd'), [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--socket=${join(folder, 'sock')}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--server-id=${serverId}`,
    `--init-file=${users}`,
    // Without names to resolve there is no host cache either, so connections of TCP checks block nobody.
    '--skip-name-resolve',
    '--innodb-log-file-size=8M',
    '--innodb-buffer-pool-size=16M',
    '--performance-schema=OFF',
    ...userOption(),
  ]);
  const ready = async () => (await queryMariadb(port, 'select @@server_id')) === String(serverId);
  try {
    await waitUntil(`${name} on port ${port}`, ready, { timeout: 60_000, interval: 100, child });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

/** What the server behind the port answers to a query: values by tab, rows by line break. A new connection each time. */
export async function queryMariadb(port: number, query: string): Promise<string> {
  const client = ['--no-defaults', '--protocol=tcp', '--host=127.0.0.1', `--port=${port}`, '--connect-timeout=5'];
  const login = [`--user=${labUser.name}`, `--password=${labUser.password}`];
  const answer = await run(programPath('mariadb'), [
    ...client,
    ...login,
    '--batch',
    '--skip-column-names',
    '-e',
    query,
  ]);
  return answer.stdout.trim();
}
