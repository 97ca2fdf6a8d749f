/** The supervisor: joins workers, sockets, health checks, counters and the control plane into one node. */
import { availableParallelism } from 'node:os';
import type { Clock } from '../../shared/clock.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { isDynamic } from '../../shared/model/check-kind.ts';
import type { Snapshot, SnapshotBackend } from '../../shared/model/snapshot.ts';
import type { PatternFile } from '../../shared/patterns/pattern-file.ts';
import type { Hello } from '../../shared/protocol/messages.ts';
import type { ReceivedSnapshot } from '../../shared/protocol/snapshot-transfer.ts';
import { HealthScheduler } from '../health/scheduler.ts';
import { logsSent } from '../report/log-senders.ts';
import { Activator, type Outcome, type Version } from './activate.ts';
import { ControlLink } from './control-link.ts';
import type { Reply } from './control-session.ts';
import { EventBuffer } from './event-buffer.ts';
import { ListeningSockets } from './listening-sockets.ts';
import type { NodeExpressions } from './node-expressions.ts';
import { NodePatterns } from './node-patterns.ts';
import { ProxyLog, tellStopped } from './proxy-log.ts';
import { StatsSockets } from './runtime-api/stats-sockets.ts';
import { SupervisorView } from './runtime-api/supervisor-view.ts';
import { ServerStates } from './server-states.ts';
import { SharedSlots } from './shared-slots.ts';
import { SharedTables } from './shared-tables.ts';
import { SharedVariables } from './shared-variables.ts';
import type { SnapshotCache } from './snapshot-cache.ts';
import { Totals } from './totals.ts';
import { VersionQueue } from './version-queue.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerIdentity } from './worker-process.ts';

const countersInterval = 1_000;
/** How long (ms) after a first failure, and at most, until the cached version is tried again. */
const bootRetry = 1_000;
const longestBootRetry = 30_000;

export interface SupervisorOptions {
  /** ws:// or wss:// address of the control plane; undefined for a node that runs what {@link Supervisor.run} is given. */
  readonly controlPlane: string | undefined;
  /** "" for none. */
  readonly token: string;
  readonly node: string;
  /** undefined: as the configuration says, else one for each core. */
  readonly workers: number | undefined;
  /** Where this node keeps its snapshot; undefined for nowhere. */
  readonly directory: string | undefined;
  readonly software: string;
  readonly workerEntry: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Who workers become once they have started; undefined for who starts them. */
  readonly identity?: WorkerIdentity | undefined;
  /** Another node may still listen on the same ports, because this one is to take its place. */
  readonly sharesPorts?: boolean;
  /** Called when the control plane asks the node to stop. */
  readonly onDrain: () => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sockets = new ListeningSockets();
  readonly #pool: WorkerPool;
  readonly #states: ServerStates;
  readonly #proxyLog = new ProxyLog();
  readonly #slots = new SharedSlots();
  readonly #tables: SharedTables;
  readonly #patterns = new NodePatterns();
  readonly #events = new EventBuffer();
  readonly #variables = new SharedVariables();
  #expressions: NodeExpressions | undefined;
  readonly #scheduler: HealthScheduler;
  readonly #totals: Totals;
  readonly #view: SupervisorView;
  readonly #statsSockets: StatsSockets;
  readonly #activator: Activator;
  readonly #queue: VersionQueue;
  #cache: SnapshotCache | undefined;
  #link: ControlLink | undefined;
  #source: Hello['source'] = 'none';
  #draining = false;
  #cancelBoot = () => {};
  #cancelTick = () => {};

