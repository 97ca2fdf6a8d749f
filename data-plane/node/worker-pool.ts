/** The workers of the node: as many as wanted, each replaced as soon as it dies. */
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { StatusMessage } from '../../shared/protocol/messages.ts';
import type {
  PatternMessage,
  SlotsMessage,
  SupervisorMessage,
  TablesMessage,
  VariableChangesMessage,
  WorkerCounters,
} from './worker-messages.ts';
import { type WorkerExit, type WorkerIdentity, WorkerProcess } from './worker-process.ts';

/** A worker that dies within this time (ms) of its start counts as a crash at start. */
const quickCrash = 1_000;
const longestBackoff = 5_000;

/** Milliseconds before a worker is replaced after so many crashes at start in a row: the first two cost nothing. */
export function respawnDelay(quickCrashes: number): number {
  return quickCrashes <= 2 ? 0 : Math.min(longestBackoff, 100 * 2 ** (quickCrashes - 3));
}

export interface PoolHandlers {
  /** A worker has started and serves nothing yet. */
  ready(worker: WorkerProcess): void;
  counters(worker: WorkerProcess, counters: Record<string, WorkerCounters>): void;
  /** The worker needs a slot of a limit, or needs some no more. */
  slots(worker: WorkerProcess, message: SlotsMessage): void;
  /** Something happened in the stick tables of the worker. */
  tables(worker: WorkerProcess, message: TablesMessage): void;
  /** Its rules changed maps or ACL files, or it has carried out such changes. */
  patterns(worker: WorkerProcess, message: PatternMessage): void;
  /** Its rules set or unset variables of the process. */
  variables(worker: WorkerProcess, message: VariableChangesMessage): void;
  /** Lines for the memory of the node. */
  events(lines: readonly string[]): void;
  /** Nothing more will come from this worker. */
  closed(worker: WorkerProcess): void;
  /** Workers came or went. */
  changed(): void;
}

/** The place of one worker, which outlives the processes that fill it. */
interface Slot {
  worker: WorkerProcess | undefined;
  respawns: number;
  quickCrashes: number;
  cancelRespawn: () => void;
}

export class WorkerPool {
  readonly #entry: string;
  readonly #identity: WorkerIdentity | undefined;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #handlers: PoolHandlers;
  #slots: Slot[] = [];
  /** Every process that has not exited, those that drain included. */
  readonly #alive = new Set<WorkerProcess>();
  readonly #cancelKills = new Map<WorkerProcess, () => void>();
  #readyWaiters: ((ready: boolean) => void)[] = [];
  #exitWaiters: (() => void)[] = [];
  #stopping = false;

