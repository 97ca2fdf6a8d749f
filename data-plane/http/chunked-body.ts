/** Reads a chunked body (RFC 9112 section 7.1) strictly and tells which of its bytes go on. */
import { forbiddenInTrailers } from './message-head.ts';

/** Where the bytes of a body that go on are taken, run by run, in order. */
export interface BodySink {
  takeBody(buffer: Buffer, start: number, end: number): void;
}

const atSize = 0;
const inExtension = 1;
const atSizeLineFeed = 2;
const inData = 3;
const atDataReturn = 4;
const atDataLineFeed = 5;
const inTrailer = 6;

/** Longest chunk extension and longest trailer section, in bytes. */
const longestExtension = 4_096;
const longestTrailer = 8_192;

const trailerSyntax = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t\x20-\x7e\x80-\xff]*$/;

/** A reader for one body at a time; `begin` makes it ready for the next. */
export class ChunkedReader {
  #state = atSize;
  #digits = 0;
  #size = 0;
  #extension = 0;
  #quoted = false;
  #trailer = '';
  #decode = false;
  done = false;
  /** Set once the body turned out to be malformed; nothing more is read. */
  failed = false;
  /** Trailer lines that may be passed on, each with CRLF. */
  #trailers = '';

  /** @param decode whether only the data go on, without chunk sizes (for a client of HTTP/1.0) */
  begin(decode: boolean): void {
    this.#state = atSize;
    this.#digits = 0;
    this.#size = 0;
    this.#trailer = '';
    this.#decode = decode;
    this.done = false;
    this.failed = false;
    this.#trailers = '';
  }

  /**
   * Reads buffer[start..end] and hands on what is to be passed on: everything but chunk extensions and refused trailers, or
   * only the data. Answers the index after the last byte that belongs to the body. Sets `done` or `failed`.
   */
  read(buffer: Buffer, start: number, end: number, sink: BodySink): number {
    let at = start;
    let runStart = start;
    while (at < end) {
      switch (this.#state) {
        case inData: {
          const taken = Math.min(this.#size, end - at);
          this.#size -= taken;
          at += taken;
          if (this.#size === 0) {
            if (this.#decode && at > runStart) sink.takeBody(buffer, runStart, at);
            if (this.#decode) runStart = at;
            this.#state = atDataReturn;
          }
          break;
        }
        case atDataReturn:
          if (buffer[at++] !== 13) return this.#fail(at);
          this.#state = atDataLineFeed;
          break;
        case atDataLineFeed:
          if (buffer[at++] !== 10) return this.#fail(at);
          this.#state = atSize;
          break;
        case atSize: {
          const code = buffer[at] as number;
          const digit = hexDigit(code);
          if (digit >= 0) {
            if (++this.#digits > 12) return this.#fail(at);
            this.#size = this.#size * 16 + digit;
            at++;
            break;
          }
          if (this.#digits === 0) return this.#fail(at);
          if (code === 13) {
            this.#state = atSizeLineFeed;
            at++;
          } else if (code === 59 || code === 32 || code === 9) {
            if (!this.#decode && at > runStart) sink.takeBody(buffer, runStart, at);
            this.#extension = 0;
            this.#quoted = false;
            this.#state = inExtension;
          } else return this.#fail(at);
          break;
        }
        case inExtension: {
          const code = buffer[at] as number;
          if (code === 13 && !this.#quoted) {
            runStart = at;
            this.#state = atSizeLineFeed;
          } else if ((code < 32 && code !== 9) || code === 127 || ++this.#extension > longestExtension)
            return this.#fail(at);
          else if (code === 34) this.#quoted = !this.#quoted;
          at++;
          break;
        }
        case atSizeLineFeed:
          if (buffer[at++] !== 10) return this.#fail(at);
          this.#digits = 0;
          if (this.#size > 0) {
            this.#state = inData;
            if (this.#decode) runStart = at;
          } else {
            if (!this.#decode && at > runStart) sink.takeBody(buffer, runStart, at);
            runStart = at;
            this.#state = inTrailer;
          }
          break;
        default: {
          at = this.#readTrailer(buffer, at, end);
          runStart = at;
          if (this.failed || this.done) return at;
        }
      }
    }
    const passesRun = this.#decode ? this.#state === inData : this.#state !== inExtension && this.#state !== inTrailer;
    if (passesRun && at > runStart) sink.takeBody(buffer, runStart, at);
    return at;
  }

  /** What is passed on after the last chunk, once done: trailer lines and the empty line, or nothing when decoding. */
  get ending(): string {
    return this.#decode ? '' : `${this.#trailers}\r\n`;
  }

  /** Gathers the trailer section line by line until the empty line. */
  #readTrailer(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const lineFeed = buffer.indexOf(10, at);
      const stop = lineFeed < 0 || lineFeed >= end ? end : lineFeed + 1;
      this.#trailer += buffer.toString('latin1', at, stop);
      at = stop;
      if (this.#trailer.length + this.#trailers.length > longestTrailer) return this.#fail(at);
      if (!this.#trailer.endsWith('\n')) continue;
      if (!this.#trailer.endsWith('\r\n')) return this.#fail(at);
      if (this.#trailer === '\r\n') {
        this.done = true;
        return at;
      }
      const match = trailerSyntax.exec(this.#trailer.slice(0, -2));
      if (match === null) return this.#fail(at);
      if (!forbiddenInTrailers.has((match[1] as string).toLowerCase())) this.#trailers += this.#trailer;
      this.#trailer = '';
    }
    return at;
  }

  #fail(at: number): number {
    this.failed = true;
    return at;
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
