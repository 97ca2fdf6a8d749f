/** What of the body of a request has come, for rules to look at; it waits at the client until it is relayed. */
import { contentLimits } from '../listen/content-limits.ts';
import type { BodyView } from '../rules/sample-context.ts';
import { type BodySink, ChunkedReader } from './chunked-body.ts';

/** Bytes of a client that may wait in memory before its socket is paused, for a version with small buffers. */
const leastPending = 64 * 1024;

export function mostPending(): number {
  return Math.max(leastPending, contentLimits.buffer);
}

/** One serves all requests of a client connection in turn. */
export class ReceivedBody implements BodyView, BodySink {
  data = '';
  whole = true;
  /** The chunks are malformed. */
  failed = false;
  /** No more can wait. */
  isFull = false;
  /** -1 for a body in chunks. */
  #length = 0;
  #chunks: ChunkedReader | undefined;
  /** How many of the bytes that wait have been looked at. */
  #seen = 0;
  /** Bytes of the body that may wait beside the head. */
  #room = 0;

  /** A request has come with a head of so many bytes; `contentLength` counts where its body is not chunked. */
  begin(chunked: boolean, contentLength: number, headLength: number): void {
    this.data = '';
    this.#seen = 0;
    this.#length = chunked ? -1 : Math.max(0, contentLength);
    this.whole = this.#length === 0;
    this.failed = false;
    this.isFull = false;
    this.#room = Math.max(0, contentLimits.content - headLength);
    if (!chunked) return;
    this.#chunks ??= new ChunkedReader();
    this.#chunks.begin(true);
  }

  get size(): number {
    return this.#length < 0 ? this.data.length : this.#length;
  }

  /** Looks at all that waits of it. */
  look(pending: Buffer): void {
    if (this.whole || this.failed || this.isFull || pending.length === this.#seen) return;
    if (this.#length < 0) this.#lookAtChunks(pending, this.#chunks as ChunkedReader);
    else {
      this.data = pending.toString('latin1', 0, Math.min(pending.length, this.#length, this.#room));
      this.#seen = pending.length;
      this.whole = this.data.length === this.#length;
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
