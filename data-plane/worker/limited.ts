/** Something of which a node may have only so many in use at a time: a worker uses what its supervisor has lent it. */

/** Where slots come from: workers share them. */
export interface SlotSource {
  want(uid: string): void;
  giveBack(uid: string, count: number): void;
}

export abstract class Limited {
  readonly uid: string;
  /** How many are in use in this worker; kept by those who extend this. */
  active = 0;
  readonly #slots: SlotSource;
  /** Most in use in the whole node; 0 for no limit. */
  #limit = 0;
  /** Most in use in this worker. */
  #granted = 0;
  /** Slots to be given back as they become free. */
  #owed = 0;
  #wanting = false;
  /** Slots that other workers could use when this one does not. */
  #wantedElsewhere = 0;

  constructor(uid: string, slots: SlotSource) {
    this.uid = uid;
    this.#slots = slots;
  }

  /** Whether somebody waits for a slot in this worker. */
  protected abstract get isAwaited(): boolean;
  /** There may be more room than before, or less. */
  protected abstract roomChanged(): void;

  get full(): boolean {
    return this.#limit > 0 && this.active >= this.#granted;
  }

  /** The limit in a version; `slots` are those it begins with when there was none. */
  setLimit(limit: number, slots: number): void {
    if (this.#limit === 0) this.#granted = slots;
    if (limit === 0) {
      this.#owed = 0;
      this.#wantedElsewhere = 0;
      this.#wanting = false;
    }
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  get isLimited(): boolean {
    return this.#limit > 0;
  }

  /** Slots that this worker has been lent and not asked to return. */
  get granted(): number {
    return this.#granted;
  }

  /** Asks for one slot more, unless that was asked already or the worker has all there are. */
  askForSlot(): void {
    if (this.#wanting || !this.full || this.#granted >= this.#limit) return;
    this.#wanting = true;
    this.#slots.want(this.uid);
  }

  grantSlots(count: number): void {
    this.#granted += count;
    this.#wanting = false;
    this.roomChanged();
  }

  /** Gives idle slots back; owes the rest as they become free, with `busy` at once, else when nobody waits here for it. */
  recallSlots(count: number, busy: boolean): void {
    const idle = Math.max(0, Math.min(count, this.#granted - this.active));
    if (busy) this.#owed += count - idle;
    else this.#wantedElsewhere += count - idle;
    if (idle === 0) return;
    this.#granted -= idle;
    this.#slots.giveBack(this.uid, idle);
    this.roomChanged();
  }

  /** One is in use no more, and `active` says so already. */
  protected slotFreed(): void {
    if (this.active < this.#granted) {
      if (this.#owed > 0) {
        this.#owed--;
        this.#giveOneBack();
      } else if (this.#wantedElsewhere > 0 && !this.isAwaited) {
        this.#wantedElsewhere--;
        this.#giveOneBack();
      }
    }
    this.roomChanged();
  }

  #giveOneBack(): void {
    this.#granted--;
    this.#slots.giveBack(this.uid, 1);
  }
}
