/** What the runtime API sees of its node and may change there: all that its commands know of the supervisor. */
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import type { Counters, RateName } from '../../../shared/protocol/counters.ts';
import type { ProcessVariables } from '../../rules/process-variables.ts';
import type { StickEntry } from '../../tables/stick-entry.ts';
import type { StickTable } from '../../tables/stick-table.ts';
import type { Field } from '../../tables/table-layout.ts';
import type { NodeExpressions } from '../node-expressions.ts';
import type { NodePatterns } from '../node-patterns.ts';
import type { RuntimeChange } from '../overrides.ts';
import type { ServerHistory } from '../server-history.ts';
import type { ServerView } from '../server-states.ts';

/** Counters as operators see them: from zero on when they were cleared. */
export interface ObservedCounters extends Counters {
  /** Highest counts of one second. */
  readonly maxRates: Readonly<Record<RateName, number>>;
  /** When the last session began, in milliseconds since 1970 and exact to a second; undefined when there was none. */
  readonly lastSessionAt: number | undefined;
}

export interface ObservedServer extends ServerView {
  /** From 0 to rise + fall - 1; undefined while the server is not checked. */
  readonly health: number | undefined;
}

/** The stick tables of the node. */
export interface TablesView {
  list(): readonly StickTable[];
  find(name: string): StickTable | undefined;
  /** Gives fields of an entry other values, which is made where there is none; false where the table is full. */
  set(table: StickTable, key: string, given: readonly (readonly [Field, number])[]): boolean;
  /** Removes entries that nobody tracks. */
  clear(table: StickTable, entries: readonly StickEntry[]): void;
}

export interface NodeView {
  readonly name: string;
  /** Version of Sluice. */
  readonly version: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** The version in force. */
  readonly snapshot: Snapshot;
  readonly workers: number;
  /** Maps and ACL files. */
  readonly patterns: NodePatterns;
  readonly variables: ProcessVariables;
  /** There is one while a version with stats sockets is in force. */
  readonly expressions: NodeExpressions | undefined;
  readonly stopping: boolean;
  readonly tables: TablesView;
  now(): number;
  /** Counters of a frontend, backend or server. */
  counters(uid: string): ObservedCounters;
  /** Highest values begin anew; with `all`, so does everything else that is counted. */
  clearCounters(all: boolean): void;
  /** Lines that expressions have written, the oldest first. */
  events(): readonly string[];
  server(uid: string): ObservedServer | undefined;
  historyOfBackend(uid: string): ServerHistory;
  /** Changes a server of this node until it is changed again or the control plane says something new of it. */
  changeServer(uid: string, change: RuntimeChange): void;
  /** Says what health checks would; the next ones count from there. */
  forceHealth(uid: string, health: 'up' | 'stopping' | 'down'): void;
}
