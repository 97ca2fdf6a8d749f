/** The lines that workers leave in the memory of the node: what "show events buf0" shows. */

/** Most characters that are kept. */
const capacity = 1024 * 1024;

export class EventBuffer {
  #lines: string[] = [];
  #size = 0;

  /** The oldest lines make room for new ones. */
  add(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#size += line.length;
    }
    let gone = 0;
    for (; this.#size > capacity; gone++) this.#size -= (this.#lines[gone] as string).length;
    if (gone > 0) this.#lines = this.#lines.slice(gone);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
