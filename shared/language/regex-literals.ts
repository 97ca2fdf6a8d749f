/** Texts that a regular expression cannot do without, read off its pattern without understanding all of it. */

/** Reads one pattern after the other; what it found is there until the next. */
export class LiteralReader {
  /** The literals behind one another. */
  text = new Uint8Array(256);
  /** How many there are. */
  count = 0;
  /** Whether the first stands at the beginning of what matches. */
  atStart = false;
  #ends = new Int32Array(64);
  #bytes: Uint8Array = this.text;
  #to = 0;
  #length = 0;

  start(literal: number): number {
    return literal === 0 ? 0 : (this.#ends[literal - 1] as number);
  }

  end(literal: number): number {
    return this.#ends[literal] as number;
  }

  /**
   * Finds what stands in every text that the pattern matches, a pattern being some bytes; nothing where nothing can be said.
   * Case is that of the pattern.
   */
  read(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes;
    this.#to = to;
    this.#length = 0;
    this.count = 0;
    if (this.text.length < to - from) this.text = new Uint8Array(2 * (to - from));
    if (this.#ends.length < to - from) this.#ends = new Int32Array(2 * (to - from));
    if (!this.#readTo(from, to)) this.count = 0;
  }

  /** False where nothing can be said. */
  #readTo(from: number, to: number): boolean {
    const bytes = this.#bytes;
    const anchored = from < to && bytes[from] === caret;
    let leads = anchored;
    for (let at = anchored ? from + 1 : from; at < to; at++) {
      const byte = bytes[at] as number;
      const isEnd = isSyntax[byte] === 1;
      if (!isEnd) {
        this.text[this.#length++] = byte;
        continue;
      }
      if (byte === backslash) {
        at++;
        const escaped = bytes[at] as number;
        if (at < to && !isWord(escaped)) {
          this.text[this.#length++] = escaped;
          continue;
        }
        if (at < to && isUnclear(escaped)) return false;
      } else if (byte === bar) {
        // Of alternatives none is required.
        return false;
      } else if (byte === open || byte === bracket) {
        at = this.#behindGroup(at) - 1;
        if (at < 0) return false;
      } else if (byte === question || byte === star || byte === brace) {
        // The character before need not be there.
        if (this.#length > (this.count === 0 ? 0 : this.end(this.count - 1))) this.#length--;
        if (byte === brace) {
          let close = at;
          while (close < to && bytes[close] !== braceEnd) close++;
          if (close < to) at = close;
        }
      }
      leads = this.#close(leads);
    }
    this.#close(leads);
    return true;
  }

  /** Ends the literal that is being read; answers false, as the next one stands behind something. */
  #close(leads: boolean): false {
    if (this.#length > (this.count === 0 ? 0 : this.end(this.count - 1))) {
      if (this.count === 0) this.atStart = leads;
      this.#ends[this.count++] = this.#length;
    }
    return false;
  }

  /** Where the group or class that begins here is over; 0 where flags or escapes in it may change what letters mean. */
  #behindGroup(start: number): number {
    let depth = 0;
    for (let at = start; at < this.#to; at++) {
      const byte = this.#bytes[at];
      if (byte === backslash) {
        at++;
        if (at < this.#to && isUnclear(this.#bytes[at] as number)) return 0;
      } else if (byte === bracket) {
        at = this.#behindClass(at) - 1;
        if (at < 0) return 0;
      } else if (byte === open) {
        if (this.#bytes[at + 1] === question && at + 1 < this.#to && this.#bytes[at + 2] !== colon) return 0;
        depth++;
      } else if (byte === close) depth--;
      if (depth === 0) return at + 1;
    }
    return this.#to;
  }

  #behindClass(start: number): number {
    const bytes = this.#bytes;
    let at = start + 1;
    if (bytes[at] === caret) at++;
    // A bracket that comes first stands for itself.
    if (bytes[at] === bracketEnd) at++;
    for (; at < this.#to; at++) {
      if (bytes[at] === backslash) {
        at++;
        if (at < this.#to && isUnclear(bytes[at] as number)) return 0;
      } else if (bytes[at] === bracket && bytes[at + 1] === colon) {
        let end = at + 2;
        while (end + 1 < this.#to && !(bytes[end] === colon && bytes[end + 1] === bracketEnd)) end++;
        if (end + 1 < this.#to) at = end + 1;
      } else if (bytes[at] === bracketEnd) return at + 1;
    }
    return this.#to;
  }
}

const codes = (text: string) => [...text].map((character) => character.charCodeAt(0));
const [caret, backslash, bar, question, star, colon] = codes('^\\|?*:');
const [open, close, bracket, bracketEnd, brace, braceEnd] = codes('()[]{}');

/** By byte: whether it ends a literal. */
const isSyntax = new Uint8Array(256);
for (const code of codes('^\\|()[]?*{}$.+')) isSyntax[code] = 1;

const isWord = (byte: number) =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** By byte: whether a backslash before it changes what follows, or says something that is not read here. */
const unclear = new Uint8Array(256);
for (const code of codes('0123456789QxpPC')) unclear[code] = 1;
const isUnclear = (byte: number) => unclear[byte] === 1;

export interface Literal {
  readonly text: string;
  /** Whether it stands at the beginning of what matches. */
  readonly atStart: boolean;
}

const reader = new LiteralReader();

/** The same of a text with one character for each byte. */
export function requiredLiterals(pattern: string): Literal[] {
  const bytes = Buffer.from(pattern, 'latin1');
  reader.read(bytes, 0, bytes.length);
  return Array.from({ length: reader.count }, (_, literal) => ({
    text: Buffer.from(reader.text.subarray(reader.start(literal), reader.end(literal))).toString('latin1'),
    atStart: literal === 0 && reader.atStart,
  }));
}
