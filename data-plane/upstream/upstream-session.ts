/** The half of a session that faces the servers: choosing one, connecting, retrying and redispatching. */
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import { mayStick, Stickiness } from '../persist/stick-rules.ts';
import type { AccessRecord } from '../report/access-record.ts';
import type { Termination } from '../report/termination.ts';
import type { RuleOrigin, SampleContext } from '../rules/sample-context.ts';
import type { StreamEdits } from '../rules/transaction.ts';
import type { BackendRuntime, ClientSession, WorkerContext } from '../worker/runtime.ts';
import { Timer } from '../worker/timer-wheel.ts';
import { type ConnectionUser, ServerConnection } from './server-connection.ts';
import type { QueuedSession } from './server-queue.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** Wait in milliseconds before a server that failed is tried again (HAProxy waits one second too). */
const turnaround = 1_000;

/** Which idle connections an exchange may take: none, those that served before and lasted, or any. */
export type Reuse = 'none' | 'lasting' | 'any';

/** HTTP and TCP sessions extend it; one exchange with one backend at a time. */
export abstract class UpstreamSession
  extends Timer
  implements ConnectionUser, ClientSession, QueuedSession, StreamEdits
{
  protected readonly context: WorkerContext;
  protected backend: BackendRuntime | undefined;
  protected server: UpstreamServer | undefined;
  protected connection: ServerConnection | undefined;
  protected retriesLeft = 0;
  /** Whether a connection to a server has failed, and another was tried. */
  hasRetried = false;
  /** The server that a rule or an entry of a stick table has chosen, for as long as it is not down. */
  protected assigned: UpstreamServer | undefined;
  /** Where it stands among those that wait: lower classes first, then by time with the offset (ms). */
  priorityClass = 0;
  priorityOffset = 0;
  /** Milliseconds that a rule has set; 0 for none. */
  ownServerTimeout = 0;
  ownTunnelTimeout = 0;
  lastRule: RuleOrigin | undefined;
  /** Set while the session waits in the queue of its backend. */
  protected queued = false;
  /** What is to be logged; undefined while nothing is. */
  protected record: AccessRecord | undefined;
  /** Made for the first backend that has stick rules. */
  #stickiness: Stickiness | undefined;
  #queuedReuse: Reuse = 'none';
  /** Set while the session waits to try the same server again. */
  protected retryWaiting = false;
  /** With `http-reuse never`: the idle connection of the client's last exchange. */
  #own: ServerConnection | undefined;

  constructor(context: WorkerContext) {
    super();
    this.context = context;
  }

  abstract finish(): void;
  /** The connection stands: send what there is to send. */
  abstract serverConnected(): void;
  abstract serverData(buffer: Buffer, length: number): void;
  abstract serverEnded(): void;
  abstract serverDrained(): void;
  /** No server can be reached: 503 in HTTP. */
  protected abstract noServer(termination: Termination): void;
  /** A connection that stood broke or timed out. */
  protected abstract connectionBroke(timedOut: boolean): void;

  setLogLevel(level: LogLevel | 'silent'): void {
    if (this.record !== undefined) this.record.level = level;
  }

  setPriorityClass(value: number): void {
    this.priorityClass = value;
  }

  setPriorityOffset(value: number): void {
    this.priorityOffset = value;
  }

  noteFinalRule(origin: RuleOrigin | undefined): void {
    this.lastRule = origin;
  }

  protected beginBackend(backend: BackendRuntime): void {
    this.backend = backend;
    this.retriesLeft = backend.retries;
    this.hasRetried = false;
    if (this.record !== undefined) this.record.backend = backend;
    backend.counters.beginSession();
  }

  /** Picks a server and takes or opens a connection to it. */
  protected connectToServer(reuse: Reuse): void {
    const { balancer, queue, timeouts } = this.backend as BackendRuntime;
    const server = this.#usableAssigned() ?? balancer.pick();
    if (server !== undefined) this.#useServer(server, reuse);
    else if (balancer.isSaturated) {
      this.queued = true;
      this.#queuedReuse = reuse;
      this.context.timers.arm(this, timeouts.queue);
      this.record?.enterQueue(queue);
      queue.add(this);
    } else this.noServer('SC');
  }

  /** One that is drained serves those who ask for it by name; one that is full does not wait for them alone. */
  #usableAssigned(): UpstreamServer | undefined {
    const { assigned } = this;
    if (assigned === undefined || assigned.full) return undefined;
    return mayStick(assigned, (this.backend as BackendRuntime).persist) ? assigned : undefined;
  }

  /** Chooses the server by the rules of the backend; the balancer does when none applies. */
  protected assignServer(sample: SampleContext): void {
    this.assigned = undefined;
    for (const { holds, find } of (this.backend as BackendRuntime).serverRules) {
      if (holds !== undefined && !holds(sample)) continue;
      const server = find(sample);
      // One that is down gives way to the next rule, one that is not there to the balancer.
      if (server !== undefined && server.state !== 'up' && server.state !== 'drain') continue;
      this.assigned = server;
      return;
    }
  }

  /** Looks for the server that served the client before, unless a rule has chosen one. */
  protected stick(sample: SampleContext): void {
    const { stickRules, servers, persist } = this.backend as BackendRuntime;
    this.#stickiness ??= new Stickiness();
    const found = this.#stickiness.match(stickRules, sample, servers, persist);
    this.assigned ??= found;
  }

  /** The server has answered: stick rules note it. */
  protected noteServer(sample: SampleContext): void {
    const { stickRules } = this.backend as BackendRuntime;
    this.#stickiness ??= new Stickiness();
    this.#stickiness.store(stickRules, sample, this.server as UpstreamServer);
  }

  leaveQueue(): void {
    this.queued = false;
    this.record?.leaveQueue();
    this.context.timers.disarm(this);
    this.connectToServer(this.#queuedReuse);
  }

  /** No server had room for it in time. */
  protected queueTimedOut(): void {
    this.queued = false;
    (this.backend as BackendRuntime).queue.remove(this);
    this.record?.leaveQueue();
    this.noServer('sQ');
  }

  #useServer(server: UpstreamServer, reuse: Reuse): void {
    this.server = server;
    if (this.record !== undefined) this.record.chooseServer(server);
    server.beginSession();
    this.#openConnection(server, reuse);
  }

  #openConnection(server: UpstreamServer, reuse: Reuse): void {
    const idle = this.#takeOwn(server) ?? (reuse === 'none' ? undefined : server.takeIdle(reuse === 'lasting'));
    if (idle !== undefined) {
      idle.user = this;
      this.connection = idle;
      this.serverConnected();
      return;
    }
    const backend = this.backend as BackendRuntime;
    server.counters.connections++;
    backend.counters.connections++;
    this.connection = new ServerConnection(server, this.context.timers, this, backend.timeouts.connect);
  }

  /** The connection that was kept for this client alone, when it leads to the server. */
  #takeOwn(server: UpstreamServer): ServerConnection | undefined {
    const own = this.#own;
    this.#own = undefined;
    if (own === undefined || own.closed) return undefined;
    if (own.server === server) return own;
    own.destroy();
    return undefined;
  }

  serverFailed(_code: string): void {
    const connected = this.connection?.connected === true;
    if (connected) this.connectionBroke(false);
    else this.#connectFailed(false);
  }

  serverTimedOut(): void {
    const connection = this.connection as ServerConnection;
    if (connection.connected) {
      this.connectionBroke(true);
    } else {
      connection.destroy();
      this.#connectFailed(true);
    }
  }

  #connectFailed(timedOut: boolean): void {
    const backend = this.backend as BackendRuntime;
    backend.counters.connectionErrors++;
    (this.server as UpstreamServer).counters.connectionErrors++;
    if (!backend.retryOn.has('conn-failure') || !this.retry(true)) this.noServer(timedOut ? 'sC' : 'SC');
  }

  /** Sends the exchange again on a fresh connection to the same server at once, because a pooled one turned out dead. */
  protected replaceConnection(): void {
    this.connection?.destroy();
    this.#openConnection(this.server as UpstreamServer, 'none');
  }

  /**
   * Tries once more when retries are left: another server with `redispatch`, else the same one, after the turn-around time
   * when it could not be reached. Answers false when no retry is left.
   */
  protected retry(unreachable: boolean): boolean {
    const backend = this.backend as BackendRuntime;
    const failed = this.server as UpstreamServer;
    if (this.retriesLeft === 0) return false;
    this.retriesLeft--;
    this.hasRetried = true;
    this.connection?.destroy();
    this.connection = undefined;
    backend.counters.retries++;
    failed.counters.retries++;
    const other = backend.redispatch ? backend.balancer.pick(failed) : undefined;
    this.record?.noteRetry(other !== undefined && other !== failed);
    if (other === undefined || other === failed) {
      if (backend.redispatch && !failed.available) return this.#leave(failed);
      this.retryWaiting = true;
      this.context.timers.arm(this, unreachable ? Math.min(turnaround, backend.timeouts.connect) : 0);
      return true;
    }
    backend.counters.redispatches++;
    failed.counters.redispatches++;
    failed.endSession();
    this.server = undefined;
    this.#useServer(other, 'none');
    return true;
  }

  /** There is no other server now: waits for one that is full, if there is any. */
  #leave(failed: UpstreamServer): boolean {
    if (!(this.backend as BackendRuntime).balancer.isSaturated) return false;
    if (this.record !== undefined) this.record.redispatched = true;
    failed.endSession();
    this.server = undefined;
    this.connectToServer('none');
    return true;
  }

  /** The turn-around time is over; a server that went down meanwhile is left for another. */
  protected retryNow(): void {
    this.retryWaiting = false;
    const server = this.server as UpstreamServer;
    if (server.available) {
      this.#openConnection(server, 'none');
      return;
    }
    server.endSession();
    this.server = undefined;
    this.connectToServer('none');
  }

  /** The exchange is over: the connection goes to the pool or is closed, and the sessions of server and backend end. */
  protected endBackend(keepConnection: boolean): void {
    const connection = this.connection;
    this.connection = undefined;
    this.retryWaiting = false;
    this.#stickiness?.clear();
    if (this.queued) {
      this.queued = false;
      this.backend?.queue.remove(this);
      this.record?.leaveQueue();
    }
    if (connection !== undefined) {
      if (!keepConnection || connection.closed) connection.destroy();
      else if (this.backend?.reuse === 'never') {
        this.#own = connection;
        connection.waitForOwner();
      } else connection.makeIdle();
    }
    this.record?.noteLoad(this.backend, this.server);
    if (this.server !== undefined) {
      this.server.endSession();
      this.server = undefined;
    }
    if (this.backend !== undefined) {
      this.backend.counters.endSession();
      this.backend = undefined;
    }
  }

  /** The client has gone: the connection kept for it is of no more use. */
  protected dropOwnConnection(): void {
    this.#own?.destroy();
    this.#own = undefined;
  }
}
