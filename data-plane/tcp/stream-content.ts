/** What one side of a connection in mode tcp has sent while rules have yet to decide whether it passes. */
import { contentLimits } from '../listen/content-limits.ts';
import type { ContentView } from '../rules/sample-context.ts';

const nothing = Buffer.alloc(0);

export class StreamContent implements ContentView {
  /** What rules look at: as many bytes as may wait. */
  bytes: Buffer = nothing;
  final = false;
  mayChange = false;
  waitingRule = -1;
  /** All that has come: a read may bring more than may wait. */
  #all: Buffer = nothing;

  get limit(): number {
    return contentLimits.buffer;
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Nothing more can wait. */
  get isFull(): boolean {
    return this.#all.length >= contentLimits.content;
  }

  /** Adds a copy of buffer[0..length]. */
  add(buffer: Buffer, length: number): void {
    this.#all = Buffer.concat([this.#all, buffer.subarray(0, length)]);
    this.bytes = this.isFull ? this.#all.subarray(0, contentLimits.content) : this.#all;
  }

  /** All that waited; nothing is left. */
  take(): Buffer {
    const all = this.#all;
    this.#all = nothing;
    this.bytes = nothing;
    return all;
  }
}
