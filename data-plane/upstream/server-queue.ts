/** Requests of one backend that wait because all its servers have as many sessions as `maxconn` lets them. */
import type { Balancer } from '../balance/balancer.ts';
import type { ProxyCounters } from '../report/counters.ts';
import type { UpstreamServer } from './upstream-server.ts';

export interface QueuedSession {
  /** It is this session's turn: it is in the queue no more. */
  leaveQueue(): void;
}

/** First come, first served. It lives across versions, as the sessions in it do. */
export class ServerQueue {
  readonly #waiting = new Set<QueuedSession>();
  readonly #counters: ProxyCounters;
  /** Sessions that have left the queue so far, for whatever reason. */
  served = 0;
  #servers: readonly UpstreamServer[] = [];

  constructor(counters: ProxyCounters) {
    this.#counters = counters;
  }

  get length(): number {
    return this.#waiting.size;
  }

  setServers(servers: readonly UpstreamServer[]): void {
    this.#servers = servers;
  }

  add(session: QueuedSession): void {
    this.#waiting.add(session);
    this.#counters.countQueued(this.#waiting.size);
    this.#askForSlots();
  }

  remove(session: QueuedSession): void {
    if (!this.#waiting.delete(session)) return;
    this.served++;
    this.#counters.countQueued(this.#waiting.size);
  }

  /** Lets sessions go on as long as a server has room, and all of them when no server will have any more. */
  serve(balancer: Balancer<UpstreamServer>): void {
    while (this.#waiting.size > 0 && (balancer.hasRoom || !balancer.isSaturated)) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      this.remove(first);
      first.leaveQueue();
    }
    if (this.#waiting.size > 0) this.#askForSlots();
  }

  /** Other workers may hold slots that they do not need. */
  #askForSlots(): void {
    for (const server of this.#servers) server.askForSlot();
  }
}
