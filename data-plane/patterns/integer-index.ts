/** Indexes of numbers and ranges of them, for numbers themselves and for lengths of texts. */
import { readIntegerLine } from '../../shared/language/match-methods.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import type { Integer, Value } from '../rules/sample-value.ts';
import { Buckets } from './buckets.ts';
import { PackedIntegers } from './packed-integers.ts';
import type { PatternIndex } from './pattern-index.ts';

interface Range {
  readonly from: Integer;
  readonly to: Integer;
  readonly entry: PatternEntry;
}

/** Stretches that begin at `starts` and reach to the next: the first entry whose range each lies in. */
interface Stretches {
  readonly starts: readonly Integer[];
  readonly entries: readonly (PatternEntry | undefined)[];
}

const narrow = (value: bigint): Integer => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

function readRange({ key }: PatternEntry): { from: Integer; to: Integer } | undefined {
  const range = readIntegerLine(key);
  if (range === undefined) return undefined;
  const from = range.from === undefined ? Number.NEGATIVE_INFINITY : narrow(range.from);
  return { from, to: range.to === undefined ? Number.POSITIVE_INFINITY : narrow(range.to) };
}

/** Single numbers are looked up, ranges searched; the first entry in the list wins. */
export class IntegerIndex implements PatternIndex {
  #list: PatternList | undefined;
  /** Numbers among what the list was filled with; all else of it is as if it was added. */
  #packed: PackedIntegers | undefined;
  readonly #numbers = new Buckets<Integer>();
  readonly #ranges = new Map<PatternEntry, Range>();
  /** Made when it is first needed after a change. */
  #stretches: Stretches | undefined;

  fill(list: PatternList): void {
    this.clear();
    this.#list = list;
    this.#packed = new PackedIntegers(list.packed, list.gone);
    for (const index of this.#packed.others) if (!list.gone.has(index)) this.insert(list.entryAt(index));
    for (const entry of list.added) this.insert(entry);
  }

  insert(entry: PatternEntry): void {
    const range = readRange(entry);
    if (range === undefined) return;
    if (range.from === range.to) this.#numbers.add(range.from, entry);
    else {
      this.#ranges.set(entry, { ...range, entry });
      this.#stretches = undefined;
    }
  }

  remove(entry: PatternEntry): void {
    if (this.#ranges.delete(entry)) this.#stretches = undefined;
    else {
      const range = readRange(entry);
      if (range !== undefined) this.#numbers.delete(range.from, entry);
    }
  }

  clear(): void {
    this.#list = undefined;
    this.#packed = undefined;
    this.#numbers.clear();
    this.#ranges.clear();
    this.#stretches = undefined;
  }

  find(value: Value): PatternEntry | undefined {
    const number = value as Integer;
    const single = this.#findSingle(number);
    if (this.#ranges.size === 0) return single;
    this.#stretches ??= cutStretches([...this.#ranges.values()]);
    const around = stretchOf(this.#stretches, number);
    if (single === undefined || around === undefined) return single ?? around;
    return single.order < around.order ? single : around;
  }

  #findSingle(number: Integer): PatternEntry | undefined {
    const packed = typeof number === 'number' ? (this.#packed?.find(number) ?? -1) : -1;
    const other = this.#numbers.get(number);
    if (packed < 0 || (other !== undefined && other.order <= packed)) return other;
    return this.#list?.entryAt(packed);
  }
}

export class LengthIndex extends IntegerIndex {
  override find(value: Value): PatternEntry | undefined {
    return super.find((value as string).length);
  }
}

const compare = (one: Integer, other: Integer) => (one < other ? -1 : one > other ? 1 : 0);

/** Sweeps over all ends of ranges; the ranges that are open are kept as a heap by their order. */
function cutStretches(ranges: readonly Range[]): Stretches {
  const starting = ranges.toSorted((one, other) => compare(one.from, other.from));
  const points = new Set<Integer>([Number.NEGATIVE_INFINITY]);
  for (const { from, to } of ranges) {
    points.add(from);
    if (to !== Number.POSITIVE_INFINITY) points.add(after(to));
  }
  const starts = [...points].sort(compare);
  const open: Range[] = [];
  let next = 0;
  const entries = starts.map((start) => {
    for (let range = starting[next]; range !== undefined && range.from <= start; range = starting[++next])
      push(open, range);
    while (open[0] !== undefined && open[0].to < start) pop(open);
    return open[0]?.entry;
  });
  return { starts, entries };
}

const after = (value: Integer): Integer => (typeof value === 'bigint' ? value + 1n : value + 1);

function push(heap: Range[], range: Range): void {
  let at = heap.push(range) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Range;
    if (above.entry.order <= range.entry.order) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = range;
}

function pop(heap: Range[]): void {
  const last = heap.pop() as Range;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    const orderOf = (index: number) => heap[index]?.entry.order ?? Number.POSITIVE_INFINITY;
    const child = orderOf(right) < orderOf(left) ? right : left;
    if (orderOf(child) >= last.entry.order) break;
    heap[at] = heap[child] as Range;
    at = child;
  }
  heap[at] = last;
}

function stretchOf({ starts, entries }: Stretches, number: Integer): PatternEntry | undefined {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as Integer) <= number) low = middle;
    else high = middle - 1;
  }
  return entries[low];
}
