/** Chance that can be repeated: the same seed throws the same dice (Mulberry32). */
import { plainScene, type Scene } from './scene.ts';

export class Dice {
  #state: number;
  /** Of the site under way. */
  scene: Scene = plainScene;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.roll() * (high - low + 1));
  }

  /** True once in `times` throws. */
  once(times: number): boolean {
    return this.roll() * times < 1;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item;
  }

  /** One of the makers, called. */
  choose<Item>(makers: readonly (() => Item)[]): Item {
    return this.pick(makers)();
  }

  /** From `low` to `high` items. */
  list<Item>(low: number, high: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: this.between(low, high) }, (_, index) => make(index));
  }
}
