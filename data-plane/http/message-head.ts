/** What request and response heads have in common: the table of header fields and the fields that frame the message. */
import { listHasToken, skipBlanks, startsWithWord, trimBlanks, withoutPersistence } from './field-names.ts';
import { headLimits } from './head-limits.ts';

/** Header fields that speak of one connection only and are not passed on (RFC 9110 section 7.6.1). */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'transfer-encoding', 'trailer'];

/** Fields that stay whatever a `Connection` field says: without them the message would mean something else. */
const neverStripped = [
  'content-length',
  'transfer-encoding',
  'host',
  'content-type',
  'content-encoding',
  'cookie',
  'authorization',
];

/**
 * The fields of one head as positions in its text. One object serves all heads of a worker in turn: it is read between
 * `scan` and the next `scan`, never kept.
 */
export class FieldTable {
  text = '';
  count = 0;
  /** For field i: start of the line, index of the colon, start and end of the value, at 4 * i. */
  positions = new Int32Array(headLimits.fields * 4);
  /** 1 where the field is not passed on, 2 where it is not there for rules either. */
  dropped = new Uint8Array(headLimits.fields);
  /** Value of Content-Length, or -1. */
  contentLength = -1;
  hasTransferEncoding = false;
  /** Whether Transfer-Encoding is "chunked" and nothing else. */
  chunked = false;
  /** All values of `Connection`, joined by commas; "" without one. */
  connection = '';
  upgrade = '';
  /** Number of Host fields, and the value of the last. */
  hostCount = 0;
  host = '';
  expectContinue = false;
  /** The values of Connection fields as rules see them, by number, where those are not what came. */
  #shown: Map<number, string> | undefined;

  /**
   * Reads the fields of a head whose syntax has been checked, from the line at `start` to the empty line. Answers false when
   * there are too many fields or when they frame the message in more than one way (RFC 9112 section 6.3).
   */
  scan(text: string, start: number): boolean {
    this.text = text;
    this.count = 0;
    this.contentLength = -1;
    this.hasTransferEncoding = false;
    this.chunked = false;
    this.connection = '';
    this.upgrade = '';
    this.hostCount = 0;
    this.host = '';
    this.expectContinue = false;
    this.#shown = undefined;
    const mostFields = headLimits.fields;
    if (this.dropped.length < mostFields) this.#grow(mostFields);
    let at = start;
    while (text.charCodeAt(at) !== 13) {
      if (this.count === mostFields) return false;
      const colon = text.indexOf(':', at);
      const lineEnd = text.indexOf('\r', colon);
      const valueStart = skipBlanks(text, colon + 1);
      const valueEnd = trimBlanks(text, valueStart, lineEnd);
      const base = this.count * 4;
      this.positions[base] = at;
      this.positions[base + 1] = colon;
      this.positions[base + 2] = valueStart;
      this.positions[base + 3] = valueEnd;
      this.dropped[this.count] = 0;
      if (!this.#note(at, colon - at, valueStart, valueEnd)) return false;
      this.count++;
      at = lineEnd + 2;
    }
    if (this.connection !== '') this.#dropNamedByConnection();
    return !(this.hasTransferEncoding && (this.contentLength >= 0 || !this.chunked));
  }

  #grow(fields: number): void {
    this.positions = new Int32Array(fields * 4);
    this.dropped = new Uint8Array(fields);
  }

