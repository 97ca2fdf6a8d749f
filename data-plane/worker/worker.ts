/** A worker process: takes versions from its supervisor in two steps, carries traffic, and reports what it counted. */

import { formatAddress } from '../../shared/address.ts';
import type { FieldError } from '../../shared/errors.ts';
import { setHeadLimits } from '../http/head-limits.ts';
import type { TcpHandle } from '../listen/client-socket.ts';
import { Listener, socketKey } from '../listen/listener.ts';
import type { SocketMessage, StageMessage, SupervisorMessage, WorkerMessage } from '../node/worker-messages.ts';
import { type Compiled, compileRuntime } from './compile/compile-runtime.ts';
import { Registry } from './registry.ts';
import type { WorkerContext } from './runtime.ts';
import { TimerWheel, tickMilliseconds } from './timer-wheel.ts';

const reportInterval = 1_000;

interface Staged extends Compiled {
  readonly message: StageMessage;
}

const context: WorkerContext = {
  timers: new TimerWheel(performance.now()),
  sessions: new Set(),
  runtime: {
    version: 0,
    tune: { bufsize: 16_384, maxhdr: 101 },
    frontends: new Map(),
    frontendsByName: new Map(),
    backends: new Map(),
    listeners: new Map(),
  },
  draining: false,
  environment: {
    get proxies() {
      return context.runtime;
    },
    now: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    get stopping() {
      return context.draining;
    },
  },
};
let registry = new Registry({
  want: (server) => send({ type: 'want-slot', server }),
  giveBack: (server, count) => send({ type: 'return-slots', server, count }),
});
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
  const compiled = compileRuntime(message.version, message.snapshot, registry, context.environment);
  const errors = 'errors' in compiled ? [...compiled.errors, ...socketErrors] : socketErrors;
  staged = 'errors' in compiled || errors.length > 0 ? undefined : { ...compiled, message };
  send({ type: 'staged', activation: message.activation, errors });
}

/** Puts the staged version in force by swapping one reference. */
function commit(activation: number): void {
  if (staged?.message.activation !== activation) return;
  staged.registry.adopt(registry, staged.message.servers, staged.message.slots);
  registry = staged.registry;
  context.runtime = staged.runtime;
  setHeadLimits(staged.runtime.tune);
  staged = undefined;
  closeUnusedListeners();
  for (const listener of listeners.values()) listener.serve();
  send({ type: 'committed', activation });
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
  for (const session of context.sessions) session.finish();
  exitWhenIdle();
}

function exitWhenIdle(): void {
  if (!context.draining || context.sessions.size > 0) return;
  registry.closeIdle();
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
      registry.servers.get(message.server)?.grantSlots(message.count);
      return;
    case 'recall-slots':
      registry.servers.get(message.server)?.recallSlots(message.count, message.busy);
      return;
    case 'drain':
      drain();
  }
}

/** Sockets are bound by the supervisor, so a worker needs none of its privileges. */
function becomeIdentity(user = '', group = ''): void {
  if (group !== '') {
    process.setgroups?.([group]);
    process.setgid?.(group);
  }
  if (user !== '') process.setuid?.(user);
}

becomeIdentity(...process.argv.slice(2));
process.on('message', (message, handleObject) => handle(message as SupervisorMessage, handleObject));
process.on('disconnect', () => process.exit(0));
// The supervisor decides when a worker ends; a Ctrl-C goes to the whole group.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
setInterval(() => {
  context.timers.advance(performance.now());
  if (context.draining) exitWhenIdle();
}, tickMilliseconds);
setInterval(report, reportInterval);
send({ type: 'ready' });
