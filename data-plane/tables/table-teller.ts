/** Tells the supervisor what happened in the stick tables of a worker. */
import type { StickEntry } from './stick-entry.ts';
import type { TableListener } from './stick-table.ts';
import { type EntryChange, type TableChange, takeChange } from './table-changes.ts';

/** Milliseconds between two messages when much happens for long. */
const pressingInterval = 2;
/** So many may go out one right behind the other before: it takes fewer to bring a count from 0 to 100. */
const mostAtOnce = 100;

/**
 * What happens is told when {@link tell} is called, every 20 ms. Where several workers serve and much of a value is not told,
 * it is told at once: a limit holds for all of them together.
 */
export class TableTeller implements TableListener {
  /** Whether there are other workers, who have use for what is told. */
  isShared = false;
  #untold: StickEntry[] = [];
  #pressed = false;
  #pressedAt = 0;
  #allowed = mostAtOnce;
  readonly #send: (tables: readonly TableChange[]) => void;

  constructor(send: (tables: readonly TableChange[]) => void) {
    this.#send = send;
  }

  used(entry: StickEntry): void {
    this.#untold.push(entry);
  }

  press(): void {
    if (this.#pressed || !this.isShared) return;
    this.#pressed = true;
    const now = performance.now();
    this.#allowed = Math.min(mostAtOnce, this.#allowed + (now - this.#pressedAt) / pressingInterval);
    this.#pressedAt = now;
    if (this.#allowed >= 1) {
      this.#allowed--;
      setImmediate(this.#tellPressing);
    } else setTimeout(this.#tellPressing, pressingInterval);
  }

  readonly #tellPressing = (): void => this.tell();

  /** Tells all there is to tell. */
  tell(): void {
    this.#pressed = false;
    if (this.#untold.length === 0) return;
    const byTable = new Map<StickEntry['table'], EntryChange[]>();
    for (const entry of this.#untold) {
      entry.isUntold = false;
      if (entry.isGone) continue;
      const changes = byTable.get(entry.table);
      if (changes === undefined) byTable.set(entry.table, [takeChange(entry)]);
      else changes.push(takeChange(entry));
    }
    this.#untold = [];
    this.#send([...byTable].map(([{ name, identity }, entries]) => ({ table: name, identity, entries })));
  }
}