  constructor(options: {
    entry: string;
    identity?: WorkerIdentity | undefined;
    clock: Clock;
    logger: Logger;
    handlers: PoolHandlers;
  }) {
    this.#entry = options.entry;
    this.#identity = options.identity;
    this.#clock = options.clock;
    this.#log = options.logger;
    this.#handlers = options.handlers;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** Starts workers or drains the last ones; those that drain are killed after `drainWithin` (ms). */
  resize(count: number, drainWithin: number): void {
    if (this.#stopping || count === this.#slots.length) return;
    if (this.#slots.length > 0)
      this.#log.info({ from: this.#slots.length, to: count }, 'the number of workers changes');
    for (const { worker, cancelRespawn } of this.#slots.splice(count)) {
      cancelRespawn();
      if (worker !== undefined) this.#drain(worker, drainWithin);
    }
    while (this.#slots.length < count) {
      const slot: Slot = { worker: undefined, respawns: 0, quickCrashes: 0, cancelRespawn: () => {} };
      this.#slots.push(slot);
      this.#spawn(slot);
    }
    this.#handlers.changed();
  }

  /** The workers that take versions. */
  ready(): WorkerProcess[] {
    return this.#slots.flatMap(({ worker }) => (worker?.state === 'ready' ? [worker] : []));
  }

  /** Resolves once any worker takes versions; false when none does in time (ms) or the pool stops. */
  waitForReady(timeout: number): Promise<boolean> {
    if (this.#stopping || this.ready().length > 0) return Promise.resolve(!this.#stopping);
    return new Promise((resolve) => {
      const settle = (ready: boolean) => {
        cancel();
        this.#readyWaiters = this.#readyWaiters.filter((waiter) => waiter !== settle);
        resolve(ready);
      };
      const cancel = this.#clock.after(timeout, () => settle(false));
      this.#readyWaiters.push(settle);
    });
  }

  /** Sends to every worker that serves a version, or is about to. */
  broadcast(message: SupervisorMessage): void {
    for (const worker of this.#alive) if (worker.state !== 'starting') worker.send(message);
  }

  /** Drains all workers for good; resolves once they are gone, at the latest after `within` (ms). */
  async drainAll(within: number): Promise<void> {
    this.#stop();
    for (const worker of this.#alive) this.#drain(worker, within);
    await this.#allExited();
  }

  /** Kills all workers for good; resolves once they are gone. */
  async killAll(): Promise<void> {
    this.#stop();
    for (const worker of this.#alive) worker.kill();
    await this.#allExited();
  }

  status(): StatusMessage['workers'] {
    return this.#slots.flatMap(({ worker, respawns }) =>
      worker === undefined ? [] : [{ pid: worker.pid, startedAt: new Date(worker.startedAt).toISOString(), respawns }],
    );
  }

  #stop(): void {
    this.#stopping = true;
    for (const slot of this.#slots) slot.cancelRespawn();
    for (const settle of [...this.#readyWaiters]) settle(false);
  }

  #allExited(): Promise<void> {
    if (this.#alive.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#exitWaiters.push(resolve));
  }

  /** A worker that has nothing yet has nothing to finish. */
  #drain(worker: WorkerProcess, within: number): void {
    if (worker.state === 'starting') worker.kill();
    if (worker.state === 'ready') {
      const cancel = this.#clock.after(within, () => {
        if (worker.state === 'exited') return;
        this.#log.warn({ worker: worker.pid }, 'connections outlast the time to finish; the worker is killed');
        worker.kill();
      });
      this.#cancelKills.set(worker, cancel);
    }
    worker.drain();
  }

  #spawn(slot: Slot): void {
    const worker = new WorkerProcess({
      entry: this.#entry,
      identity: this.#identity,
      clock: this.#clock,
      logger: this.#log,
      handlers: {
        ready: (ready) => {
          this.#handlers.ready(ready);
          for (const settle of [...this.#readyWaiters]) settle(true);
        },
        counters: this.#handlers.counters,
        slots: this.#handlers.slots,
        tables: this.#handlers.tables,
        patterns: this.#handlers.patterns,
        variables: this.#handlers.variables,
        events: this.#handlers.events,
        exited: (exited, exit) => this.#exited(slot, exited, exit),
        closed: (closed) => {
          this.#handlers.closed(closed);
          this.#alive.delete(closed);
          if (this.#alive.size === 0) for (const resolve of this.#exitWaiters.splice(0)) resolve();
        },
      },
    });
    slot.worker = worker;
    this.#alive.add(worker);
  }

  #exited(slot: Slot, worker: WorkerProcess, { code, signal, drained }: WorkerExit): void {
    this.#cancelKills.get(worker)?.();
    this.#cancelKills.delete(worker);
    if (this.#stopping || drained) {
      this.#log.info({ worker: worker.pid, code, signal }, 'a drained worker has ended');
    } else {
      const lived = this.#clock.now() - worker.startedAt;
      slot.quickCrashes = lived < quickCrash ? slot.quickCrashes + 1 : 0;
      slot.respawns++;
      const delay = respawnDelay(slot.quickCrashes);
      this.#log.error({ worker: worker.pid, code, signal, lived, delay }, describeExit(worker.pid, code, signal));
      slot.worker = undefined;
      if (delay === 0) this.#spawn(slot);
      else slot.cancelRespawn = this.#clock.after(delay, () => this.#spawn(slot));
    }
    this.#handlers.changed();
  }
}

function describeExit(pid: number, code: number | null, signal: NodeJS.Signals | null): string {
  return `worker ${pid} ended by ${signal === null ? `exit code ${code}` : `signal ${signal}`}; another takes its place`;
}
