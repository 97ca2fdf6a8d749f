/** The supervisor: joins workers, sockets, health checks, counters and the control plane into one node. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Clock } from '../../shared/clock.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { PatternFile } from '../../shared/patterns/pattern-file.ts';
import type { Hello } from '../../shared/protocol/messages.ts';
import type { ReceivedSnapshot } from '../../shared/protocol/snapshot-transfer.ts';
import { HealthScheduler } from '../health/scheduler.ts';
import { logsSent } from '../report/log-senders.ts';
import { Activator, type Outcome, type Version } from './activate.ts';
import type { ControlPatterns } from './control-patterns.ts';
import type { ControlSession, Reply } from './control-session.ts';
import { EventBuffer } from './event-buffer.ts';
import { ListeningSockets } from './listening-sockets.ts';
import { NodePatterns } from './node-patterns.ts';
import type { PatternCache } from './pattern-cache.ts';
import { ProxyLog, tellStopped } from './proxy-log.ts';
import { StatsSockets } from './runtime-api/stats-sockets.ts';
import { SupervisorView } from './runtime-api/supervisor-view.ts';
import { ServerStates } from './server-states.ts';
import { SharedSlots } from './shared-slots.ts';
import { SharedTables } from './shared-tables.ts';
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
  readonly #bootId = randomUUID();
  readonly #sockets = new ListeningSockets();
  readonly #pool: WorkerPool;
  readonly #states: ServerStates;
  readonly #proxyLog = new ProxyLog();
  readonly #slots = new SharedSlots();
  readonly #tables: SharedTables;
  readonly #patterns = new NodePatterns();
  readonly #events = new EventBuffer();
  readonly #scheduler: HealthScheduler;
  readonly #totals: Totals;
  readonly #view: SupervisorView;
  readonly #statsSockets: StatsSockets;
  readonly #activator: Activator;
  readonly #queue: VersionQueue;
  #cache: SnapshotCache | undefined;
  #patternCache: PatternCache | undefined;
  #controlPatterns: ControlPatterns | undefined;
  #session: ControlSession | undefined;
  #source: Hello['source'] = 'none';
  #sequence = 0;
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
    });
    this.#states = new ServerStates({
      clock,
      logger,
      handlers: {
        states: (servers) => {
          for (const { uid, part } of servers) this.#slots.dynamic.setPart(uid, part ?? 1);
          this.#pool.broadcast({ type: 'servers', servers });
        },
        health: (message) => this.#session?.send(message),
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
        events: (lines) => this.#events.add(lines),
        closed: (worker) => {
          this.#patterns.forget(worker);
          this.#totals.drop(worker);
          this.#slots.drop(worker);
          this.#tables.drop(worker);
        },
        changed: () => {
          this.#pool.broadcast({ type: 'workers', count: this.#pool.size });
          this.#sendStatus();
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
      statsSockets: this.#statsSockets,
      logger,
    });
    this.#queue = new VersionQueue(
      (version) => this.#activate(version, 'control-plane'),
      ({ version }) => logger.info({ version }, 'a newer version supersedes this one before its turn'),
    );
  }

  /** Modules that only these two need are loaded with them: their schemas would double the time of a start without. */
  async #openCache(directory: string): Promise<SnapshotCache> {
    const { clock, logger } = this.#options;
    const { SnapshotCache } = await import('./snapshot-cache.ts');
    return new SnapshotCache({ directory, clock, logger });
  }

  /** What the control plane gave this node of maps and ACL files, first from the cache. */
  async #openPatterns(directory: string | undefined): Promise<ControlPatterns> {
    const { clock, logger } = this.#options;
    const { ControlPatterns } = await import('./control-patterns.ts');
    if (directory !== undefined) {
      const { PatternCache } = await import('./pattern-cache.ts');
      this.#patternCache = new PatternCache({ directory, clock, logger });
    }
    const patterns = new ControlPatterns({ patterns: this.#patterns, cache: this.#patternCache, logger });
    await patterns.restore();
    return patterns;
  }

  async #openSession(controlPlane: string): Promise<ControlSession> {
    const { clock, logger, random, node, token, onDrain } = this.#options;
    const { ControlSession, nodeUrl } = await import('./control-session.ts');
    return new ControlSession({
      url: nodeUrl(controlPlane, node),
      token,
      clock,
      random,
      logger,
      handlers: {
        hello: () => this.#hello(),
        welcomed: (epoch) => {
          this.#controlPatterns?.welcomed(epoch);
          this.#report();
        },
        patterns: (message, reply) => this.#controlPatterns?.take(message, reply),
        snapshot: (received, reply) => this.#takeSnapshot(received, reply),
        overrides: (overrides) => {
          this.#states.setOverrides(overrides);
          this.#saveState();
        },
        drain: () => {
          logger.info('the control plane asks this node to stop');
          onDrain();
        },
      },
    });
  }

  /**
   * Serves what the cache holds, then connects. Resolves once that has been tried. `next` is the version that `run` will be
   * given, so that there are as many workers as it wants from the start.
   */
  async start(next?: Version): Promise<void> {
    const { directory, controlPlane } = this.#options;
    if (directory !== undefined) this.#cache = await this.#openCache(directory);
    if (controlPlane !== undefined) {
      this.#controlPatterns = await this.#openPatterns(directory);
      this.#session = await this.#openSession(controlPlane);
    }
    const cached = await this.#cache?.load();
    this.#pool.resize(this.#wantedWorkers(next ?? cached?.version), 0);
    this.#cancelTick = every(this.#clock, countersInterval, () => {
      if (this.#statsSockets.isOpen && this.#view.isReady) this.#view.sample();
      this.#tables.expire();
      this.#sendCounters();
    });
    if (cached !== undefined) {
      this.#states.setOverrides(cached.overrides);
      await this.#boot(cached.version);
    }
    if (!this.#draining) this.#session?.start();
  }

  /**
   * Puts a version in force that no control plane has sent, with the maps and ACL files it needs; resolves to what is wrong
   * with it, or to undefined. Files that the version before has too change only once this one is in force.
   */
  async run(version: Version, files: readonly PatternFile[]): Promise<readonly FieldError[] | undefined> {
    const added = this.#patterns.addMissing(files);
    const outcome = await this.#activate(version, 'none');
    if ('errors' in outcome) {
      for (const { kind, name } of added) this.#patterns.drop(kind, name);
      return outcome.errors;
    }
    this.#patterns.replaceAll(files);
    return undefined;
  }

  /** Lets connections finish, at most as long as the running version allows, and resolves once all workers are gone. */
  async drain(): Promise<void> {
    if (!this.#beginStop()) return;
    this.#log.info('stopping: open connections may finish');
    this.#sendStatus();
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
    this.#sendCounters();
    await this.#session?.stop('the node stops');
    await this.#patternCache?.flush();
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

  #hello(): Hello {
    const { epoch = '', version = 0, hash = '' } = this.#activator.running ?? {};
    const { node: nodeId, software } = this.#options;
    const running = { epoch, version, hash };
    const workers = this.#pool.size;
    const patterns = this.#controlPatterns?.hello();
    return {
      type: 'hello',
      nodeId,
      bootId: this.#bootId,
      software,
      workers,
      running,
      source: this.#source,
      ...patterns,
    };
  }

  /** All a control plane that has just connected does not know yet. */
  #report(): void {
    this.#session?.send(this.#states.health());
    this.#sendStatus();
    this.#sendCounters();
  }

  #sendStatus(): void {
    this.#session?.send({ type: 'status', workers: this.#pool.status(), draining: this.#draining });
  }

  #sendCounters(): void {
    const version = this.#activator.running;
    if (version === undefined || this.#session?.connected !== true) return;
    const named = this.#totals.byName(version.snapshot);
    this.#session.send({ type: 'counters', bootId: this.#bootId, sequence: ++this.#sequence, ...named });
  }
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
