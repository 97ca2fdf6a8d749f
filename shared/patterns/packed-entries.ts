/** The entries of a map or ACL file as bytes with positions in them: 100,000 entries are two objects, which go to workers as they are. */
import type { PatternContents, PatternKind } from './pattern-file.ts';

/** How bytes are read as texts: with one character for each byte, as nodes compare them, or as people write them. */
export type PackedEncoding = 'latin1' | 'utf8';

export class PackedEntries {
  readonly kind: PatternKind;
  readonly encoding: PackedEncoding;
  readonly bytes: Buffer;
  /** Where each key begins and ends and, in a map, where its value does. */
  readonly spans: Int32Array;
  readonly #step: number;

  constructor(kind: PatternKind, bytes: Uint8Array, spans: Int32Array, encoding: PackedEncoding = 'latin1') {
    this.kind = kind;
    this.encoding = encoding;
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.spans = spans;
    this.#step = stepOf(kind);
  }

  /**
   * Reads a file as HAProxy does (configuration manual 2.6, 7.1 "-f" and 7.3.1 "map"): lines that begin with "#" and empty
   * ones are left out, white space at the beginning too. A pattern is all of its line; a key ends at white space, and its
   * value is the rest without the white space around.
   */
  static parse(kind: PatternKind, bytes: Buffer, encoding: PackedEncoding = 'latin1'): PackedEntries {
    return new PackedEntries(kind, bytes, findSpans(bytes, stepOf(kind)), encoding);
  }

  /** Keys and values in turn, or patterns. */
  static from(kind: PatternKind, contents: PatternContents, encoding: PackedEncoding = 'latin1'): PackedEntries {
    const bytes = Buffer.from(contents.join(''), encoding);
    const spans = new Int32Array(contents.length * 2);
    let end = 0;
    for (let at = 0; at < contents.length; at++) {
      spans[2 * at] = end;
      const text = contents[at] ?? '';
      end += encoding === 'latin1' ? text.length : Buffer.byteLength(text);
      spans[2 * at + 1] = end;
    }
    return new PackedEntries(kind, bytes, spans, encoding);
  }

  get size(): number {
    return this.spans.length / this.#step;
  }

  key(index: number): string {
    return this.#text(index * this.#step);
  }

  /** "" in an ACL file. */
  value(index: number): string {
    return this.#step === 4 ? this.#text(index * 4 + 2) : '';
  }

  keyStart(index: number): number {
    return this.spans[index * this.#step] as number;
  }

  keyEnd(index: number): number {
    return this.spans[index * this.#step + 1] as number;
  }

  contents(): string[] {
    return Array.from({ length: this.spans.length / 2 }, (_, index) => this.#text(index * 2));
  }

  /** The same bytes, read in another way. */
  as(encoding: PackedEncoding): PackedEntries {
    return encoding === this.encoding ? this : new PackedEntries(this.kind, this.bytes, this.spans, encoding);
  }

  /** Whether the other has the same entries in the same order. */
  equals(other: PackedEntries): boolean {
    const { spans, bytes } = this;
    if (bytes === other.bytes && spans === other.spans) return true;
    if (this.kind !== other.kind || this.encoding !== other.encoding || spans.length !== other.spans.length)
      return false;
    for (let at = 0; at < spans.length; at += 2) {
      const from = spans[at] as number;
      const otherFrom = other.spans[at] as number;
      const length = (spans[at + 1] as number) - from;
      if ((other.spans[at + 1] as number) - otherFrom !== length) return false;
      for (let offset = 0; offset < length; offset++) {
        if (bytes[from + offset] !== other.bytes[otherFrom + offset]) return false;
      }
    }
    return true;
  }

  #text(at: number): string {
    return this.bytes.toString(this.encoding, this.spans[at], this.spans[at + 1]);
  }
}

/** How many positions an entry has. */
const stepOf = (kind: PatternKind) => (kind === 'map' ? 4 : 2);

const isBlank = (byte: number) => byte === 32 || byte === 9;

function findSpans(bytes: Buffer, step: number): Int32Array {
  let spans = new Int32Array(4_096);
  let count = 0;
  const length = bytes.length;
  for (let at = 0; at < length; ) {
    const isComment = bytes[at] === 35;
    while (at < length && isBlank(bytes[at] as number)) at++;
    const start = at;
    // A key ends at its first blank, a line at the first end of a line of any kind.
    let keyEnd = -1;
    let end = -1;
    let byte = 10;
    for (; at < length; at++) {
      byte = bytes[at] as number;
      if (byte > 32) continue;
      if (byte === 10) break;
      if (byte === 13 && end < 0) end = at;
      else if (keyEnd < 0 && isBlank(byte)) keyEnd = at;
    }
    if (end < 0) end = at;
    at++;
    if (isComment || start === end) continue;
    if (count + step > spans.length) {
      const larger = new Int32Array(spans.length * 2);
      larger.set(spans);
      spans = larger;
    }
    spans[count] = start;
    if (step === 2) spans[count + 1] = end;
    else {
      if (keyEnd < 0 || keyEnd > end) keyEnd = end;
      spans[count + 1] = keyEnd;
      let from = keyEnd;
      while (from < end && isBlank(bytes[from] as number)) from++;
      let to = end;
      while (to > from && isBlank(bytes[to - 1] as number)) to--;
      spans[count + 2] = from;
      spans[count + 3] = to;
    }
    count += step;
  }
  return spans.slice(0, count);
}
