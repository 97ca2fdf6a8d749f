/** Runs a haproxy.cfg: a supervisor and its workers without a control plane, under the signals that haproxy knows. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { CfgReading } from '../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { Supervisor } from '../node/supervisor.ts';
import type { Arguments } from './arguments.ts';
import { tellParentReady } from './background.ts';
import { hasListener, readConfiguration, tell, tellDiagnostics, tellFatal, toVersion } from './load-configuration.ts';
import { processLogger } from './process-logger.ts';
import { softwareVersion } from './versions.ts';

/** Starts a node; answers an exit code when it cannot be started, else undefined while it runs. */
export async function runNode(args: Arguments): Promise<number | undefined> {
  const reading = await readConfiguration(args.files);
  tellDiagnostics(reading, args);
  if (!isUsable(reading, args)) return reading.valid ? 2 : 1;
  const node = new RunningNode(args, reading);
  const errors = await node.start();
  if (errors === undefined) return undefined;
  if (!args.quiet) tellStartErrors(reading, errors);
  await node.abandon();
  return 1;
}

function isUsable(reading: CfgReading, args: Arguments): boolean {
  if (!reading.valid) {
    tellFatal(reading, args);
    return false;
  }
  if (hasListener(reading)) return true;
  if (!args.quiet)
    tell({ severity: 'alert' }, "[sluice.main()] No enabled listener found (check for 'bind' directives) ! Exiting.");
  return false;
}

/** What keeps a node from starting is mostly an address that cannot be listened on. */
function tellStartErrors(reading: CfgReading, errors: readonly FieldError[]): void {
  for (const { resource, pointer, detail } of errors) {
    const place = reading.placeOf(resource + pointer);
    const where = place === undefined ? '' : ` [${place.file}:${place.line}]`;
    const name = resource.split('/').at(-1) ?? '';
    const listen = (reading.config.backends ?? []).some((backend) => backend.name === name);
    const what = resource.startsWith('/frontends/') ? ` for ${listen ? 'proxy' : 'frontend'} ${name}` : '';
    tell({ severity: 'alert' }, what === '' ? `${resource}${pointer}: ${detail}` : `Binding${where}${what}: ${detail}`);
  }
  tell({ severity: 'alert' }, '[sluice.main()] Some protocols failed to start their listeners! Exiting.');
}

class RunningNode {
  readonly #args: Arguments;
  readonly #supervisor: Supervisor;
  readonly #masterWorker: boolean;
  readonly #pidfile: string;
  #reading: CfgReading;
  #version = 1;
  #ending = false;

  constructor(args: Arguments, reading: CfgReading) {
    const { process: settings } = reading;
    this.#args = args;
    this.#reading = reading;
    this.#masterWorker = args.masterWorker || settings.masterWorker;
    this.#pidfile = args.pidfile === '' ? settings.pidfile : args.pidfile;
    this.#supervisor = new Supervisor({
      controlPlane: undefined,
      directory: undefined,
      token: '',
      node: 'local',
      // In debug mode events come in one order: servers take their turns as in a single process.
      workers: args.debug && reading.config.global?.nbproc === undefined ? 1 : undefined,
      software: `sluice/${softwareVersion()}`,
      workerEntry: join(import.meta.dirname, '../worker/worker.ts'),
      clock: systemClock,
      random: Math.random,
      logger: processLogger(args),
      identity: settings.user === '' && settings.group === '' ? undefined : settings,
      sharesPorts: args.replaces.length > 0,
      onDrain: () => {},
    });
  }

  /** Resolves once all binds accept and the pid file is written, to what is wrong where that cannot be. */
  async start(): Promise<readonly FieldError[] | undefined> {
    this.#listenToSignals();
    // The timers of the clock hold no process alive, and between two workers nothing else may.
    setInterval(() => {}, 60_000);
    const version = toVersion(this.#reading, this.#version);
    await this.#supervisor.start(version);
    const errors = await this.#supervisor.run(version, this.#reading.patternFiles);
    if (errors !== undefined) return errors;
    if (this.#pidfile !== '') writeFileSync(this.#pidfile, `${process.pid}\n`);
    this.#replaceOthers();
    tellParentReady();
    return undefined;
  }

  async abandon(): Promise<void> {
    await this.#supervisor.stop();
    process.exit(1);
  }

  #replaceOthers(): void {
    for (const pid of this.#args.replaces) {
      try {
        process.kill(pid, this.#args.gently ? 'SIGUSR1' : 'SIGTERM');
      } catch {
        // It is gone already.
      }
    }
  }

  #listenToSignals(): void {
    process.on('SIGINT', () => this.#end(() => this.#supervisor.stop(), this.#masterWorker ? 130 : 0));
    process.on('SIGTERM', () => this.#end(() => this.#supervisor.stop(), this.#masterWorker ? 143 : 0));
    process.on('SIGUSR1', () => this.#end(() => this.#supervisor.drain(), 0));
    const reload = () => {
      if (this.#masterWorker) void this.#reload();
    };
    process.on('SIGUSR2', reload);
    process.on('SIGHUP', reload);
  }

  #end(how: () => Promise<void>, code: number): void {
    const now = this.#ending ? () => this.#supervisor.stop() : how;
    this.#ending = true;
    now().then(
      () => this.#exit(code),
      () => this.#exit(1),
    );
  }

  #exit(code: number): void {
    if (this.#pidfile !== '') rmSync(this.#pidfile, { force: true });
    process.exit(code);
  }

  /** Reads the files again; what cannot be used leaves the old configuration serving. */
  async #reload(): Promise<void> {
    const args = this.#args;
    try {
      const reading = await readConfiguration(args.files);
      tellDiagnostics(reading, args);
      if (!isUsable(reading, args)) return;
      const errors = await this.#supervisor.run(toVersion(reading, ++this.#version), reading.patternFiles);
      if (errors === undefined) this.#reading = reading;
    } catch (error) {
      tell({ severity: 'alert' }, (error as Error).message);
    }
  }
}
