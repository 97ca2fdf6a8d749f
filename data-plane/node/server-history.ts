/** What has become of one server, or of a whole backend: how often and how long it was down (management manual 2.6, 9.1). */
import type { Clock } from '../../shared/clock.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';

export class ServerHistory {
  /** Checks that failed while it was up. */
  failedChecks = 0;
  /** Turns from up to down, maintenance included. */
  downs = 0;
  /** When it last turned, in milliseconds since 1970. */
  changedAt: number;
  #downSince: number | undefined;
  #downtime = 0;

  constructor(up: boolean, now: number) {
    this.changedAt = now;
    this.#downSince = up ? undefined : now;
  }

  /** Takes note of what it is now. */
  note(up: boolean, now: number): void {
    if (up === (this.#downSince === undefined)) return;
    this.changedAt = now;
    if (this.#downSince === undefined) {
      this.downs++;
      this.#downSince = now;
    } else {
      this.#downtime += now - this.#downSince;
      this.#downSince = undefined;
    }
  }

  /** Milliseconds that it has been down in all. */
  downtime(now: number): number {
    return this.#downtime + (this.#downSince === undefined ? 0 : now - this.#downSince);
  }

  /** Counts from zero again. */
  clear(now: number): void {
    this.failedChecks = 0;
    this.downs = 0;
    this.#downtime = 0;
    if (this.#downSince !== undefined) this.#downSince = now;
  }
}

/** The histories of everything in a version, by uid. */
export class Histories {
  readonly #clock: Clock;
  readonly #byUid = new Map<string, ServerHistory>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One that nothing is known of yet begins up. */
  of(uid: string): ServerHistory {
    return this.#byUid.get(uid) ?? this.#begin(uid, true);
  }

  note(uid: string, up: boolean): void {
    (this.#byUid.get(uid) ?? this.#begin(uid, up)).note(up, this.#clock.now());
  }

  /** Forgets what the snapshot does not have. */
  keepOnly({ backends }: Snapshot): void {
    const uids = new Set(backends.flatMap(({ uid, servers }) => [uid, ...servers.map((server) => server.uid)]));
    for (const uid of this.#byUid.keys()) if (!uids.has(uid)) this.#byUid.delete(uid);
  }

  clear(): void {
    for (const history of this.#byUid.values()) history.clear(this.#clock.now());
  }

  #begin(uid: string, up: boolean): ServerHistory {
    const history = new ServerHistory(up, this.#clock.now());
    this.#byUid.set(uid, history);
    return history;
  }
}
