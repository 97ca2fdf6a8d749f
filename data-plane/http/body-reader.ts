/** Follows the body of one message to its end, whatever frames it (RFC 9112 section 6.3), and passes its bytes on. */
import { type BodySink, ChunkedReader } from './chunked-body.ts';
import type { Framing } from './response-head.ts';

/** One for each direction of a session, used for message after message. */
export class BodyReader {
  #framing: Framing = 'none';
  #left = 0;
  #chunks: ChunkedReader | undefined;
  #sink: BodySink;
  done = true;
  /** The body is malformed; nothing more is read. */
  failed = false;

  constructor(sink: BodySink) {
    this.#sink = sink;
  }

  /** @param length bytes of the body, with framing "length"; @param decode whether chunked data go on without chunk sizes */
  begin(framing: Framing, length: number, decode: boolean): void {
    this.#framing = framing;
    this.#left = length;
    this.failed = false;
    this.done = framing === 'none' || (framing === 'length' && length === 0);
    if (framing === 'chunked') {
      this.#chunks ??= new ChunkedReader();
      this.#chunks.begin(decode);
    }
  }

  /** Whether the end of the body is the end of the connection. */
  get untilClose(): boolean {
    return this.#framing === 'close';
  }

  /** Passes on what of buffer[start..end] belongs to the body; answers the index after it. Sets `done` or `failed`. */
  read(buffer: Buffer, start: number, end: number): number {
    if (this.#framing === 'length') {
      const stop = Math.min(end, start + this.#left);
      this.#left -= stop - start;
      this.done = this.#left === 0;
      if (stop > start) this.#sink.takeBody(buffer, start, stop);
      return stop;
    }
    if (this.#framing === 'chunked') {
      const chunks = this.#chunks as ChunkedReader;
      const stop = chunks.read(buffer, start, end, this.#sink);
      this.failed = chunks.failed;
      this.done = chunks.done;
      return stop;
    }
    if (end > start) this.#sink.takeBody(buffer, start, end);
    return end;
  }

  /** What follows the last chunk: trailer lines and the empty line. */
  get ending(): string {
    return this.#framing === 'chunked' ? (this.#chunks as ChunkedReader).ending : '';
  }
}
