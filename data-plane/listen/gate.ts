/** A limit that connections pass before they are served: those beyond it are held, unread, in order of arrival. */
import { Limited } from '../worker/limited.ts';
import type { HeldConnection } from './held-connection.ts';

export class Gate extends Limited {
  readonly #held = new Set<HeldConnection>();
  #admitting = false;

  /** Whether a connection may pass now: there is room, and nobody was here before it. */
  get isOpen(): boolean {
    return !this.full && this.#held.size === 0;
  }

  /** A connection passes and takes up room until it leaves. */
  enter(): void {
    this.active++;
  }

  leave(): void {
    this.active--;
    if (this.isLimited) this.slotFreed();
  }

  /** The connection waits until there is room; then it is in, and passes on. */
  hold(connection: HeldConnection): void {
    this.#held.add(connection);
    this.askForSlot();
  }

  /** Lets held connections in as long as there is room. */
  admit(): void {
    // Connections that end as they begin come back here; the loop under way takes the next, not a call inside it.
    if (this.#admitting) return;
    this.#admitting = true;
    while (!this.full) {
      const [first] = this.#held;
      if (first === undefined) break;
      this.#held.delete(first);
      if (first.isGone) {
        first.drop();
        continue;
      }
      this.enter();
      first.pass();
    }
    this.#admitting = false;
    if (this.isAwaited) this.askForSlot();
  }

  /** Closes held connections whose clients have gone. */
  dropGone(): void {
    for (const connection of this.#held) {
      if (!connection.isGone) continue;
      this.#held.delete(connection);
      connection.drop();
    }
  }

  /** Turns every held connection away. */
  refuseAll(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const connection of held) connection.refuse();
  }

  protected override get isAwaited(): boolean {
    return this.#held.size > 0;
  }

  protected override roomChanged(): void {
    this.admit();
  }
}
