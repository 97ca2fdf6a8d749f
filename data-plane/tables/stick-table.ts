/** A stick table: entries by key, at most so many of them, each until it has not been used for a time. */
import type { SnapshotStickTable } from '../../shared/model/snapshot.ts';
import { addToRate, readRate, setRate } from './frequency.ts';
import { StickEntry } from './stick-entry.ts';
import { type Event, type Field, TableLayout } from './table-layout.ts';
import { UseList } from './use-list.ts';

/** Hears what is counted and set here, to tell others of it. */
export interface TableListener {
  /** An entry was used for the first time since it was last told of. */
  used(entry: StickEntry): void;
  /** Much of what was counted is not told yet. */
  press(): void;
}

/** Others hear soon of a value once this part of it is not told, and of a first event once it has some. */
const untoldPart = 1 / 50;
const some = 8;

/** `now` answers whole milliseconds of any steady clock. */
export class StickTable {
  readonly definition: SnapshotStickTable;
  readonly layout: TableLayout;
  readonly now: () => number;
  /** Tables with the same are the same, whatever version they belong to. */
  readonly identity: string;
  readonly #entries = new Map<string, StickEntry>();
  readonly #unused = new UseList();
  readonly #listener: TableListener | undefined;

  /** Without a listener it is for others to tell what happens: {@link learn}. */
  constructor(definition: SnapshotStickTable, now: () => number, listener?: TableListener) {
    this.definition = definition;
    this.layout = new TableLayout(definition.store);
    this.now = now;
    this.#listener = listener;
    this.identity = identityOf(definition);
  }

  get name(): string {
    return this.definition.name;
  }

  /** Number of entries. */
  get used(): number {
    return this.#entries.size;
  }

  /** Entries it has room for. */
  get available(): number {
    return Math.max(0, this.definition.size - this.#entries.size);
  }

  entries(): IterableIterator<StickEntry> {
    return this.#entries.values();
  }

  /** The entry of a key, which does not count as use; undefined where there is none. */
  find(key: string): StickEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || !this.#isOver(entry, this.now())) return entry;
    this.remove(entry);
    return undefined;
  }

  /** The entry of a key, new where there is none; undefined where the table is full and keeps what it has. */
  obtain(key: string): StickEntry | undefined {
    return this.find(key) ?? this.#create(key);
  }

  #create(key: string): StickEntry | undefined {
    const { size, nopurge } = this.definition;
    if (this.#entries.size >= size) this.expire();
    if (this.#entries.size >= size && (nopurge || !this.#giveWay(size))) return undefined;
    const entry = new StickEntry(this, key, this.layout.slots, this.now());
    this.#entries.set(key, entry);
    this.#unused.append(entry);
    return entry;
  }

  /** As in HAProxy, a few of the oldest go at once. Answers whether there is room now. */
  #giveWay(size: number): boolean {
    for (let count = Math.floor(size / 256) + 1; count > 0; count--) {
      const { oldest } = this.#unused;
      if (oldest === undefined) break;
      this.remove(oldest);
    }
    return this.#entries.size < size;
  }

  remove(entry: StickEntry): void {
    if (entry.isGone) return;
    entry.isGone = true;
    this.#entries.delete(entry.key);
    if (entry.uses === 0) this.#unused.remove(entry);
  }

  /** Entries that were not used for too long go. It looks at no others, so it may be called often. */
  expire(): void {
    if (this.definition.expire === 0) return;
    const now = this.now();
    for (;;) {
      const { oldest } = this.#unused;
      if (oldest === undefined || !this.#isOver(oldest, now)) return;
      this.remove(oldest);
    }
  }

  #isOver(entry: StickEntry, now: number): boolean {
    const { expire } = this.definition;
    return expire > 0 && entry.uses === 0 && now - entry.usedAt >= expire;
  }

  /** Milliseconds until it expires; 0 where it never does. */
  expiresIn(entry: StickEntry): number {
    const { expire } = this.definition;
    return expire === 0 ? 0 : Math.max(0, entry.usedAt + expire - this.now());
  }

  /** It is used now, so that it lasts. */
  touch(entry: StickEntry): void {
    this.#use(entry, this.now());
    this.#note(entry);
  }

  /** Somebody tracks it from now on, which counts as a connection. */
  hold(entry: StickEntry): void {
    const now = this.now();
    const { currentConnections, connection } = this.layout;
    entry.ownUses++;
    this.#changeUses(entry, 1);
    this.#noteChange(entry, 0, 1);
    if (currentConnections !== undefined) this.#addTo(entry, currentConnections, 1, now);
    for (const field of connection) this.#addTo(entry, field, 1, now);
    entry.usedAt = now;
    this.#note(entry);
  }

