/** What of the body of a message has come, for rules to look at; it waits where it came from until it is relayed. */
import { contentLimits } from '../listen/content-limits.ts';
import type { BodyView } from '../rules/sample-context.ts';
import { type BodySink, ChunkedReader } from './chunked-body.ts';
import type { Framing } from './response-head.ts';

/** Bytes of one side that may wait in memory before its socket is paused, for a version with small buffers. */
const leastPending = 64 * 1024;

export function mostPending(): number {
  return Math.max(leastPending, contentLimits.buffer);
}

/** One serves all requests of a client connection in turn, another one their responses. */
export class ReceivedBody implements BodyView, BodySink {
  data = '';
  whole = true;
  /** The chunks are malformed. */
  failed = false;
  /** No more can wait. */
  isFull = false;
  #framing: Framing = 'none';
  /** With framing "length". */
  #length = 0;
  #chunks: ChunkedReader | undefined;
  /** How many of the bytes that wait have been looked at. */
  #seen = 0;
  /** Bytes of the body that may wait beside the head. */
  #room = 0;

  /** A message has come with a head of so many bytes; `length` is that of its body with framing "length". */
  begin(framing: Framing, length: number, headLength: number): void {
    this.data = '';
    this.#seen = 0;
    this.#framing = framing;
    this.#length = length;
    this.whole = framing === 'none';
    this.failed = false;
    this.isFull = false;
    this.#room = Math.max(0, contentLimits.content - headLength);
    if (framing !== 'chunked') return;
    this.#chunks ??= new ChunkedReader();
    this.#chunks.begin(true);
  }

  /** The body of a message of our own. */
  beginWith(text: string): void {
    this.begin('none', 0, 0);
    this.data = text;
  }

  /** The sender has ended its connection. */
  end(): void {
    if (this.#framing === 'close') this.whole = true;
  }

  get size(): number {
    return this.#framing === 'length' ? this.#length : this.data.length;
  }

  /** Looks at all that waits of it. */
  look(pending: Buffer): void {
    if (this.whole || this.failed || this.isFull || pending.length === this.#seen) return;
    if (this.#framing === 'chunked') this.#lookAtChunks(pending, this.#chunks as ChunkedReader);
    else {
      const length = this.#framing === 'length' ? this.#length : Number.POSITIVE_INFINITY;
      this.data = pending.toString('latin1', 0, Math.min(pending.length, length, this.#room));
      this.#seen = pending.length;
      this.whole = this.data.length === length;
    }
    this.isFull = !this.whole && (this.data.length >= this.#room || pending.length >= mostPending());
  }

  #lookAtChunks(pending: Buffer, chunks: ChunkedReader): void {
    this.#seen = chunks.read(pending, this.#seen, pending.length, this);
    this.failed = chunks.failed;
    this.whole = chunks.done && this.data.length <= this.#room;
    if (this.data.length > this.#room) this.data = this.data.slice(0, this.#room);
  }

  takeBody(buffer: Buffer, start: number, end: number): void {
    this.data += buffer.toString('latin1', start, end);
  }
}
