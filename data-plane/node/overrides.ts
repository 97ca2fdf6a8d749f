/**
 * The overrides a node has: those of the control plane, looked up by server and over by themselves when their time has
 * come, and above them what this node alone was told at its runtime API.
 */
import type { Clock } from '../../shared/clock.ts';
import type { AdminState } from '../../shared/model/override.ts';
import type { SnapshotServer } from '../../shared/model/snapshot.ts';
import type { ServerOverride } from '../../shared/protocol/messages.ts';

/** What the runtime API of this node changed; it holds until it is changed again or the control plane speaks of the server. */
export interface RuntimeChange {
  readonly adminState?: AdminState;
  readonly weight?: number;
  /** false: no health checks. */
  readonly checks?: boolean;
}

/** What there is to look a server up by. */
interface Place {
  readonly backend: { readonly name: string };
  readonly server: Readonly<Pick<SnapshotServer, 'name' | 'uid' | 'weight' | 'disabled'>>;
}

export class Overrides {
  readonly #clock: Clock;
  readonly #onExpired: () => void;
  #byServer = new Map<string, ServerOverride>();
  /** By uid of the server: another server of the same name begins without. */
  readonly #runtime = new Map<string, { readonly name: string; readonly change: RuntimeChange }>();
  #cancelTimer = () => {};

  /** `onExpired` is called after overrides have ended by themselves. */
  constructor(clock: Clock, onExpired: () => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Replaces those of the control plane; where it says something new of a server, runtime changes give way to it. */
  replace(overrides: readonly ServerOverride[]): void {
    const before = this.#byServer;
    this.#byServer = new Map(overrides.map((override) => [`${override.backend}/${override.server}`, override]));
    this.#dropExpired();
    for (const [uid, { name }] of this.#runtime) {
      if (!sameOverride(before.get(name), this.#byServer.get(name))) this.#runtime.delete(uid);
    }
    this.#arm();
  }

  /** What is in force for a server in place of its configuration. */
  of(place: Place): RuntimeChange | undefined {
    if (this.#byServer.size + this.#runtime.size === 0) return undefined;
    const override = this.#byServer.get(nameOf(place));
    const change = this.#runtime.get(place.server.uid)?.change;
    if (override === undefined || change === undefined) return change ?? override;
    return { ...override, ...change };
  }

  /**
   * Takes a change of the runtime API, above earlier ones of the same server. What says no more than configuration and
   * control plane say already is not kept, so that later versions have their way again.
   */
  change(place: Place, change: RuntimeChange): void {
    const { uid, weight, disabled } = place.server;
    const override = this.#byServer.get(nameOf(place));
    const otherwise: RuntimeChange = {
      adminState: override?.adminState ?? (disabled ? 'maint' : 'ready'),
      weight: override?.weight ?? weight,
      checks: true,
    };
    const merged = Object.entries({ ...this.#runtime.get(uid)?.change, ...change });
    const kept = merged.filter(([field, value]) => value !== otherwise[field as keyof RuntimeChange]);
    if (kept.length === 0) this.#runtime.delete(uid);
    else this.#runtime.set(uid, { name: nameOf(place), change: Object.fromEntries(kept) });
  }

  /** Forgets the runtime changes of servers that are gone: a uid does not come back. */
  forgetOthers(uids: ReadonlyMap<string, unknown>): void {
    for (const uid of this.#runtime.keys()) if (!uids.has(uid)) this.#runtime.delete(uid);
  }

  /** Those of the control plane. */
  list(): ServerOverride[] {
    return [...this.#byServer.values()];
  }

  stop(): void {
    this.#cancelTimer();
  }

  #arm(): void {
    this.#cancelTimer();
    const next = this.list().reduce(
      (soonest, override) => Math.min(soonest, endOf(override)),
      Number.POSITIVE_INFINITY,
    );
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.#clock.after(next - this.#clock.now(), () => {
      const expired = this.#dropExpired();
      this.#arm();
      if (expired) this.#onExpired();
    });
  }

  #dropExpired(): boolean {
    const now = this.#clock.now();
    const before = this.#byServer.size;
    for (const [key, override] of this.#byServer) if (endOf(override) <= now) this.#byServer.delete(key);
    return this.#byServer.size < before;
  }
}

function nameOf({ backend, server }: Place): string {
  return `${backend.name}/${server.name}`;
}

function sameOverride(a: ServerOverride | undefined, b: ServerOverride | undefined): boolean {
  return a?.adminState === b?.adminState && a?.weight === b?.weight && a?.expiresAt === b?.expiresAt;
}

/** Milliseconds since 1970; infinity for an override that stays. A moment that cannot be read counts as over. */
function endOf({ expiresAt }: ServerOverride): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  const end = Date.parse(expiresAt);
  return Number.isNaN(end) ? Number.NEGATIVE_INFINITY : end;
}
