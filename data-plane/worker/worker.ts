/** A worker process: takes versions from its supervisor in two steps, carries traffic, and reports what it counted. */

import { flushCompileCache } from 'node:module';
import { formatAddress } from '../../shared/address.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { findPatternUses, type PatternUse } from '../../shared/patterns/pattern-uses.ts';
import { setHeadLimits } from '../http/head-limits.ts';
import type { TcpHandle } from '../listen/client-socket.ts';
import { setContentLimits } from '../listen/content-limits.ts';
import { Listener, socketKey } from '../listen/listener.ts';
import type {
  GrantSlotsMessage,
  RecallSlotsMessage,
  SocketMessage,
  StageMessage,
  SupervisorMessage,
  WorkerMessage,
} from '../node/worker-messages.ts';
import { PatternTable } from '../patterns/pattern-table.ts';
import { clearEntries, learnTables, loadTables } from '../tables/learn-tables.ts';
import type { StickTable } from '../tables/stick-table.ts';
import { TableTeller } from '../tables/table-teller.ts';
import { type Compiled, compileRuntime } from './compile/compile-runtime.ts';
import { debugSinks } from './debug-sinks.ts';
import { Registry } from './registry.ts';
import type { WorkerContext } from './runtime.ts';
import { TimerWheel, tickMilliseconds } from './timer-wheel.ts';

const reportInterval = 1_000;

type SlotsForWorker = GrantSlotsMessage | RecallSlotsMessage;

interface Staged extends Compiled {
  readonly message: StageMessage;
  /** What came for limits that are not in force before it is. */
  readonly slotMessages: SlotsForWorker[];
  readonly patternUses: readonly PatternUse[];
}

const patterns = new PatternTable((changes) => send({ type: 'pattern-changes', changes }));
const context: WorkerContext = {
  timers: new TimerWheel(performance.now()),
  sessions: new Set(),
  runtime: {
    version: 0,
    tune: { bufsize: 16_384, maxhdr: 101 },
    frontends: new Map(),
    frontendsByName: new Map(),
    backends: new Map(),
    countsBytes: false,
    userlists: new Map(),
    listeners: new Map(),
  },
  draining: false,
  environment: {
    get proxies() {
      return context.runtime;
    },
    now: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    // The supervisor is the node's process, and outlives its workers.
    pid: process.ppid,
    get stopping() {
      return context.draining;
    },
    patterns,
    debug: debugSinks((lines) => send({ type: 'events', lines })),
  },
};
const slotSource = {
  want: (uid: string) => send({ type: 'want-slot', uid }),
  giveBack: (uid: string, count: number) => send({ type: 'return-slots', uid, count }),
};
const teller = new TableTeller((tables) => send({ type: 'table-changes', tables }));
let registry = Registry.empty(slotSource, context.timers, teller);
let staged: Staged | undefined;
const listeners = new Map<string, Listener>();
/** What went wrong with sockets since the last commit or abort. */
let socketErrors: FieldError[] = [];

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}

function openSocket(message: SocketMessage, handle: TcpHandle): void {
  const key = socketKey(message.address, message.port);
  if (listeners.has(key)) return;
  const listener = new Listener(context, key, handle);
  listeners.set(key, listener);
  try {
    listener.listen(message.backlog);
  } catch (error) {
    const place = formatAddress(message.address, message.port);
    socketErrors.push({ resource: '', pointer: '', detail: `cannot listen on ${place}: ${(error as Error).message}` });
  }
}

function stage(message: StageMessage): void {
  const snapshot: Snapshot = JSON.parse(message.snapshot);
  const compiled = compileRuntime(message.version, snapshot, registry, context.environment);
  const patternUses = findPatternUses(snapshot);
  const missing = patterns.prepare(patternUses);
  const errors = [...('errors' in compiled ? compiled.errors : []), ...missing, ...socketErrors];
  staged =
    'errors' in compiled || errors.length > 0 ? undefined : { ...compiled, message, slotMessages: [], patternUses };
  teller.isShared = message.workers > 1;
  loadTables(message.tables, findTable);
  send({ type: 'staged', activation: message.activation, errors });
}

/** A table of the version in force, or of the one that is staged. */
function findTable(name: string, identity: string): StickTable | undefined {
  return [registry, staged?.registry]
    .map((known) => known?.tables.get(name))
    .find((table) => table?.identity === identity);
}

