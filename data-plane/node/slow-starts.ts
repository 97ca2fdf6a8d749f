/** Servers that have just come back and take up their load little by little (server option `slowstart`). */
import type { Clock } from '../../shared/clock.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';

/** A slow start goes in so many steps, of at least `shortestStep` (ms), so that workers are told in good measure. */
const steps = 20;
const shortestStep = 100;

interface Start {
  readonly at: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly cancel: () => void;
}

export class SlowStarts {
  readonly #clock: Clock;
  readonly #onStep: (uid: string) => void;
  readonly #starts = new Map<string, Start>();

  /** `onStep` is called when the part of a server has grown. */
  constructor(clock: Clock, onStep: (uid: string) => void) {
    this.#clock = clock;
    this.#onStep = onStep;
  }

  begin(uid: string, duration: number): void {
    this.end(uid);
    if (duration > 0) this.#goOn(uid, this.#clock.now(), duration);
  }

  end(uid: string): void {
    this.#starts.get(uid)?.cancel();
    this.#starts.delete(uid);
  }

  /** The part of its weight and of its maxconn that a server may have now, above 0; 1 when it does not start slowly. */
  partOf(uid: string): number {
    const start = this.#starts.get(uid);
    if (start === undefined) return 1;
    // HAProxy begins with a sixteenth of the weight, too.
    return Math.min(1, Math.max(1 / 16, (this.#clock.now() - start.at) / start.duration));
  }

  /** Forgets servers that are no more, or that are not to start slowly any more. */
  keepOnly({ backends }: Pick<Snapshot, 'backends'>): void {
    const slow = backends.flatMap(({ servers }) => servers.filter(({ slowstart }) => slowstart > 0));
    const uids = new Set(slow.map(({ uid }) => uid));
    for (const uid of this.#starts.keys()) if (!uids.has(uid)) this.end(uid);
  }

  stop(): void {
    this.keepOnly({ backends: [] });
  }

  #goOn(uid: string, at: number, duration: number): void {
    const left = at + duration - this.#clock.now();
    if (left <= 0) this.#starts.delete(uid);
    else {
      const step = Math.min(left, Math.max(shortestStep, duration / steps));
      const cancel = this.#clock.after(step, () => {
        this.#goOn(uid, at, duration);
        this.#onStep(uid);
      });
      this.#starts.set(uid, { at, duration, cancel });
    }
  }
}
