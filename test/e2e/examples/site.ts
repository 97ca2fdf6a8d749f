/** What an example runs on in a test: its servers on free ports, and Sluice or HAProxy in front of them. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Child, startChild } from '../../../lab/child.ts';
import { installMariadb, startMariadb } from '../../../lab/mariadb.ts';
import { startNamedNginx } from '../../../lab/nginx.ts';
import { programPath } from '../../../lab/programs.ts';
import { repository, startSluice } from '../../../lab/sluice.ts';
import { waitUntil } from '../../../lab/wait-until.ts';
import type { Example, Step } from './example.ts';
import { tryStep, type Variables } from './steps.ts';

export type Side = 'sluice' | 'haproxy';

export class ExampleSite {
  readonly #example: Example;
  readonly #folder: string;
  readonly #variables: Variables;
  readonly #servers = new Map<string, Child>();
  #template: Promise<string> | undefined;

  constructor(example: Example, folder: string, variables: Variables) {
    this.#example = example;
    this.#folder = folder;
    this.#variables = variables;
  }

  async startServers(): Promise<void> {
    await Promise.all(Object.keys(this.#example.servers).map((name) => this.#startServer(name)));
  }

  async stopServers(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }

  /** Runs all steps through one of the two programs, and ends it. */
  async run(side: Side): Promise<void> {
    const program = await this.#startProgram(side);
    try {
      for (const step of this.#example.steps) await this.#carryOut(step, program);
    } finally {
      await program.stop();
    }
    // What a step has stopped is there again for the next run.
    for (const [name, server] of this.#servers) if (!server.running) await this.#startServer(name);
  }

  async #startProgram(side: Side): Promise<Child> {
    const environment = { ...this.#variables };
    const child =
      side === 'sluice'
        ? await startSluice('bin/sluice', ['-f', this.#example.cfg], environment)
        : await startChild('haproxy', programPath('haproxy'), ['-db', '-f', this.#example.cfg], {
            cwd: repository,
            env: environment,
          });
    const port = this.#variables['PORT'] ?? '';
    try {
      await waitUntil(`${child.name} on port ${port}`, () => isListening(Number(port)), { child });
    } catch (error) {
      await child.stop();
      throw error;
    }
    return child;
  }

  async #carryOut(step: Step, program: Child): Promise<void> {
    try {
      if (step.stop !== undefined) await this.#servers.get(step.stop)?.stop();
      if (step.start !== undefined) await this.#startServer(step.start);
      if (step.eventually) {
        await waitUntil(step.shows, () => tryStep(step, this.#variables).then(() => true), { child: program });
      } else await tryStep(step, this.#variables);
    } catch (error) {
      throw new Error(`${this.#example.name}: ${step.shows}\n${program.name} says: ${program.output}`, {
        cause: error,
      });
    }
  }

  async #startServer(name: string): Promise<void> {
    const server = this.#example.servers[name];
    if (server === undefined) throw new Error(`${this.#example.name}: no server is named '${name}'`);
    const port = Number(this.#variables[server.port]);
    const folder = join(this.#folder, name);
    if (server.kind === 'nginx') this.#servers.set(name, await startNamedNginx(name, folder, port));
    else if (server.kind === 'web') this.#servers.set(name, await startWebServer(name, port));
    else {
      this.#template ??= this.#installMariadb();
      const options = { name, folder, port, serverId: server.id ?? 1 };
      this.#servers.set(name, await startMariadb(await this.#template, options));
    }
  }

  async #installMariadb(): Promise<string> {
    const template = join(this.#folder, 'mariadb');
    await installMariadb(template);
    return template;
  }
}

async function startWebServer(name: string, port: number): Promise<Child> {
  const script = join(repository, 'lab/web-server.ts');
  const child = await startChild(name, process.execPath, [script, name, String(port)]);
  await waitUntil(`${name} on port ${port}`, () => child.output.includes('listens'), { child });
  return child;
}

/** Whether a TCP connection is accepted. */
async function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
  socket.once('error', () => resolve(false));
  const listening = await promise;
  socket.destroy();
  return listening;
}