  constructor(options: SupervisorOptions) {
    const { clock, logger, random, node, workerEntry } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = logger;
    this.#totals = new Totals(clock);
    this.#tables = new SharedTables(() => Math.floor(performance.timeOrigin + performance.now()));
    this.#sockets.shareable = options.sharesPorts ?? false;
    this.#scheduler = new HealthScheduler({
      clock,
      random,
      onResult: (uid, up, result, health) => this.#states.takeCheck(uid, up, result, health),
      programOf: (target) => this.#expressions?.programOf(target),
    });
    this.#states = new ServerStates({
      clock,
      logger,
      handlers: {
        states: (servers) => {
          for (const { uid, part } of servers) this.#slots.dynamic.setPart(uid, part ?? 1);
          this.#pool.broadcast({ type: 'servers', servers });
        },
        health: (message) => this.#link?.sendHealth(message),
        targets: (targets) => this.#scheduler.update(targets),
        sessionsOf: (uid) => this.#totals.of(uid).current.sessions,
        queuedOf: (uid) => this.#totals.of(uid).current.queued,
        log: (backend, level, text) => this.#proxyLog.write(backend, level, text),
      },
    });
    this.#pool = new WorkerPool({
      entry: workerEntry,
      identity: options.identity,
      clock,
      logger,
      handlers: {
        ready: (worker) => void this.#activator.bringUp(worker),
        counters: (worker, counters) => this.#totals.take(worker, counters),
        slots: (worker, message) => {
          if (message.type === 'want-slot') this.#slots.want(worker, message.uid);
          else if (message.type === 'sessions') this.#slots.dynamic.take(worker, message.sessions);
          else this.#slots.returned(worker, message.uid, message.count);
        },
        tables: (worker, message) => {
          if (message.type === 'table-changes') this.#tables.take(worker, message.tables);
          else this.#tables.cleared(worker, message.id);
        },
        patterns: (worker, message) => {
          if (message.type === 'pattern-changes') this.#patterns.takeFrom(worker, message);
          else this.#patterns.synced(worker, message.id);
        },
        variables: (worker, { changes }) => this.#variables.takeFrom(worker, changes),
        events: (lines) => this.#events.add(lines),
        closed: (worker) => {
          this.#variables.forget(worker);
          this.#patterns.forget(worker);
          this.#totals.drop(worker);
          this.#slots.drop(worker);
          this.#tables.drop(worker);
        },
        changed: () => {
          this.#pool.broadcast({ type: 'workers', count: this.#pool.size });
          this.#link?.sendStatus();
        },
      },
    });
    this.#view = new SupervisorView({
      name: node,
      version: options.software.replace(/^.*\//, ''),
      clock,
      states: this.#states,
      scheduler: this.#scheduler,
      tables: this.#tables,
      patterns: this.#patterns,
      variables: this.#variables.process,
      expressions: () => this.#expressions,
      countersOf: (uid) => this.#totals.of(uid),
      events: () => this.#events.lines,
      snapshot: () => this.#activator.running?.snapshot,
      workers: () => this.#pool.size,
      stopping: () => this.#draining,
    });
    this.#statsSockets = new StatsSockets({
      node: () => (this.#view.isReady ? this.#view : undefined),
      clock,
      logger,
    });
    this.#activator = new Activator({
      pool: this.#pool,
      sockets: this.#sockets,
      states: this.#states,
      slots: this.#slots,
      tables: this.#tables,
      patterns: this.#patterns,
      variables: this.#variables,
      loadExpressions: (snapshot) => this.#loadExpressions(snapshot),
      statsSockets: this.#statsSockets,
      logger,
    });
    this.#queue = new VersionQueue(
      (version) => this.#activate(version, 'control-plane'),
      ({ version }) => logger.info({ version }, 'a newer version supersedes this one before its turn'),
    );
  }

  /** Its schemas would double the time of a start without it. */
  async #openCache(directory: string): Promise<SnapshotCache> {
    const { clock, logger } = this.#options;
    const { SnapshotCache } = await import('./snapshot-cache.ts');
    return new SnapshotCache({ directory, clock, logger });
  }

  /** Loading what compiles expressions takes time that most nodes need not spend. A cached version may be from before there were any. */
  async #loadExpressions({ setVars = [], stats, backends }: Partial<Snapshot>): Promise<NodeExpressions | undefined> {
    const isNeeded = setVars.length > 0 || (stats?.sockets ?? []).length > 0 || backends?.some(hasDynamicCheck);
    if (this.#expressions !== undefined || !isNeeded) return this.#expressions;
    const { openExpressions } = await import('./open-expressions.ts');
    this.#expressions = openExpressions({
      clock: this.#clock,
      random: this.#options.random,
      states: this.#states,
      tables: this.#tables,
      variables: this.#variables.process,
      countersOf: (uid) => this.#totals.of(uid),
      snapshot: () => this.#activator.running?.snapshot,
      stopping: () => this.#draining,
      keep: (lines) => this.#events.add(lines),
    });
    return this.#expressions;
  }

  #openLink(controlPlane: string): Promise<ControlLink> {
    return ControlLink.open({
      ...this.#options,
      controlPlane,
      pool: this.#pool,
      states: this.#states,
      totals: this.#totals,
      patterns: this.#patterns,
      running: () => this.#activator.running,
      source: () => this.#source,
      draining: () => this.#draining,
      onSnapshot: (received, reply) => this.#takeSnapshot(received, reply),
      onOverrides: () => this.#saveState(),
    });
  }

  /**
   * Serves what the cache holds, then connects. Resolves once that has been tried. `next` is the version that `run` will be
   * given, so that there are as many workers as it wants from the start.
   */
  async start(next?: Version): Promise<void> {
    const { directory, controlPlane } = this.#options;
    if (directory !== undefined) this.#cache = await this.#openCache(directory);
    if (controlPlane !== undefined) this.#link = await this.#openLink(controlPlane);
    const cached = await this.#cache?.load();
    this.#pool.resize(this.#wantedWorkers(next ?? cached?.version), 0);
    this.#cancelTick = every(this.#clock, countersInterval, () => {
      if (this.#statsSockets.isOpen && this.#view.isReady) this.#view.sample();
      this.#tables.expire();
      this.#link?.sendCounters();
    });
    if (cached !== undefined) {
      this.#states.setOverrides(cached.overrides);
      await this.#boot(cached.version);
    }
    if (!this.#draining) this.#link?.start();
  }

  /**
   * Puts a version in force that no control plane has sent, with the maps and ACL files it needs; resolves to what is wrong
   * with it, or to undefined. Files that the version before has too change only once this one is in force.
   */
  async run(version: Version, files: readonly PatternFile[]): Promise<readonly FieldError[] | undefined> {
    const added = this.#patterns.addMissing(files);
    const outcome = await this.#activate(version, 'none');
    if ('errors' in outcome) {
      for (const { name, entries } of added) this.#patterns.drop(entries.kind, name);
      return outcome.errors;
    }
    this.#patterns.replaceAll(files);
    return undefined;
  }

  /** Lets connections finish, at most as long as the running version allows, and resolves once all workers are gone. */
  async drain(): Promise<void> {
    if (!this.#beginStop()) return;
    this.#log.info('stopping: open connections may finish');
    this.#link?.sendStatus();
    const drained = this.#pool.drainAll(this.#hardStopAfter());
    this.#sockets.closeAll();
    await drained;
    await this.#tellStopped();
    await this.#finishStop();
  }

  async #tellStopped(): Promise<void> {
    const { running } = this.#activator;
    if (running === undefined) return;
    for (const { proxy, text } of tellStopped(running.snapshot, this.#totals)) {
      this.#log.warn(text);
      this.#proxyLog.write(proxy, 'warning', text);
    }
    await logsSent();
  }

  /** Ends everything now. */
  async stop(): Promise<void> {
    this.#beginStop();
    const killed = this.#pool.killAll();
    this.#sockets.closeAll();
    await killed;
    await this.#finishStop();
  }

  #beginStop(): boolean {
    if (this.#draining) return false;
    this.#draining = true;
    this.#cancelBoot();
    return true;
  }

  async #finishStop(): Promise<void> {
    this.#cancelTick();
    this.#statsSockets.closeAll();
    this.#scheduler.stop();
    this.#states.stop();
    this.#link?.sendCounters();
    await this.#link?.stop();
    await this.#cache?.flush();
  }

  /** A version that cannot be served yet (its port may still be in use) is tried again until there is another. */
  async #boot(version: Version, retryAfter = bootRetry): Promise<void> {
    const outcome = await this.#activate(version, 'cache');
    if (!('errors' in outcome) || this.#draining) return;
    this.#cancelBoot = this.#clock.after(retryAfter, () => {
      if (this.#activator.running !== undefined) return;
      void this.#boot(version, Math.min(longestBootRetry, retryAfter * 2));
    });
  }

  #takeSnapshot(version: ReceivedSnapshot, reply: Reply): void {
    if (this.#draining) return;
    this.#queue.offer(version, (outcome) => {
      const { version: number, hash } = version;
      if ('errors' in outcome) {
        reply({ type: 'nack', version: number, hash, phase: outcome.phase, errors: [...outcome.errors] });
      } else {
        reply({ type: 'ack', version: number, hash, durationMs: outcome.durationMs });
      }
    });
  }

  async #activate(version: Version, source: Hello['source']): Promise<Outcome> {
    if (this.#activator.running?.hash === version.hash) {
      this.#activator.rename(version);
      this.#source = source;
      this.#saveState();
      return { durationMs: 0 };
    }
    const outcome = await this.#activator.activate(version);
    if ('errors' in outcome) {
      for (const error of outcome.errors) {
        const place = `${error.resource}${error.pointer === '' ? '' : `#${error.pointer}`}`;
        const text = `version ${version.version} is refused: ${place === '' ? '' : `${place}: `}${error.detail}`;
        this.#log.error({ version: version.version, phase: outcome.phase, ...error }, text);
      }
      return outcome;
    }
    this.#source = source;
    const durationMs = Math.round(outcome.durationMs * 100) / 100;
    this.#log.info({ version: version.version, durationMs, source }, `version ${version.version} is in force`);
    // After the acknowledgement, which goes out in this very turn of the event loop.
    setImmediate(() => this.#afterActivation(version, source));
    return { durationMs };
  }

  #afterActivation(version: Version, source: Hello['source']): void {
    this.#totals.forgetOthers(version.snapshot);
    this.#pool.resize(this.#wantedWorkers(version), version.snapshot.hardStopAfter);
    if (source !== 'cache') this.#saveState();
  }

  #saveState(): void {
    const version = this.#activator.running;
    if (version !== undefined) this.#cache?.save({ version, overrides: this.#states.overrides() });
  }

  #wantedWorkers(version: Version | undefined): number {
    return this.#options.workers ?? (version?.snapshot.nbproc || availableParallelism());
  }

  #hardStopAfter(): number {
    return this.#activator.running?.snapshot.hardStopAfter ?? 30_000;
  }
}

/** Whether something of the health checks is worked out anew each time. */
function hasDynamicCheck({ healthCheck, servers }: SnapshotBackend): boolean {
  return servers.some(({ check }) => check) && isDynamic(healthCheck);
}

/** Calls back at an interval (ms) until cancelled. */
function every(clock: Clock, interval: number, callback: () => void): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock.after(interval, () => {
      arm();
      callback();
    });
  };
  arm();
  return () => cancel();
}
