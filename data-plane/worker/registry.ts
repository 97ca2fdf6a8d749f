/** What outlives a version in a worker: counters, servers with their connections, and the turns of balancing. */

import type {
  SnapshotBackend,
  SnapshotFrontend,
  SnapshotServer,
  SnapshotStickTable,
} from '../../shared/model/snapshot.ts';
import type { Balancer } from '../balance/balancer.ts';
import { createBalancer, isStatic } from '../balance/create-balancer.ts';
import { Admission } from '../listen/admission.ts';
import { Gate } from '../listen/gate.ts';
import { isDynamic } from '../node/dynamic-limits.ts';
import { globalUid } from '../node/node-limits.ts';
import type { ServerState, WorkerCounters } from '../node/worker-messages.ts';
import type { LineCount } from '../report/access-log.ts';
import { ProxyCounters } from '../report/counters.ts';
import { identityOf, StickTable, type TableListener } from '../tables/stick-table.ts';
import { ServerQueue } from '../upstream/server-queue.ts';
import { UpstreamServer } from '../upstream/upstream-server.ts';
import type { Limited, SlotSource } from './limited.ts';
import type { TimerWheel } from './timer-wheel.ts';

interface BalancerEntry {
  readonly settings: SnapshotBackend;
  readonly balancer: Balancer<UpstreamServer>;
  readonly queue: ServerQueue;
}

/** What all versions of a worker have in common. */
interface Shared {
  readonly slots: SlotSource;
  readonly timers: TimerWheel;
  /** Hears what happens in stick tables. */
  readonly tables: TableListener;
  /** Connections of all frontends pass it. */
  readonly node: Gate;
}

/** Everything a version keeps alive, by uid. Building one changes nothing that runs; {@link adopt} puts it in force. */
export class Registry {
  readonly #shared: Shared;
  /** Most connections of the node; 0 for no limit. */
  readonly #maxconn: number;
  readonly counters = new Map<string, ProxyCounters>();
  readonly lineCounts = new Map<string, LineCount>();
  readonly servers = new Map<string, UpstreamServer>();
  readonly balancers = new Map<string, BalancerEntry>();
  /** The servers of each backend in the order of the version, with the settings it gives them. */
  readonly members = new Map<string, { server: UpstreamServer; settings: SnapshotServer }[]>();

  /** Stick tables by name. */
  readonly tables = new Map<string, StickTable>();

  readonly #admissions = new Map<string, { admission: Admission; settings: SnapshotFrontend }>();
  /** Those of frontends. */
  readonly #gates = new Map<string, Gate>();

  /** By uid of those backends: what the supervisor was told last. */
  readonly #toldSessions = new Map<string, number>();

  private constructor(shared: Shared, maxconn: number) {
    this.#shared = shared;
    this.#maxconn = maxconn;
  }

  /** The registry of a worker before its first version. */
  static empty(slots: SlotSource, timers: TimerWheel, tables: TableListener): Registry {
    return new Registry({ slots, timers, tables, node: new Gate(globalUid, slots) }, 0);
  }