/** Puts the staged version in force by swapping one reference. */
function commit(activation: number): void {
  if (staged?.message.activation !== activation) return;
  const before = registry;
  const { slotMessages } = staged;
  const { servers, slots } = staged.message;
  staged.registry.adopt(before, servers, slots);
  registry = staged.registry;
  context.runtime = staged.runtime;
  setHeadLimits(staged.runtime.tune);
  setContentLimits(staged.runtime.tune);
  patterns.adopt(staged.patternUses);
  staged = undefined;
  registry.admit(before, slots);
  for (const message of slotMessages) moveSlots(message);
  closeUnusedListeners();
  for (const listener of listeners.values()) listener.serve();
  send({ type: 'committed', activation });
}

/** A worker that starts holds slots from the moment it stages its version, so they may be recalled before it commits. */
function moveSlots(message: SlotsForWorker): void {
  const limited = registry.limited(message.uid);
  if (limited?.isLimited !== true) staged?.slotMessages.push(message);
  else if (message.type === 'grant-slots') limited.grantSlots(message.count);
  else limited.recallSlots(message.count, message.busy);
}

function abort(activation: number): void {
  if (staged?.message.activation === activation) staged = undefined;
  closeUnusedListeners();
}

function closeUnusedListeners(): void {
  socketErrors = [];
  for (const [key, listener] of listeners) {
    if (context.runtime.listeners.has(key)) continue;
    listener.close();
    listeners.delete(key);
  }
}

function drain(): void {
  context.draining = true;
  for (const listener of listeners.values()) listener.close();
  listeners.clear();
  registry.refuseHeld();
  for (const session of context.sessions) session.finish();
  exitWhenIdle();
}

function exitWhenIdle(): void {
  if (!context.draining || context.sessions.size > 0) return;
  registry.closeIdle();
  teller.tell();
  report();
  process.disconnect();
}

function report(): void {
  send({ type: 'counters', counters: registry.report() });
}

function handle(message: SupervisorMessage, handleObject: unknown): void {
  switch (message.type) {
    case 'socket':
      openSocket(message, handleObject as TcpHandle);
      return;
    case 'stage':
      stage(message);
      return;
    case 'commit':
      commit(message.activation);
      return;
    case 'abort':
      abort(message.activation);
      return;
    case 'servers':
      registry.setStates(message.servers);
      return;
    case 'grant-slots':
    case 'recall-slots':
      moveSlots(message);
      return;
    case 'workers':
      teller.isShared = message.count > 1;
      return;
    case 'table-changes':
      learnTables(message.tables, findTable);
      return;
    case 'table-clear':
      clearEntries(message, findTable);
      send({ type: 'table-cleared', id: message.id });
      return;
    case 'pattern-file':
      patterns.put(message.name, new PackedEntries(message.kind, message.bytes, message.spans));
      return;
    case 'pattern-drop':
      patterns.drop(message.kind, message.name);
      return;
    case 'pattern-changes':
      for (const { kind, name, change, own } of message.changes) patterns.take(kind, name, change, own === true);
      return;
    case 'pattern-sync':
      send({ type: 'pattern-synced', id: message.id });
      return;
    case 'drain':
      drain();
  }
}

/** Sockets are bound by the supervisor, so a worker needs none of its privileges. */
function becomeIdentity(user = '', group = ''): void {
  const id = (text: string) => (/^[0-9]+$/.test(text) ? Number(text) : text);
  if (group !== '') {
    process.setgroups?.([id(group)]);
    process.setgid?.(id(group));
  }
  if (user !== '') process.setuid?.(id(user));
}

// Workers are mostly killed, and what Node compiled would be lost for the next one.
flushCompileCache();
becomeIdentity(...process.argv.slice(2));
process.on('message', (message, handleObject) => handle(message as SupervisorMessage, handleObject));
process.on('disconnect', () => process.exit(0));
// The supervisor decides when a worker ends; a Ctrl-C goes to the whole group.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
setInterval(() => {
  context.timers.advance(performance.now());
  for (const table of registry.tables.values()) table.expire();
  teller.tell();
  const sessions = registry.changedSessions();
  if (sessions !== undefined) send({ type: 'sessions', sessions });
  if (context.draining) exitWhenIdle();
}, tickMilliseconds);
setInterval(() => {
  registry.dropGone();
  report();
}, reportInterval);
send({ type: 'ready' });
