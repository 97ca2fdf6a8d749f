/** The overrides a node has: looked up by server, and over by themselves when their time has come. */
import type { Clock } from '../../shared/clock.ts';
import type { ServerOverride } from '../../shared/protocol/messages.ts';

export class Overrides {
  readonly #clock: Clock;
  readonly #onExpired: () => void;
  #byServer = new Map<string, ServerOverride>();
  #cancelTimer = () => {};

  /** `onExpired` is called after overrides have ended by themselves. */
  constructor(clock: Clock, onExpired: () => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  replace(overrides: readonly ServerOverride[]): void {
    this.#byServer = new Map(overrides.map((override) => [`${override.backend}/${override.server}`, override]));
    this.#dropExpired();
    this.#arm();
  }

  of(backend: string, server: string): ServerOverride | undefined {
    return this.#byServer.size === 0 ? undefined : this.#byServer.get(`${backend}/${server}`);
  }

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

/** Milliseconds since 1970; infinity for an override that stays. A moment that cannot be read counts as over. */
function endOf({ expiresAt }: ServerOverride): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  const end = Date.parse(expiresAt);
  return Number.isNaN(end) ? Number.NEGATIVE_INFINITY : end;
}
