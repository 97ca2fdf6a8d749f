/** The messages between a supervisor and its workers over the IPC channel of the child process, as structured clones. */

import type { FieldError } from '../../shared/errors.ts';
import type { PatternChange, PatternKind } from '../../shared/patterns/pattern-file.ts';
import type { CurrentName, MaxName, TotalName } from '../../shared/protocol/counters.ts';
import type { TableChange, TableDump } from '../tables/table-changes.ts';

/** How a worker is to treat a server now: configuration, override and checks taken together. */
export interface ServerState {
  uid: string;
  /** "up" takes new traffic; "drain" only finishes what it has; "down" and "maint" take nothing. */
  state: 'up' | 'drain' | 'down' | 'maint';
  /** The weight in force, 0 to 256; 0 takes no new traffic. */
  weight: number;
  /** The part of it that counts while the server starts slowly, above 0 and below 1; absent otherwise. */
  part?: number;
}

/**
 * First step of an activation: compile this version and answer `staged`. The sockets the worker does not hold yet follow
 * as `socket` messages before the `stage` message, each with its handle.
 */
export interface StageMessage {
  type: 'stage';
  activation: number;
  epoch: string;
  version: number;
  /** JSON of the snapshot: a text takes a fraction of the time that its objects would. */
  snapshot: string;
  servers: ServerState[];
  /** How much of each limit that was not set before this worker may use, by uid as node-limits.ts has it. */
  slots: Record<string, number>;
  /** How many workers the node has. */
  workers: number;
  /** What stick tables hold already, for a worker that served no version yet. */
  tables: TableDump[];
}

/** A bound socket, sent with its handle; `address` and `port` name it. Connections wait until the commit. */
export interface SocketMessage {
  type: 'socket';
  address: string;
  port: number;
  backlog: number;
}

/** Second step: serve the staged version. Sockets that no frontend of it uses are closed. Answered by `committed`. */
export interface CommitMessage {
  type: 'commit';
  activation: number;
}

/** Forget the staged version and close the sockets that only it would have used. Not answered. */
export interface AbortMessage {
  type: 'abort';
  activation: number;
}

/** Changed states of servers; those not named keep theirs. */
export interface ServersMessage {
  type: 'servers';
  servers: ServerState[];
}

/** The worker may use so much more of a limit. Limits go by the uids of node-limits.ts. */
export interface GrantSlotsMessage {
  type: 'grant-slots';
  uid: string;
  count: number;
}

/** Others need slots: those that are idle are to be returned and, with `busy`, so many others as they become free. */
export interface RecallSlotsMessage {
  type: 'recall-slots';
  uid: string;
  count: number;
  busy: boolean;
}

/** How many workers the node has now. */
export interface WorkersMessage {
  type: 'workers';
  count: number;
}

/** What happened in stick tables: from a worker what it counted itself, to a worker what others did. */
export interface TableChangesMessage {
  type: 'table-changes';
  tables: readonly TableChange[];
}

/** These entries of a stick table go. Answered by `table-cleared` with the same id. */
export interface TableClearMessage {
  type: 'table-clear';
  table: string;
  identity: string;
  keys: string[];
  id: number;
}

/** The whole of a map or ACL file, as PackedEntries has it; takes the place of what the worker has of it. */
export interface PatternFileMessage {
  type: 'pattern-file';
  kind: PatternKind;
  name: string;
  bytes: Uint8Array;
  spans: Int32Array;
}

/** The node has a file no more. */
export interface PatternDropMessage {
  type: 'pattern-drop';
  kind: PatternKind;
  name: string;
}

/**
 * Changes of files, in order. From a worker they are those that its rules made; to a worker those of everybody, `own` being
 * its own that come back.
 */
export interface PatternChangesMessage {
  type: 'pattern-changes';
  changes: readonly { kind: PatternKind; name: string; change: PatternChange; own?: true }[];
}

/** Answered by `pattern-synced` once all that was sent before has been carried out. */
export interface PatternSyncMessage {
  type: 'pattern-sync';
  id: number;
}

/** Accept nothing more, finish what is open, then exit with code 0. */
export interface DrainMessage {
  type: 'drain';
}

export type SupervisorMessage =
  | StageMessage
  | SocketMessage
  | CommitMessage
  | AbortMessage
  | ServersMessage
  | GrantSlotsMessage
  | RecallSlotsMessage
  | WorkersMessage
  | TableChangesMessage
  | TableClearMessage
  | PatternFileMessage
  | PatternDropMessage
  | PatternChangesMessage
  | PatternSyncMessage
  | DrainMessage;

/** The worker has started and takes messages. */
export interface ReadyMessage {
  type: 'ready';
}

/** The version compiles and its sockets listen (`errors` empty), or why not. */
export interface StagedMessage {
  type: 'staged';
  activation: number;
  errors: FieldError[];
}

export interface CommittedMessage {
  type: 'committed';
  activation: number;
}

/** What one worker has counted for one frontend, backend or server since it started. */
export interface WorkerCounters {
  total: Record<TotalName, number>;
  current: Record<CurrentName, number>;
  max: Record<MaxName, number>;
}

/** Sent every second and once more before a drained worker exits. Keys are uids. */
export interface WorkerCountersMessage {
  type: 'counters';
  counters: Record<string, WorkerCounters>;
}

/** A request or a connection waits for a slot. Answered by `grant-slots` as soon as one is free. */
export interface WantSlotMessage {
  type: 'want-slot';
  uid: string;
}

/** Slots this worker uses no more. */
export interface ReturnSlotsMessage {
  type: 'return-slots';
  uid: string;
  count: number;
}

/** Sessions of backends whose servers have limits that move, as far as they have changed. By uid of the backend. */
export interface SessionsMessage {
  type: 'sessions';
  sessions: Record<string, number>;
}

export interface PatternSyncedMessage {
  type: 'pattern-synced';
  id: number;
}

export type PatternMessage = PatternChangesMessage | PatternSyncedMessage;
export type SlotsMessage = WantSlotMessage | ReturnSlotsMessage | SessionsMessage;

/** What the worker told before of the keys is of entries that are gone, what it tells later of new ones. */
export interface TableClearedMessage {
  type: 'table-cleared';
  id: number;
}

export type TablesMessage = TableChangesMessage | TableClearedMessage;

/** Lines that expressions wrote to "buf0". */
export interface EventsMessage {
  type: 'events';
  lines: string[];
}

export type WorkerMessage =
  | ReadyMessage
  | StagedMessage
  | CommittedMessage
  | WorkerCountersMessage
  | EventsMessage
  | SlotsMessage
  | TablesMessage
  | PatternMessage;