  /** One for a next version, still without anything. */
  next(maxconn: number): Registry {
    return new Registry(this.#shared, maxconn);
  }

  /** Who of a frontend's connections may be served. */
  admissionOf(settings: SnapshotFrontend, before: Registry): Admission {
    const { slots, timers, node } = this.#shared;
    const old = before.#admissions.get(settings.uid)?.admission;
    const admission = old ?? new Admission(settings.uid, slots, timers, node);
    this.#admissions.set(settings.uid, { admission, settings });
    for (const gate of [admission.connections, admission.rate]) this.#gates.set(gate.uid, gate);
    return admission;
  }

  countersOf(uid: string, before: Registry): ProxyCounters {
    const counters = before.counters.get(uid) ?? new ProxyCounters();
    this.counters.set(uid, counters);
    return counters;
  }

  lineCountOf(uid: string, before: Registry): LineCount {
    const count = before.lineCounts.get(uid) ?? { lines: 0 };
    this.lineCounts.set(uid, count);
    return count;
  }

  /** The same as before while its definition stays the same. */
  addTable(definition: SnapshotStickTable, before: Registry): void {
    const old = before.tables.get(definition.name);
    const same = old !== undefined && old.identity === identityOf(definition);
    this.tables.set(definition.name, same ? old : new StickTable(definition, epochMilliseconds, this.#shared.tables));
  }

  /** The balancer and the queue of a backend; call {@link countersOf} first. */
  balancerOf(settings: SnapshotBackend, before: Registry): BalancerEntry {
    const { uid, balance } = settings;
    const old = before.balancers.get(uid);
    const queue = old?.queue ?? new ServerQueue(this.counters.get(uid) as ProxyCounters);
    const { algorithm, draws } = old?.settings.balance ?? {};
    const same = old !== undefined && algorithm === balance.algorithm && draws === balance.draws;
    const balancer = same ? old.balancer : createBalancer<UpstreamServer>(balance, Math.random);
    const entry = { settings, balancer, queue };
    this.balancers.set(uid, entry);
    if (isDynamic(settings)) this.#toldSessions.set(uid, before.#toldSessions.get(uid) ?? 0);
    return entry;
  }

  /** The same object as before while uid and address stay the same. */
  addServer(backendUid: string, settings: SnapshotServer, before: Registry): UpstreamServer {
    const old = before.servers.get(settings.uid);
    const same = old !== undefined && old.address === settings.address && old.port === settings.port;
    const server = same ? old : new UpstreamServer(settings, this.#shared.slots);
    this.servers.set(settings.uid, server);
    const members = this.members.get(backendUid);
    if (members === undefined) this.members.set(backendUid, [{ server, settings }]);
    else members.push({ server, settings });
    return server;
  }

  /** Takes over from the registry of the version before: states and members of this one are in force. */
  adopt(before: Registry, states: readonly ServerState[], slots: Readonly<Record<string, number>>): void {
    for (const [uid, server] of before.servers) if (this.servers.get(uid) !== server) server.closeIdle();
    const stateOf = new Map(states.map((state) => [state.uid, state]));
    for (const [uid, { settings: backend, balancer, queue }] of this.balancers) {
      const members = this.members.get(uid) ?? [];
      for (const { server, settings } of members) {
        const old = before.servers.get(server.uid);
        server.setLimit(settings.maxconn, (old?.isLimited ? old.granted : slots[server.uid]) ?? 0);
        server.id = settings.id;
        server.nonStick = settings.nonStick;
        server.backup = settings.backup;
        server.fixedWeight = isStatic(backend.balance) ? settings.weight : undefined;
        server.initialWeight = settings.weight;
        server.balancer = balancer;
        server.queue = queue;
        server.setState(stateOf.get(server.uid) ?? { uid: server.uid, state: 'up', weight: settings.weight });
      }
      const servers = members.map(({ server }) => server);
      queue.setServers(servers);
      balancer.setServers(servers, backend.allBackups);
      queue.serve(balancer);
    }
  }

  /** The limits of connections are those of this version: some that were held may pass now. Call it once the version serves. */
  admit(before: Registry, slots: Readonly<Record<string, number>>): void {
    for (const [uid, gate] of before.#gates) if (!this.#gates.has(uid)) gate.setLimit(0, 0);
    const { node } = this.#shared;
    node.setLimit(this.#maxconn, slots[node.uid] ?? 0);
    for (const { admission, settings } of this.#admissions.values()) {
      const { connections, rate } = admission;
      connections.setLimit(settings.maxconn, slots[connections.uid] ?? 0);
      rate.setLimit(settings.rateLimitSessions, slots[rate.uid] ?? 0);
    }
    for (const gate of before.#gates.values()) gate.admit();
    node.admit();
  }

  /** Connections whose clients have gone are held no longer. */
  dropGone(): void {
    for (const gate of this.#gates.values()) gate.dropGone();
    this.#shared.node.dropGone();
  }

  /** Turns every held connection away. */
  refuseHeld(): void {
    for (const gate of this.#gates.values()) gate.refuseAll();
    // Last, since those it held leave room at the gates before it.
    this.#shared.node.refuseAll();
  }

  /** The server or gate that a limit of the node is for. */
  limited(uid: string): Limited | undefined {
    return this.servers.get(uid) ?? this.#gates.get(uid) ?? (uid === globalUid ? this.#shared.node : undefined);
  }

  /** Puts changed states in force. */
  setStates(states: readonly ServerState[]): void {
    const changed = new Set<Balancer<UpstreamServer>>();
    for (const state of states) {
      const server = this.servers.get(state.uid);
      if (server === undefined) continue;
      server.setState(state);
      if (server.balancer !== undefined) changed.add(server.balancer);
    }
    for (const [uid, { settings, balancer, queue }] of this.balancers) {
      if (!changed.has(balancer)) continue;
      const servers = (this.members.get(uid) ?? []).map(({ server }) => server);
      balancer.setServers(servers, settings.allBackups);
      queue.serve(balancer);
    }
  }

  /** Sessions of the backends whose servers have limits that move, as far as they changed; undefined when none did. */
  changedSessions(): Record<string, number> | undefined {
    let changed: Record<string, number> | undefined;
    for (const [uid, told] of this.#toldSessions) {
      const { currentSessions } = this.counters.get(uid) as ProxyCounters;
      if (currentSessions === told) continue;
      this.#toldSessions.set(uid, currentSessions);
      changed ??= {};
      changed[uid] = currentSessions;
    }
    return changed;
  }

  /** The counters of everything by uid. */
  report(): Record<string, WorkerCounters> {
    const all: Record<string, WorkerCounters> = {};
    const now = performance.now();
    for (const counters of this.counters.values()) counters.tick(now);
    for (const { counters } of this.servers.values()) counters.tick(now);
    for (const [uid, counters] of this.counters) all[uid] = counters.report();
    for (const [uid, server] of this.servers) all[uid] = server.counters.report();
    return all;
  }

  /** Ends all idle connections to servers. */
  closeIdle(): void {
    for (const server of this.servers.values()) server.closeIdle();
  }
}

/** A clock that steps neither back nor by fractions. */
function epochMilliseconds(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
