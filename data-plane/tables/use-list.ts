/** The entries of a stick table that nobody tracks, in the order of their last use: expiring and giving way take no search. */
import type { StickEntry } from './stick-entry.ts';

export class UseList {
  #oldest: StickEntry | undefined;
  #newest: StickEntry | undefined;

  /** The one that was not used for longest. */
  get oldest(): StickEntry | undefined {
    return this.#oldest;
  }

  append(entry: StickEntry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  remove(entry: StickEntry): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    entry.older = undefined;
    entry.newer = undefined;
  }
}
