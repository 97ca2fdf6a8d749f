/** Two-step activation: every worker stages a version, and only when all can do they commit it; else all forget it. */
import type { FieldError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { type ListeningSockets, socketKeys } from './listening-sockets.ts';
import type { NodeExpressions } from './node-expressions.ts';
import type { NodePatterns } from './node-patterns.ts';
import type { StatsSockets } from './runtime-api/stats-sockets.ts';
import type { ServerStates } from './server-states.ts';
import type { SharedSlots } from './shared-slots.ts';
import type { SharedTables } from './shared-tables.ts';
import type { SharedVariables, VariablePlan } from './shared-variables.ts';
import type { ServerState, StageMessage } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A version as a node runs it. */
export interface Version {
  readonly epoch: string;
  readonly version: number;
  readonly hash: string;
  /** Canonical JSON of the snapshot. */
  readonly json: string;
  readonly snapshot: Snapshot;
}

export type Outcome =
  | { readonly durationMs: number }
  | { readonly phase: 'prepare' | 'commit'; readonly errors: readonly FieldError[] };

/** How long (ms) a version waits for a first worker. */
const workerWithin = 30_000;

/** Brings versions to the workers, one activation at a time. */
export class Activator {
  readonly #pool: WorkerPool;
  readonly #sockets: ListeningSockets;
  readonly #states: ServerStates;
  readonly #slots: SharedSlots;
  readonly #tables: SharedTables;
  readonly #patterns: NodePatterns;
  readonly #variables: SharedVariables;
  readonly #loadExpressions: (snapshot: Snapshot) => Promise<NodeExpressions | undefined>;
  readonly #statsSockets: StatsSockets;
  readonly #log: Logger;
  #running: Version | undefined;
  #runningActivation = 0;
  #runningKeys: ReadonlySet<string> = new Set();
  #lastActivation = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: {
    pool: WorkerPool;
    sockets: ListeningSockets;
    states: ServerStates;
    slots: SharedSlots;
    tables: SharedTables;
    patterns: NodePatterns;
    variables: SharedVariables;
    /** What evaluates expressions of the version, where the supervisor may have to. */
    loadExpressions(snapshot: Snapshot): Promise<NodeExpressions | undefined>;
    statsSockets: StatsSockets;
    logger: Logger;
  }) {
    this.#pool = options.pool;
    this.#sockets = options.sockets;
    this.#states = options.states;
    this.#slots = options.slots;
    this.#tables = options.tables;
    this.#patterns = options.patterns;
    this.#variables = options.variables;
    this.#loadExpressions = options.loadExpressions;
    this.#statsSockets = options.statsSockets;
    this.#log = options.logger;
  }

  /** The version in force. */
  get running(): Version | undefined {
    return this.#running;
  }

  /** The same snapshot under a new number: nothing to do but to take note. */
  rename(version: Version): void {
    if (this.#running?.hash === version.hash) this.#running = { ...this.#running, ...version };
  }

  /** Puts a version in force on all workers, or on none. `durationMs` is from the start of its turn. */
  activate(version: Version): Promise<Outcome> {
    return this.#inTurn(() => this.#activate(version));
  }

  /** Gives a new worker the running version. A worker that cannot take it is killed, to be replaced. */
  bringUp(worker: WorkerProcess): Promise<void> {
    return this.#inTurn(() => this.#bringUp(worker));
  }

  #inTurn<Answer>(task: () => Promise<Answer>): Promise<Answer> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #activate(version: Version): Promise<Outcome> {
    const startedAt = performance.now();
    const revision = this.#states.revision;
    const plan = await this.#plan(version);
    if ('phase' in plan) return plan;
    const { keys, message, variables } = plan;
    const stats = await this.#statsSockets.open(version.snapshot);
    if (stats.errors.length > 0) return { phase: 'prepare', errors: stats.errors };
    const { opened, errors } = this.#sockets.open(version.snapshot);
    const closeOpened = () => {
      this.#sockets.close(opened);
      this.#statsSockets.close(stats.opened);
    };
    if (errors.length > 0) {
      closeOpened();
      return { phase: 'prepare', errors };
    }
    if (!(await this.#pool.waitForReady(workerWithin))) {
      closeOpened();
      return { phase: 'prepare', errors: [wholeVersion('no worker process starts on this node')] };
    }

    const workers = this.#pool.ready();
    const { activation } = message;
    const sockets = this.#sockets.select(keys);
    this.#tables.prepare(version.snapshot);
    const answers = await Promise.all(
      workers.map((worker) => {
        this.#patterns.bringUp(worker);
        const slots = this.#slots.shareOf(version.snapshot, worker, workers);
        const set = worker.serving === 0 ? this.#variables.join(worker) : [];
        return worker.stage(
          { ...message, slots, tables: this.#tablesFor(worker), variables: { set, planned: variables.changes } },
          sockets,
        );
      }),
    );
    const staged = workers.filter((_, index) => answers[index] !== undefined);
    const refusals = distinct(answers.flatMap((answer) => answer ?? []));
    if (staged.length === 0) refusals.push(wholeVersion('every worker process ended while it prepared this version'));
    if (refusals.length > 0) {
      for (const worker of staged) worker.abort(activation, this.#runningKeys);
      this.#tables.forgetStaged();
      closeOpened();
      return { phase: 'prepare', errors: refusals };
    }

    this.#variables.adopt(variables);
    const committed = await Promise.all(staged.map((worker) => worker.commit(activation, keys)));
    if (!committed.includes(true)) {
      this.#tables.forgetStaged();
      closeOpened();
      return {
        phase: 'commit',
        errors: [wholeVersion('every worker process ended when it put this version in force')],
      };
    }
    this.#running = version;
    this.#runningActivation = activation;
    this.#runningKeys = keys;
    this.#sockets.closeExcept(keys);
    const stale = this.#states.revision !== revision;
    this.#states.adopt(version.snapshot);
    this.#statsSockets.adopt(version.snapshot);
    this.#slots.adopt(version.snapshot, workers);
    this.#tables.adopt(version.snapshot);
    this.#patterns.adopt(version.snapshot);
    for (const worker of workers) if (worker.state === 'exited') this.#slots.drop(worker);
    if (stale) this.#pool.broadcast({ type: 'servers', servers: this.#states.current() });
    return { durationMs: performance.now() - startedAt };
  }

  /** What this node itself makes of a version; one written by newer software may not have the form it knows. */
  async #plan(
    version: Version,
  ): Promise<
    Extract<Outcome, { phase: string }> | { keys: Set<string>; message: StageMessage; variables: VariablePlan }
  > {
    try {
      const keys = socketKeys(version.snapshot);
      const message = this.#stageMessage(version, this.#states.plan(version.snapshot));
      const expressions = await this.#loadExpressions(version.snapshot);
      return { keys, message, variables: this.#variables.plan(version.snapshot, expressions) };
    } catch (error) {
      const detail = `this node does not understand the version: ${(error as Error).message}`;
      return { phase: 'prepare', errors: [wholeVersion(detail)] };
    }
  }

  async #bringUp(worker: WorkerProcess): Promise<void> {
    const version = this.#running;
    if (version === undefined || worker.state !== 'ready' || worker.serving === this.#runningActivation) return;
    const revision = this.#states.revision;
    const message = this.#stageMessage(version, this.#states.current());
    message.slots = this.#slots.join(worker, this.#pool.size);
    message.tables = this.#tablesFor(worker);
    message.variables = { set: this.#variables.join(worker), planned: [] };
    this.#patterns.bringUp(worker);
    const errors = await worker.stage(message, this.#sockets.select(this.#runningKeys));
    if (errors === undefined) return;
    if (errors.length > 0) {
      this.#log.error({ worker: worker.pid, errors }, 'a new worker cannot take the running version and is killed');
      worker.kill();
      return;
    }
    if (!(await worker.commit(message.activation, this.#runningKeys))) return;
    worker.serving = this.#runningActivation;
    if (this.#states.revision !== revision) worker.send({ type: 'servers', servers: this.#states.current() });
    this.#log.info({ worker: worker.pid, version: version.version }, 'a new worker serves');
  }

  #stageMessage({ epoch, version, json }: Version, servers: ServerState[]): StageMessage {
    const activation = ++this.#lastActivation;
    const workers = this.#pool.size;
    const variables = { set: [], planned: [] };
    const known = { servers, slots: {}, workers, tables: [], variables };
    return { type: 'stage', activation, epoch, version, snapshot: json, ...known };
  }

  /** What a worker that served no version yet does not know of stick tables. */
  #tablesFor(worker: WorkerProcess): StageMessage['tables'] {
    return worker.serving === 0 ? this.#tables.join(worker) : [];
  }
}

function wholeVersion(detail: string): FieldError {
  return { resource: '', pointer: '', detail };
}

/** Workers find the same mistakes; each is told once. */
function distinct(errors: readonly FieldError[]): FieldError[] {
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}
