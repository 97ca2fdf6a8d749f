/** An entry of a stick table: what is known of one key. */
import type { StickTable } from './stick-table.ts';

export class StickEntry {
  readonly table: StickTable;
  /** As lists show it; of a table of type "string" or "binary" one character for each byte. */
  readonly key: string;
  /** Its numbers; see TableLayout. */
  readonly values: number[];
  /** What the server is known by that was noted; "" for none. */
  serverKey = '';
  /** How often it is tracked now, in all workers of the node; it neither expires nor gives way meanwhile. */
  uses = 0;
  /** How often it is tracked here. */
  ownUses = 0;
  /** When it was last used, in milliseconds of the clock of its table. */
  usedAt: number;
  /** Of those that nobody tracks: the one that was used before it, and the one after. */
  older: StickEntry | undefined;
  newer: StickEntry | undefined;
  /** By number of field: what was counted or set here and not told yet; undefined while nothing ever was. */
  untold: number[] | undefined;
  /** Whether it is among those to be told of. */
  isUntold = false;
  /** It is in its table no more. */
  isGone = false;

  constructor(table: StickTable, key: string, slots: number, now: number) {
    this.table = table;
    this.key = key;
    // Numbers with fractions from the start, so that dates need no other kind of array later.
    this.values = new Array<number>(slots).fill(0.5).fill(0);
    this.usedAt = now;
  }
}
