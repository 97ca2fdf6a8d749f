/** Versions that arrive while one is being activated: only the newest of them is kept. */
import type { Outcome, Version } from './activate.ts';

export type Answer = (outcome: Outcome) => void;

interface Offer {
  readonly version: Version;
  readonly answer: Answer;
}

export class VersionQueue {
  readonly #activate: (version: Version) => Promise<Outcome>;
  readonly #superseded: (version: Version) => void;
  #busy = false;
  #pending: Offer | undefined;

  /** `superseded` is told of versions that were given up for a newer one; they are never answered. */
  constructor(activate: (version: Version) => Promise<Outcome>, superseded: (version: Version) => void) {
    this.#activate = activate;
    this.#superseded = superseded;
  }

  /** Activates the version now, or after the one under way unless a newer one comes first. */
  offer(version: Version, answer: Answer): void {
    if (this.#pending !== undefined) this.#superseded(this.#pending.version);
    this.#pending = { version, answer };
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (let offer = this.#take(); offer !== undefined; offer = this.#take()) {
        offer.answer(await this.#activate(offer.version));
      }
    } finally {
      this.#busy = false;
    }
  }

  #take(): Offer | undefined {
    const offer = this.#pending;
    this.#pending = undefined;
    return offer;
  }
}