  /** Who tracked it does so no more. */
  release(entry: StickEntry): void {
    const now = this.now();
    const { currentConnections } = this.layout;
    entry.ownUses--;
    entry.usedAt = now;
    this.#changeUses(entry, -1);
    this.#noteChange(entry, 0, -1);
    if (currentConnections !== undefined) this.#addTo(entry, currentConnections, -1, now);
    this.#note(entry);
  }

  /** Counts so many of an event. */
  count(entry: StickEntry, event: Event, amount: number): void {
    if (event.length === 0) return;
    const now = this.now();
    for (const field of event) this.#addTo(entry, field, amount, now);
    this.#use(entry, now);
    this.#note(entry);
  }

  #addTo(entry: StickEntry, field: Field, amount: number, now: number): void {
    const { values } = entry;
    const { slot } = field;
    if (field.kind === 'rate') addToRate(values, slot, field.period, amount, now);
    else values[slot] = (values[slot] as number) + amount;
    const untold = this.#noteChange(entry, field.number, amount);
    const value = values[slot] as number;
    if (untold > 0 && field.isPressing && untold >= value * untoldPart && (untold > 1 || value > some)) {
      this.#listener?.press();
    }
  }

  /** Gives a tag, or the number of a server, another value. */
  set(entry: StickEntry, field: Field, value: number): void {
    entry.values[field.slot] = value;
    this.#noteChange(entry, field.number, 1);
    this.touch(entry);
  }

  /** Notes the server by its number and by what it is known by. */
  setServer(entry: StickEntry, number: number, key: string): void {
    const { serverId, serverKey } = this.layout;
    entry.serverKey = key;
    if (serverId !== undefined) this.set(entry, serverId, number);
    if (serverKey !== undefined) this.set(entry, serverKey, 0);
  }

  /** The present value of a field; that of "server_key" is nothing but 0. */
  read(entry: StickEntry, field: Field): number {
    if (field.kind === 'rate') return readRate(entry.values, field.slot, field.period, this.now());
    return entry.values[field.slot] as number;
  }

  /** Whether it may be that others have not heard of all that happened here. */
  #note(entry: StickEntry): void {
    if (entry.isUntold || this.#listener === undefined) return;
    entry.isUntold = true;
    this.#listener.used(entry);
  }

  /** Answers how much of the field is not told. */
  #noteChange(entry: StickEntry, number: number, amount: number): number {
    if (this.#listener === undefined) return 0;
    entry.untold ??= new Array<number>(this.layout.fields.length + 1).fill(0);
    const sum = (entry.untold[number] as number) + amount;
    entry.untold[number] = sum;
    return sum;
  }

  #use(entry: StickEntry, now: number): void {
    entry.usedAt = now;
    if (entry.uses > 0 || entry.isGone) return;
    this.#unused.remove(entry);
    this.#unused.append(entry);
  }

  #changeUses(entry: StickEntry, amount: number): void {
    const before = entry.uses;
    entry.uses = Math.max(0, before + amount);
    if (entry.isGone) return;
    if (before === 0 && entry.uses > 0) this.#unused.remove(entry);
    else if (before > 0 && entry.uses === 0) this.#unused.append(entry);
  }

  // What happened elsewhere.

  /** The entry was used elsewhere. */
  learnUse(entry: StickEntry): void {
    this.#use(entry, this.now());
  }

  /** So many more track the entry. */
  learnUses(entry: StickEntry, amount: number): void {
    this.#changeUses(entry, amount);
  }

  /** What is counted is more by the value; what is set has it now. */
  learn(entry: StickEntry, field: Field, value: number): void {
    const { values } = entry;
    if (field.kind === 'rate') addToRate(values, field.slot, field.period, value, this.now());
    else if (field.kind === 'tag' || field.kind === 'server-id') values[field.slot] = value;
    else values[field.slot] = (values[field.slot] as number) + value;
  }

  /** The rate is that of so many events just now. */
  learnRate(entry: StickEntry, field: Field, value: number): void {
    setRate(entry.values, field.slot, value, this.now());
  }

  /** Goes elsewhere, and here too; what is tracked here begins anew. */
  forget(entry: StickEntry): void {
    const { ownUses } = entry;
    entry.untold?.fill(0);
    if (ownUses === 0) {
      this.#changeUses(entry, -entry.uses);
      this.remove(entry);
      return;
    }
    entry.values.fill(0);
    entry.serverKey = '';
    entry.uses = ownUses;
    this.#noteChange(entry, 0, ownUses);
    const { currentConnections } = this.layout;
    if (currentConnections !== undefined) this.#addTo(entry, currentConnections, ownUses, this.now());
    this.#note(entry);
  }
}

/** What a table is: one of another version with the same definition is the same table. */
export function identityOf({ name, type, len, size, expire, nopurge, srvkey, store }: SnapshotStickTable): string {
  const data = store.map((item) => [item.type, item.count, item.period]);
  return JSON.stringify([name, type, len, size, expire, nopurge, srvkey, data]);
}
