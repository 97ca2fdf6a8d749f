/** Requests of one backend that wait because all its servers have as many sessions as `maxconn` lets them. */
import type { Balancer } from '../balance/balancer.ts';
import type { ProxyCounters } from '../report/counters.ts';
import type { UpstreamServer } from './upstream-server.ts';

export interface QueuedSession {
  /** Lower classes go first; within a class those that have waited longest, as if they had come so many ms later. */
  readonly priorityClass: number;
  readonly priorityOffset: number;
  /** It is this session's turn: it is in the queue no more. */
  leaveQueue(): void;
}

/** A session that is not served in its turn: `time` is when it came (ms), moved by its offset. */
interface Ranked {
  readonly session: QueuedSession;
  readonly time: number;
}

/** First come, first served, but for priorities. It lives across versions, as the sessions in it do. */
export class ServerQueue {
  /** Those of class 0 without an offset, and when each came (ms). */
  readonly #waiting = new Map<QueuedSession, number>();
  /** All others, in the order of their turns. */
  readonly #ranked: Ranked[] = [];
  readonly #counters: ProxyCounters;
  readonly #now: () => number;
  /** Sessions that have left the queue so far, for whatever reason. */
  served = 0;
  #servers: readonly UpstreamServer[] = [];

  constructor(counters: ProxyCounters, now = () => performance.now()) {
    this.#counters = counters;
    this.#now = now;
  }

  get length(): number {
    return this.#waiting.size + this.#ranked.length;
  }

  setServers(servers: readonly UpstreamServer[]): void {
    this.#servers = servers;
  }

  add(session: QueuedSession): void {
    const now = this.#now();
    if (session.priorityClass === 0 && session.priorityOffset === 0) this.#waiting.set(session, now);
    else this.#rank({ session, time: now + session.priorityOffset });
    this.#counters.countQueued(this.length);
    this.#askForSlots();
  }

  remove(session: QueuedSession): void {
    if (!this.#waiting.delete(session)) {
      const index = this.#ranked.findIndex((ranked) => ranked.session === session);
      if (index < 0) return;
      this.#ranked.splice(index, 1);
    }
    this.served++;
    this.#counters.countQueued(this.length);
  }

  /** Lets sessions go on as long as a server has room, and all of them when no server will have any more. */
  serve(balancer: Balancer<UpstreamServer>): void {
    while (this.length > 0 && (balancer.hasRoom || !balancer.isSaturated)) {
      const first = this.#first();
      if (first === undefined) return;
      this.remove(first);
      first.leaveQueue();
    }
    if (this.length > 0) this.#askForSlots();
  }

  /** Behind all whose turn comes no later. */
  #rank(ranked: Ranked): void {
    let low = 0;
    for (let high = this.#ranked.length; low < high; ) {
      const middle = (low + high) >> 1;
      const { session, time } = this.#ranked[middle] as Ranked;
      if (isBefore(ranked, session.priorityClass, time)) high = middle;
      else low = middle + 1;
    }
    this.#ranked.splice(low, 0, ranked);
  }

  #first(): QueuedSession | undefined {
    const [ranked] = this.#ranked;
    const [waiting] = this.#waiting;
    if (waiting === undefined) return ranked?.session;
    const [session, time] = waiting;
    return ranked !== undefined && isBefore(ranked, 0, time) ? ranked.session : session;
  }

  /** Other workers may hold slots that they do not need. */
  #askForSlots(): void {
    for (const server of this.#servers) server.askForSlot();
  }
}

function isBefore({ session, time }: Ranked, otherClass: number, otherTime: number): boolean {
  return session.priorityClass === otherClass ? time < otherTime : session.priorityClass < otherClass;
}
