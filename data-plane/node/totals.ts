/** Sums what workers count into the counters of the node, by frontend, backend and server. */
import type { Clock } from '../../shared/clock.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import {
  type Counters,
  currentNames,
  maxNames,
  rateNames,
  totalNames,
  zeroCounters,
} from '../../shared/protocol/counters.ts';
import type { CountersMessage } from '../../shared/protocol/messages.ts';
import type { WorkerCounters } from './worker-messages.ts';

type Named = Pick<CountersMessage, 'frontends' | 'backends' | 'servers'>;

/** The last report of one worker, and what it came to per second. */
interface Report {
  readonly at: number;
  readonly counters: Record<string, WorkerCounters>;
  readonly rates: Map<string, Counters['rates']>;
}

export class Totals {
  readonly #clock: Clock;
  readonly #reports = new Map<unknown, Report>();
  /** By uid: what workers counted that are gone or have begun anew. */
  readonly #past = new Map<string, Counters['total']>();
  readonly #maxima = new Map<string, Counters['max']>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the report of a worker, which counts since the worker started. */
  take(worker: unknown, counters: Record<string, WorkerCounters>): void {
    const now = this.#clock.now();
    const before = this.#reports.get(worker);
    const seconds = before === undefined ? 1 : Math.max(0.1, (now - before.at) / 1000);
    const rates = new Map<string, Counters['rates']>();
    for (const [uid, { total }] of Object.entries(counters)) {
      const last = before?.counters[uid]?.total;
      // A server whose address changed counts from zero again in the worker, but not for the node.
      const restarted = last !== undefined && totalNames.some((name) => total[name] < last[name]);
      if (restarted) this.#keep(uid, last);
      const since = restarted ? undefined : last;
      const rate = zeroCounters().rates;
      for (const name of rateNames) rate[name] = (total[name] - (since?.[name] ?? 0)) / seconds;
      rates.set(uid, rate);
    }
    for (const [uid, { total }] of Object.entries(before?.counters ?? {})) {
      if (counters[uid] === undefined) this.#keep(uid, total);
    }
    this.#reports.set(worker, { at: now, counters, rates });
  }

  /** The worker is gone: what it counted stays, what went on in it is over. */
  drop(worker: unknown): void {
    for (const [uid, { total }] of Object.entries(this.#reports.get(worker)?.counters ?? {})) this.#keep(uid, total);
    this.#reports.delete(worker);
  }

  /** The counters of one frontend, backend or server. */
  of(uid: string): Counters {
    return this.#sum(uid);
  }

  /** The counters of everything in the snapshot by name. */
  byName(snapshot: Snapshot): Named {
    const named: Named = { frontends: {}, backends: {}, servers: {} };
    for (const { name, uid } of snapshot.frontends) named.frontends[name] = this.#sum(uid);
    for (const { name, uid, servers } of snapshot.backends) {
      named.backends[name] = this.#sum(uid);
      named.servers[name] = Object.fromEntries(servers.map((server) => [server.name, this.#sum(server.uid)]));
    }
    return named;
  }

  /** Forgets what the snapshot no longer has: a uid that is gone does not come back. */
  forgetOthers(snapshot: Snapshot): void {
    const kept = new Set<string>();
    for (const { uid } of snapshot.frontends) kept.add(uid);
    for (const { uid, servers } of snapshot.backends) {
      kept.add(uid);
      for (const server of servers) kept.add(server.uid);
    }
    for (const uid of this.#past.keys()) if (!kept.has(uid)) this.#past.delete(uid);
    for (const uid of this.#maxima.keys()) if (!kept.has(uid)) this.#maxima.delete(uid);
  }

  #keep(uid: string, total: Counters['total']): void {
    const past = this.#past.get(uid) ?? zeroCounters().total;
    for (const name of totalNames) past[name] += total[name];
    this.#past.set(uid, past);
  }

  #sum(uid: string): Counters {
    const sum = zeroCounters();
    Object.assign(sum.total, this.#past.get(uid));
    const highest = { ...zeroCounters().max, ...this.#maxima.get(uid) };
    for (const { counters, rates } of this.#reports.values()) {
      const part = counters[uid];
      if (part === undefined) continue;
      for (const name of totalNames) sum.total[name] += part.total[name];
      for (const name of currentNames) sum.current[name] += part.current[name];
      const rate = rates.get(uid);
      if (rate !== undefined) for (const name of rateNames) sum.rates[name] += rate[name];
      for (const name of maxNames) highest[name] = Math.max(highest[name], part.max[name]);
    }
    // Peaks of different workers need not meet: the highest sum seen, or of one worker, is what surely was.
    for (const name of maxNames) highest[name] = Math.max(highest[name], sum.current[name]);
    this.#maxima.set(uid, highest);
    sum.max = highest;
    return sum;
  }
}
