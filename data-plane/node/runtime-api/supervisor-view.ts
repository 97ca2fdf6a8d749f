/** The node as its supervisor shows it to the runtime API. */
import type { Clock } from '../../../shared/clock.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import type { HealthScheduler } from '../../health/scheduler.ts';
import type { ProcessVariables } from '../../rules/process-variables.ts';
import type { NodeExpressions } from '../node-expressions.ts';
import type { NodePatterns } from '../node-patterns.ts';
import type { RuntimeChange } from '../overrides.ts';
import type { ServerHistory } from '../server-history.ts';
import type { ServerStates } from '../server-states.ts';
import { CounterWatch } from './counter-watch.ts';
import type { NodeView, ObservedCounters, ObservedServer, TablesView } from './node-view.ts';

export interface SupervisorParts {
  readonly name: string;
  /** Of Sluice. */
  readonly version: string;
  readonly clock: Clock;
  readonly states: ServerStates;
  readonly scheduler: HealthScheduler;
  readonly tables: TablesView;
  readonly patterns: NodePatterns;
  readonly variables: ProcessVariables;
  expressions(): NodeExpressions | undefined;
  readonly countersOf: ConstructorParameters<typeof CounterWatch>[0]['countersOf'];
  events(): readonly string[];
  snapshot(): Snapshot | undefined;
  workers(): number;
  stopping(): boolean;
}

export class SupervisorView implements NodeView {
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly patterns: NodePatterns;
  readonly variables: ProcessVariables;
  readonly #parts: SupervisorParts;
  readonly #watch: CounterWatch;

  constructor(parts: SupervisorParts) {
    this.name = parts.name;
    this.version = parts.version;
    this.startedAt = parts.clock.now();
    this.patterns = parts.patterns;
    this.variables = parts.variables;
    this.#parts = parts;
    this.#watch = new CounterWatch(parts);
  }

  /** Commands come only while a version is in force. */
  get snapshot(): Snapshot {
    const snapshot = this.#parts.snapshot();
    if (snapshot === undefined) throw new Error('no version is in force');
    return snapshot;
  }

  get isReady(): boolean {
    return this.#parts.snapshot() !== undefined;
  }

  get expressions(): NodeExpressions | undefined {
    return this.#parts.expressions();
  }

  get workers(): number {
    return this.#parts.workers();
  }

  get stopping(): boolean {
    return this.#parts.stopping();
  }

  get tables(): TablesView {
    return this.#parts.tables;
  }

  now(): number {
    return this.#parts.clock.now();
  }

  /** To be called every second while anyone may ask, so that peaks and the time of the last session are known. */
  sample(): void {
    const { frontends, backends } = this.snapshot;
    this.#watch.sample(
      [...frontends, ...backends, ...backends.flatMap(({ servers }) => servers)].map(({ uid }) => uid),
    );
  }

  events(): readonly string[] {
    return this.#parts.events();
  }

  counters(uid: string): ObservedCounters {
    return this.#watch.of(uid);
  }

  clearCounters(all: boolean): void {
    this.sample();
    this.#watch.clear(all);
    if (all) this.#parts.states.clearHistories();
  }

  server(uid: string): ObservedServer | undefined {
    const view = this.#parts.states.view(uid);
    return view === undefined ? undefined : { ...view, health: this.#parts.scheduler.healthOf(uid) };
  }

  historyOfBackend(uid: string): ServerHistory {
    return this.#parts.states.historyOfBackend(uid);
  }

  changeServer(uid: string, change: RuntimeChange): void {
    this.#parts.states.change(uid, change);
  }

  forceHealth(uid: string, health: 'up' | 'stopping' | 'down'): void {
    this.#parts.scheduler.force(uid, health !== 'down');
    this.#parts.states.force(uid, health);
  }
}
