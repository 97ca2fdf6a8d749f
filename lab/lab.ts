/** The lab: two nginx, two MariaDB and one Sluice on free loopback ports in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startOwned } from './child.ts';
import { freePort } from './free-port.ts';
import { installMariadb, startMariadb } from './mariadb.ts';
import { startNamedNginx } from './nginx.ts';
import { missingPackages, type Program } from './programs.ts';
import { startSluice, waitForControlPlane } from './sluice.ts';

/** What must be installed for the lab to start. */
export const labPrograms: readonly Program[] = ['nginx', 'mariadbd', 'mariadb-install-db', 'mariadb', 'curl'];

/** The ports that README.md uses in its examples. */
export const readmePorts = { api: 8080, web: 8081, nginx1: 9001, nginx2: 9002, sql: 3307, db1: 3311, db2: 3312 };
export type PortName = keyof typeof readmePorts;
export type NginxName = 'nginx1' | 'nginx2';

export interface Lab {
  folder: string;
  ports: Readonly<Record<PortName, number>>;
  sluice: Child;
  /** The web servers by name; a step may stop one and put another in its place. */
  nginx: Record<NginxName, Child>;
  /** Starts the web server of that name again after it was stopped. */
  startNginx(name: NginxName): Promise<void>;
  /** Ends every program and removes the folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts everything; what was started is ended again when something fails. Throws when a program is missing. */
export async function startLab(say: (step: string) => void = () => undefined): Promise<Lab> {
  const missing = missingPackages(labPrograms);
  if (missing.length > 0) throw new Error(`the lab needs more programs: sudo apt-get install ${missing.join(' ')}`);
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-lab-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const ports = await choosePorts();

  say('Starting two nginx, each answering with its own name');
  const programs = cleanup.use(new AsyncDisposableStack());
  const nginx: Partial<Lab['nginx']> = {};
  const startNginx = async (name: NginxName) => {
    nginx[name] = await startOwned(programs, () => startNamedNginx(name, join(folder, name), ports[name]));
  };
  await Promise.all([startNginx('nginx1'), startNginx('nginx2')]);

  say('Starting two MariaDB with server_id 10 and 20');
  const template = join(folder, 'mariadb');
  await installMariadb(template);
  const startDatabase = (name: 'db1' | 'db2', serverId: number) =>
    startOwned(programs, () =>
      startMariadb(template, { name, folder: join(folder, name), port: ports[name], serverId }),
    );
  await Promise.all([startDatabase('db1', 10), startDatabase('db2', 20)]);

  say('Starting Sluice: control plane and one node');
  const listen = `127.0.0.1:${ports.api}`;
  // Each worker takes its own turns (as HAProxy's processes do), so the strict alternation shown here needs a single one.
  const settings = ['--listen', listen, '--data', join(folder, 'sluice'), '--workers', '1'];
  const sluice = await startOwned(programs, () => startSluice('sluice up', ['up', ...settings]), 'SIGINT');
  await waitForControlPlane(sluice, `http://${listen}`);

  const owned = cleanup.move();
  return {
    folder,
    ports,
    sluice,
    nginx: nginx as Lab['nginx'],
    startNginx,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function choosePorts(): Promise<Record<PortName, number>> {
  const chosen: Partial<Record<PortName, number>> = {};
  for (const name of Object.keys(readmePorts) as PortName[]) chosen[name] = await freePort();
  return chosen as Record<PortName, number>;
}

/** README's port → the lab's port, for the commands of README.md. */
export function portsForReadme(lab: Lab): Record<number, number> {
  const names = Object.keys(readmePorts) as PortName[];
  return Object.fromEntries(names.map((name) => [readmePorts[name], lab.ports[name]]));
}
