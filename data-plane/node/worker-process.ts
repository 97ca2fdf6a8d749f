/** One worker as the supervisor sees it: a child process, the sockets it holds, and the answers it owes. */
import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import type { Clock } from '../../shared/clock.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ListeningSocket } from './listening-sockets.ts';
import type {
  PatternMessage,
  SlotsMessage,
  StageMessage,
  SupervisorMessage,
  TablesMessage,
  WorkerCounters,
  WorkerMessage,
} from './worker-messages.ts';

/** A worker that owes an answer, or its first word, for so long (ms) is stuck: it is killed and replaced. */
const answerWithin = 10_000;
const readyWithin = 30_000;

/** The user and group that a worker becomes once it has loaded its program: names or numbers, "" for no change. */
export interface WorkerIdentity {
  readonly user: string;
  readonly group: string;
}

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it had been told to finish. */
  readonly drained: boolean;
}

export interface WorkerHandlers {
  ready(worker: WorkerProcess): void;
  counters(worker: WorkerProcess, counters: Record<string, WorkerCounters>): void;
  slots(worker: WorkerProcess, message: SlotsMessage): void;
  tables(worker: WorkerProcess, message: TablesMessage): void;
  patterns(worker: WorkerProcess, message: PatternMessage): void;
  events(lines: readonly string[]): void;
  /** The process is gone; messages it sent before may still follow. */
  exited(worker: WorkerProcess, exit: WorkerExit): void;
  /** Nothing more will come from it. */
  closed(worker: WorkerProcess): void;
}

interface Awaited {
  readonly type: 'staged' | 'committed';
  readonly activation: number;
  settle(answer: WorkerMessage | undefined): void;
}

export class WorkerProcess {
  readonly startedAt: number;
  state: 'starting' | 'ready' | 'draining' | 'exited' = 'starting';
  /** Activation of the version it serves; 0 for none. */
  serving = 0;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #heldSockets = new Set<string>();
  #awaited: Awaited | undefined;
  #cancelKill: () => void;

  constructor(options: {
    entry: string;
    identity: WorkerIdentity | undefined;
    clock: Clock;
    logger: Logger;
    handlers: WorkerHandlers;
  }) {
    const { handlers } = options;
    this.#clock = options.clock;
    this.startedAt = this.#clock.now();
    const { SLUICE_TOKEN: _secret, ...env } = process.env;
    const { user = '', group = '' } = options.identity ?? {};
    this.#child = fork(options.entry, user === '' && group === '' ? [] : [user, group], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Maps and ACL files are sent as bytes.
      serialization: 'advanced',
    });
    this.#log = options.logger.child({ worker: this.#child.pid });
    this.#cancelKill = this.#killAfter(readyWithin, 'did not start');
    this.#child.on('message', (message) => this.#receive(message as WorkerMessage, handlers));
    this.#child.on('error', (error) => {
      this.#log.error({ err: error }, 'the worker process failed');
      if (this.#child.pid === undefined) this.#exit(null, null, handlers);
    });
    this.#child.on('exit', (code, signal) => this.#exit(code, signal, handlers));
    this.#child.on('close', () => handlers.closed(this));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends sockets it does not hold yet and the version: what is wrong with it, or undefined when the worker is gone. */
  async stage(message: StageMessage, sockets: readonly ListeningSocket[]): Promise<FieldError[] | undefined> {
    for (const { key, address, port, backlog, handle } of sockets) {
      if (this.#heldSockets.has(key)) continue;
      this.#heldSockets.add(key);
      this.send({ type: 'socket', address, port, backlog }, handle as unknown as SendHandle);
    }
    const answer = await this.#ask(message, 'staged', message.activation);
    return answer?.type === 'staged' ? answer.errors : undefined;
  }

  /** Puts the staged version in force, which needs these sockets and no others: whether the worker has done so. */
  async commit(activation: number, keys: ReadonlySet<string>): Promise<boolean> {
    const answer = await this.#ask({ type: 'commit', activation }, 'committed', activation);
    if (answer === undefined) return false;
    this.serving = activation;
    this.#holdOnly(keys);
    return true;
  }

  /** Forgets the staged version; `keys` are the sockets of the version that stays. */
  abort(activation: number, keys: ReadonlySet<string>): void {
    this.send({ type: 'abort', activation });
    this.#holdOnly(this.serving === 0 ? new Set() : keys);
  }

  /** Finish what is open, then exit. */
  drain(): void {
    if (this.state === 'exited') return;
    this.state = 'draining';
    this.send({ type: 'drain' });
  }

  kill(): void {
    if (this.state !== 'exited') this.#child.kill('SIGKILL');
  }

  send(message: SupervisorMessage, handle?: SendHandle): void {
    // The callback keeps an error of a dying channel from becoming an event; its end tells all there is to know.
    if (this.#child.connected) this.#child.send(message, handle, {}, () => {});
  }

  #holdOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#heldSockets) if (!keys.has(key)) this.#heldSockets.delete(key);
  }

  #ask(message: SupervisorMessage, type: Awaited['type'], activation: number): Promise<WorkerMessage | undefined> {
    if (this.state === 'exited' || !this.#child.connected) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const cancelKill = this.#killAfter(answerWithin, `did not answer "${message.type}"`);
      this.#awaited = {
        type,
        activation,
        settle: (answer) => {
          cancelKill();
          this.#awaited = undefined;
          resolve(answer);
        },
      };
      this.send(message);
    });
  }

  #receive(message: WorkerMessage, handlers: WorkerHandlers): void {
    if (message.type === 'counters') {
      handlers.counters(this, message.counters);
    } else if (message.type === 'want-slot' || message.type === 'return-slots' || message.type === 'sessions') {
      handlers.slots(this, message);
    } else if (message.type === 'table-changes' || message.type === 'table-cleared') {
      handlers.tables(this, message);
    } else if (message.type === 'pattern-changes' || message.type === 'pattern-synced') {
      handlers.patterns(this, message);
    } else if (message.type === 'events') {
      handlers.events(message.lines);
    } else if (message.type === 'ready') {
      this.#cancelKill();
      if (this.state !== 'starting') return;
      this.state = 'ready';
      handlers.ready(this);
    } else if (this.#awaited?.type === message.type && this.#awaited.activation === message.activation) {
      this.#awaited.settle(message);
    }
  }

  #killAfter(milliseconds: number, why: string): () => void {
    return this.#clock.after(milliseconds, () => {
      this.#log.error({ milliseconds }, `the worker ${why} in time and is killed`);
      this.kill();
    });
  }

  #exit(code: number | null, signal: NodeJS.Signals | null, handlers: WorkerHandlers): void {
    if (this.state === 'exited') return;
    const drained = this.state === 'draining';
    this.state = 'exited';
    this.#cancelKill();
    handlers.exited(this, { code, signal, drained });
    this.#awaited?.settle(undefined);
  }
}
