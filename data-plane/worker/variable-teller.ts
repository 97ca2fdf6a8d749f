/** Tells the supervisor which variables of the process the rules of a worker have set. */

export class VariableTeller {
  readonly #send: () => void;
  #waiting = false;
  /** Whether something was told since the last call of {@link tell}. */
  #told = false;

  /** `send` tells all there is to tell. */
  constructor(send: () => void) {
    this.#send = send;
  }

  /** Something was set: it is told in this turn of the event loop, or with the next {@link tell} where much happens. */
  changed(): void {
    this.#waiting = true;
    if (this.#told) return;
    this.#told = true;
    setImmediate(this.#flush);
  }

  /** To be called every 20 ms. */
  tell(): void {
    this.#told = false;
    this.#flush();
  }

  readonly #flush = (): void => {
    if (!this.#waiting) return;
    this.#waiting = false;
    this.#send();
  };
}