  /** Takes note of the fields that matter to the proxy itself; false when one is wrong. */
  #note(start: number, length: number, valueStart: number, valueEnd: number): boolean {
    const text = this.text;
    switch (length) {
      case 2:
        if (startsWithWord(text, start, 'te')) this.dropped[this.count] = 1;
        return true;
      case 4:
        if (startsWithWord(text, start, 'host')) {
          this.hostCount++;
          this.host = text.slice(valueStart, valueEnd);
        }
        return true;
      case 6:
        if (startsWithWord(text, start, 'expect')) {
          this.expectContinue = valueEnd - valueStart === 12 && startsWithWord(text, valueStart, '100-continue');
        }
        return true;
      case 7:
        if (startsWithWord(text, start, 'upgrade')) {
          this.upgrade = text.slice(valueStart, valueEnd);
          this.dropped[this.count] = 1;
        }
        return true;
      case 10:
        if (startsWithWord(text, start, 'connection')) {
          const value = text.slice(valueStart, valueEnd);
          this.connection = this.connection === '' ? value : `${this.connection},${value}`;
          this.dropped[this.count] = this.#showConnection(value);
        } else if (startsWithWord(text, start, 'keep-alive')) this.dropped[this.count] = 1;
        return true;
      case 14:
        return !startsWithWord(text, start, 'content-length') || this.#noteContentLength(valueStart, valueEnd);
      case 16:
        if (startsWithWord(text, start, 'proxy-connection')) this.dropped[this.count] = 1;
        return true;
      case 17:
        if (startsWithWord(text, start, 'transfer-encoding')) {
          if (this.hasTransferEncoding) return false;
          this.hasTransferEncoding = true;
          this.chunked = valueEnd - valueStart === 7 && startsWithWord(text, valueStart, 'chunked');
          this.dropped[this.count] = 1;
        }
        return true;
      default:
        return true;
    }
  }

  /**
   * Rules see nothing of "close" and "keep-alive", and no field where nothing else is in it, as in HAProxy. Answers how the
   * field is dropped.
   */
  #showConnection(value: string): number {
    if (value.length === 5 && startsWithWord(value, 0, 'close')) return 2;
    if (value.length === 10 && startsWithWord(value, 0, 'keep-alive')) return 2;
    const shown = withoutPersistence(value);
    if (shown === '') return 2;
    if (shown !== value) {
      this.#shown ??= new Map();
      this.#shown.set(this.count, shown);
    }
    return 1;
  }

  /** Only digits, only once, and small enough to be exact (RFC 9110 section 8.6). */
  #noteContentLength(start: number, end: number): boolean {
    if (this.contentLength >= 0 || end === start || end - start > 15) return false;
    let length = 0;
    for (let at = start; at < end; at++) {
      const digit = this.text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return false;
      length = length * 10 + digit;
    }
    this.contentLength = length;
    return true;
  }

  #dropNamedByConnection(): void {
    if (this.connection.length === 5 && startsWithWord(this.connection, 0, 'close')) return;
    if (this.connection.length === 10 && startsWithWord(this.connection, 0, 'keep-alive')) return;
    for (const part of this.connection.split(',')) {
      const name = part.trim().toLowerCase();
      if (name === '' || name === 'close' || name === 'keep-alive' || neverStripped.includes(name)) continue;
      for (let field = 0; field < this.count; field++) {
        if (this.dropped[field] === 0 && this.isNamed(field, name)) this.dropped[field] = 1;
      }
    }
  }

  /** Whether field number `field` has the lower-case `name`. */
  isNamed(field: number, name: string): boolean {
    const start = this.positions[field * 4] as number;
    return (this.positions[field * 4 + 1] as number) - start === name.length && startsWithWord(this.text, start, name);
  }

  /** Number of the next field with the lower-case `name` at or after number `from`; -1 when there is none. */
  find(name: string, from = 0): number {
    for (let field = from; field < this.count; field++) {
      if (this.isNamed(field, name) && this.dropped[field] !== 2) return field;
    }
    return -1;
  }

  /** Number of the next field at or after number `from`; -1 when there is none. */
  next(from: number): number {
    for (let field = from; field < this.count; field++) if (this.dropped[field] !== 2) return field;
    return -1;
  }

  /** The value of field number `field`, without the white space around it. */
  value(field: number): string {
    const shown = this.#shown?.get(field);
    if (shown !== undefined) return shown;
    return this.text.slice(this.positions[field * 4 + 2] as number, this.positions[field * 4 + 3] as number);
  }

  /** The name of field number `field` as it was written. */
  name(field: number): string {
    return this.text.slice(this.positions[field * 4] as number, this.positions[field * 4 + 1] as number);
  }

  /** The lines of all fields that are passed on, as they came. */
  passedOn(): string {
    let lines = '';
    let runStart = -1;
    let runEnd = -1;
    for (let field = 0; field < this.count; field++) {
      const lineStart = this.positions[field * 4] as number;
      if (this.dropped[field] !== 0) {
        if (runStart >= 0) lines += this.text.slice(runStart, lineStart);
        runStart = -1;
      } else if (runStart < 0) runStart = lineStart;
      runEnd = lineStart;
    }
    if (runStart >= 0) lines += this.text.slice(runStart, this.text.indexOf('\r', runEnd) + 2);
    return lines;
  }

  /** Whether the message asks to end or keep the connection, by its `Connection` field and version (RFC 9112 section 9.3). */
  isPersistent(minorVersion: number): boolean {
    if (this.connection === '') return minorVersion === 1;
    if (minorVersion === 1) return !listHasToken(this.connection, 'close');
    return listHasToken(this.connection, 'keep-alive') && !listHasToken(this.connection, 'close');
  }
}

/** Names that must not stand in a trailer section, lower case (RFC 9110 section 6.5.1). */
export const forbiddenInTrailers = new Set([...hopByHop, ...neverStripped, 'content-range', 'expect', 'range']);
