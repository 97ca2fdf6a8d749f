/** Who may use how much of each limit of the node: workers hold slots, and what one does not need goes to another. */
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { DynamicLimits } from './dynamic-limits.ts';
import { limitsOf } from './node-limits.ts';
import type { SupervisorMessage } from './worker-messages.ts';

/** A worker as far as slots are concerned. */
export interface SlotHolder {
  send(message: SupervisorMessage): void;
}

interface Entry {
  limit: number;
  readonly held: Map<SlotHolder, number>;
  /** Of these, how many were asked back whether idle or not, and have not come yet. */
  readonly owed: Map<SlotHolder, number>;
  /** Workers where somebody waits for a slot. */
  readonly waiting: Set<SlotHolder>;
}

/**
 * The sum of what workers hold is never above the limit: a slot is given only when it is free, and free only once its holder
 * has returned it. A worker begins with an equal share; when it needs more, idle slots of others are recalled, and of
 * whoever has more than it also a busy one, as soon as that is done with.
 */
export class SharedSlots {
  readonly #entries = new Map<string, Entry>();
  /** Who asked for slots of limits that are not known yet, because others have yet to commit the version. */
  readonly #early = new Map<string, Set<SlotHolder>>();
  readonly dynamic = new DynamicLimits((uid, limit) => this.#resize(uid, limit));

  /** The slots a worker begins with in a version, by uid of what is limited; `workers` are all that stage it. */
  shareOf(snapshot: Snapshot, worker: SlotHolder, workers: readonly SlotHolder[]): Record<string, number> {
    const slots: Record<string, number> = {};
    for (const { uid, initial } of limitsOf(snapshot)) {
      const entry = this.#entries.get(uid);
      slots[uid] = entry === undefined ? share(initial, workers, worker) : (entry.held.get(worker) ?? 0);
    }
    return slots;
  }

  /** The version is in force on these workers. */
  adopt(snapshot: Snapshot, workers: readonly SlotHolder[]): void {
    const limited = limitsOf(snapshot);
    this.dynamic.adopt(snapshot);
    const kept = new Set(limited.map(({ uid }) => uid));
    for (const uid of this.#entries.keys()) if (!kept.has(uid)) this.#entries.delete(uid);
    for (const { uid, limit, initial } of limited) {
      const entry = this.#entries.get(uid);
      if (entry === undefined) {
        const held = new Map(workers.map((worker) => [worker, share(initial, workers, worker)]));
        this.#entries.set(uid, { limit: initial, held, owed: new Map(), waiting: new Set() });
      }
      this.#resize(uid, this.dynamic.limitOf(uid) ?? limit);
      for (const worker of this.#early.get(uid) ?? []) this.want(worker, uid);
    }
    this.#early.clear();
  }

  #resize(uid: string, limit: number): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined || entry.limit === limit) return;
    entry.limit = limit;
    this.#recallExcess(uid, entry);
    this.#giveFree(uid, entry);
  }

  /** A new worker takes what is free, up to an equal share of each limit. */
  join(worker: SlotHolder, workerCount: number): Record<string, number> {
    const slots: Record<string, number> = {};
    for (const [uid, entry] of this.#entries) {
      const count = Math.max(0, Math.min(free(entry), Math.ceil(entry.limit / workerCount)));
      entry.held.set(worker, count);
      slots[uid] = count;
    }
    return slots;
  }

  /** The worker is gone, and its sessions with it. */
  drop(worker: SlotHolder): void {
    this.dynamic.drop(worker);
    for (const workers of this.#early.values()) workers.delete(worker);
    for (const [uid, entry] of this.#entries) {
      entry.waiting.delete(worker);
      entry.owed.delete(worker);
      if (entry.held.delete(worker)) this.#giveFree(uid, entry);
    }
  }

  /** Somebody waits in the worker for a slot of this limit. */
  want(worker: SlotHolder, uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) {
      this.#early.set(uid, (this.#early.get(uid) ?? new Set()).add(worker));
      return;
    }
    entry.waiting.add(worker);
    this.#giveFree(uid, entry);
    if (!entry.waiting.has(worker)) return;
    const own = entry.held.get(worker) ?? 0;
    const [richest] = [...entry.held].sort((a, b) => b[1] - a[1])[0] ?? [];
    for (const [holder, count] of entry.held) {
      if (holder === worker || count === 0) continue;
      recall(entry, uid, holder, 1, holder === richest && count > own);
    }
  }

  returned(worker: SlotHolder, uid: string, count: number): void {
    const entry = this.#entries.get(uid);
    const held = entry?.held.get(worker);
    if (entry === undefined || held === undefined) return;
    entry.held.set(worker, held - count);
    entry.owed.set(worker, Math.max(0, (entry.owed.get(worker) ?? 0) - count));
    this.#giveFree(uid, entry);
  }

  #giveFree(uid: string, entry: Entry): void {
    for (const worker of entry.waiting) {
      if (free(entry) <= 0) return;
      entry.waiting.delete(worker);
      const held = (entry.held.get(worker) ?? 0) + 1;
      entry.held.set(worker, held);
      worker.send({ type: 'grant-slots', uid, count: 1 });
      const [next] = entry.waiting;
      if (next === undefined) return;
      // Whoever still waits asked the holders of then; this slot has a new one.
      const busy = held > (entry.held.get(next) ?? 0);
      if (free(entry) <= 0) recall(entry, uid, worker, 1, busy);
    }
  }

  /** The limit has become less: those with most give back first. */
  #recallExcess(uid: string, entry: Entry): void {
    const left = new Map([...entry.held].map(([holder, count]) => [holder, count - (entry.owed.get(holder) ?? 0)]));
    const expected = new Map(left);
    const kept = [...left.values()].reduce((sum, count) => sum + count, 0);
    for (let excess = kept - entry.limit; excess > 0; ) {
      const most = Math.max(...left.values());
      if (most <= 0) break;
      const richest = [...left].filter(([, count]) => count === most);
      const next = Math.max(0, ...[...left.values()].filter((count) => count < most));
      const step = Math.min(most - next, Math.ceil(excess / richest.length));
      for (const [holder] of richest) {
        const taken = Math.min(step, excess);
        left.set(holder, most - taken);
        excess -= taken;
      }
    }
    for (const [holder, count] of expected) {
      const excess = count - (left.get(holder) ?? 0);
      if (excess > 0) recall(entry, uid, holder, excess, true);
    }
  }
}

function recall(entry: Entry, uid: string, holder: SlotHolder, count: number, busy: boolean): void {
  if (busy) entry.owed.set(holder, (entry.owed.get(holder) ?? 0) + count);
  holder.send({ type: 'recall-slots', uid, count, busy });
}

function share(limit: number, workers: readonly SlotHolder[], worker: SlotHolder): number {
  const index = workers.indexOf(worker);
  if (index < 0) return 0;
  return Math.floor(limit / workers.length) + (index < limit % workers.length ? 1 : 0);
}

function free(entry: Entry): number {
  let held = 0;
  for (const count of entry.held.values()) held += count;
  return entry.limit - held;
}
