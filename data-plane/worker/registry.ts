/** What outlives a version in a worker: counters, servers with their connections, and the turns of balancing. */

import type { SnapshotServer } from '../../shared/model/snapshot.ts';
import type { Balancer } from '../balance/balancer.ts';
import { type Algorithm, createBalancer } from '../balance/create-balancer.ts';
import type { ServerState, WorkerCounters } from '../node/worker-messages.ts';
import type { LineCount } from '../report/access-log.ts';
import { ProxyCounters } from '../report/counters.ts';
import { ServerQueue } from '../upstream/server-queue.ts';
import { type SlotSource, UpstreamServer } from '../upstream/upstream-server.ts';

interface BalancerEntry {
  readonly algorithm: Algorithm;
  readonly balancer: Balancer<UpstreamServer>;
  readonly queue: ServerQueue;
}

/** Everything a version keeps alive, by uid. Building one changes nothing that runs; {@link adopt} puts it in force. */
export class Registry {
  readonly slots: SlotSource;
  readonly counters = new Map<string, ProxyCounters>();
  readonly lineCounts = new Map<string, LineCount>();
  readonly servers = new Map<string, UpstreamServer>();
  readonly balancers = new Map<string, BalancerEntry>();
  /** The servers of each backend in the order of the version, with the settings it gives them. */
  readonly members = new Map<string, { server: UpstreamServer; settings: SnapshotServer }[]>();

  constructor(slots: SlotSource) {
    this.slots = slots;
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

  /** The balancer and the queue of a backend; call {@link countersOf} first. */
  balancerOf(uid: string, algorithm: Algorithm, before: Registry): BalancerEntry {
    const old = before.balancers.get(uid);
    const queue = old?.queue ?? new ServerQueue(this.counters.get(uid) as ProxyCounters);
    const entry =
      old?.algorithm === algorithm ? old : { algorithm, balancer: createBalancer<UpstreamServer>(algorithm), queue };
    this.balancers.set(uid, entry);
    return entry;
  }

  /** The same object as before while uid and address stay the same. */
  addServer(backendUid: string, settings: SnapshotServer, before: Registry): UpstreamServer {
    const old = before.servers.get(settings.uid);
    const same = old !== undefined && old.address === settings.address && old.port === settings.port;
    const server = same ? old : new UpstreamServer(settings, before.slots);
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
    for (const [uid, { balancer, queue }] of this.balancers) {
      const members = this.members.get(uid) ?? [];
      for (const { server, settings } of members) {
        const old = before.servers.get(server.uid);
        server.setMaxconn(settings.maxconn, (old?.isLimited ? old.granted : slots[server.uid]) ?? 0);
        server.backup = settings.backup;
        server.initialWeight = settings.weight;
        server.balancer = balancer;
        server.queue = queue;
        server.setState(stateOf.get(server.uid) ?? { uid: server.uid, state: 'up', weight: settings.weight });
      }
      const servers = members.map(({ server }) => server);
      queue.setServers(servers);
      balancer.setServers(servers);
      queue.serve(balancer);
    }
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
    for (const [uid, { balancer, queue }] of this.balancers) {
      if (!changed.has(balancer)) continue;
      balancer.setServers((this.members.get(uid) ?? []).map(({ server }) => server));
      queue.serve(balancer);
    }
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
