/** Watches counters from second to second: highest rates, when the last session began, and what was cleared. */
import type { Clock } from '../../../shared/clock.ts';
import { type Counters, maxNames, rateNames, totalNames, zeroCounters } from '../../../shared/protocol/counters.ts';
import type { ObservedCounters } from './node-view.ts';

interface Watched {
  /** What there was when it was cleared. */
  cleared: Pick<Counters, 'total' | 'max'>;
  /** Highest values seen since then. */
  max: Counters['max'];
  maxRates: Counters['rates'];
  sessions: number;
  lastSessionAt: number | undefined;
}

/** Clearing concerns this view alone: nodes and control plane count on. */
export class CounterWatch {
  readonly #countersOf: (uid: string) => Counters;
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();

  constructor(options: { countersOf: (uid: string) => Counters; clock: Clock }) {
    this.#countersOf = options.countersOf;
    this.#clock = options.clock;
  }

  /** Looks at these, and forgets all others. To be called every second. */
  sample(uids: Iterable<string>): void {
    const kept = new Set(uids);
    for (const uid of this.#watched.keys()) if (!kept.has(uid)) this.#watched.delete(uid);
    for (const uid of kept) this.of(uid);
  }

  of(uid: string): ObservedCounters {
    const { total, current, max, rates } = this.#countersOf(uid);
    const watched = this.#watched.get(uid) ?? this.#begin(uid);
    for (const name of rateNames) watched.maxRates[name] = Math.max(watched.maxRates[name], rates[name]);
    for (const name of maxNames) {
      // A peak above the one at the time of clearing came later; a lower one is known only if it was seen.
      const risen = max[name] > watched.cleared.max[name] ? max[name] : current[name];
      watched.max[name] = Math.max(watched.max[name], risen);
    }
    if (total.sessions > watched.sessions) watched.lastSessionAt = this.#clock.now();
    watched.sessions = total.sessions;
    const since = { ...total };
    for (const name of totalNames) since[name] -= watched.cleared.total[name];
    const { maxRates, lastSessionAt } = watched;
    return { total: since, current, max: { ...watched.max }, rates, maxRates: { ...maxRates }, lastSessionAt };
  }

  /** Highest values begin anew; with `all`, totals too. */
  clear(all: boolean): void {
    for (const [uid, watched] of this.#watched) {
      const { total, max } = this.#countersOf(uid);
      const zero = zeroCounters();
      watched.cleared = { total: all ? total : watched.cleared.total, max };
      Object.assign(watched, { max: zero.max, maxRates: zero.rates });
    }
  }

  #begin(uid: string): Watched {
    const zero = zeroCounters();
    const watched: Watched = {
      cleared: { total: zero.total, max: { ...zero.max } },
      max: { ...zero.max },
      maxRates: zero.rates,
      sessions: 0,
      lastSessionAt: undefined,
    };
    this.#watched.set(uid, watched);
    return watched;
  }
}
