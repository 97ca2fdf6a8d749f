/** Reads the part of RE2's language that V8 can run just as well into a tree: no flags, assertions inside words, classes by name. */

/** Which bytes a character may be: 256 flags, 0 or 1. */
export type ByteSet = Uint8Array;

export type RegexNode =
  | { readonly kind: 'byte'; readonly set: ByteSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly captures: boolean; readonly node: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly node: RegexNode;
      readonly min: number;
      /** Infinity where there is no limit. */
      readonly max: number;
      readonly lazy: boolean;
    };

/** Thrown inside of this file on whatever it leaves to others, wrong or not. */
class Unread extends Error {}

/** Undefined for a pattern that is not wholly of this part of the language. */
export function readRegex(pattern: string, ignoreCase: boolean): RegexNode | undefined {
  try {
    return new Reader(pattern, ignoreCase).read();
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

const largestCount = 50;
const named: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\t\n\f\r ',
};
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' };

class Reader {
  readonly #pattern: string;
  readonly #ignoreCase: boolean;
  #at = 0;

  constructor(pattern: string, ignoreCase: boolean) {
    this.#pattern = pattern;
    this.#ignoreCase = ignoreCase;
  }

  read(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw new Unread();
    return node;
  }

  #next(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): RegexNode {
    const nodes = [this.#sequence()];
    while (this.#take('|')) nodes.push(this.#sequence());
    return nodes.length === 1 ? (nodes[0] as RegexNode) : { kind: 'choice', nodes };
  }

  #sequence(): RegexNode {
    const nodes: RegexNode[] = [];
    while (this.#at < this.#pattern.length && this.#next() !== '|' && this.#next() !== ')') {
      nodes.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', nodes };
  }

  #atom(): RegexNode {
    if (this.#take('^')) return { kind: 'start' };
    if (this.#take('$')) return { kind: 'end' };
    if (this.#take('.')) return { kind: 'byte', set: complement(setOf('\n')) };
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return { kind: 'byte', set: this.#class() };
    if (this.#take('\\')) return { kind: 'byte', set: this.#folded(this.#escape()) };
    const character = this.#next();
    if ('*+?{}]'.includes(character)) throw new Unread();
    return this.#byte(this.#pattern.charCodeAt(this.#at++));
  }

  #byte(code: number): RegexNode {
    const known = this.#ignoreCase ? undefined : oneByte[code];
    return known ?? { kind: 'byte', set: this.#folded(byteSet(code)) };
  }

  #group(): RegexNode {
    const captures = !this.#take('?:');
    if (this.#next() === '?') throw new Unread();
    const node = this.#choice();
    if (!this.#take(')')) throw new Unread();
    return { kind: 'group', captures, node };
  }

  #repeated(node: RegexNode): RegexNode {
    const counts = this.#counts();
    if (counts === undefined) return node;
    const [min, max] = counts;
    const lazy = this.#take('?');
    if ('*+?{'.includes(this.#next()) && this.#next() !== '') throw new Unread();
    // What a group that is repeated has captured is not told alike by all engines.
    const isSimple = node.kind === 'byte' || (node.kind === 'group' && max === 1 && !isNullable(node));
    if (!isSimple || min > largestCount || (max > largestCount && max !== Infinity)) throw new Unread();
    return { kind: 'repeat', node, min, max, lazy };
  }

  #counts(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    if (this.#next() !== '{') return undefined;
    const counts = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.#pattern.slice(this.#at));
    if (counts === null) throw new Unread();
    const [all, min, range, max] = counts;
    this.#at += all.length;
    const least = Number(min);
    const most = range === undefined ? least : max === undefined ? Infinity : Number(max);
    if (most < least || most === 0) throw new Unread();
    return [least, most];
  }

  /** Behind a backslash. */
  #escape(): ByteSet {
    const character = this.#next();
    this.#at++;
    const ranges = named[character.toLowerCase()];
    if (ranges !== undefined) return character in named ? setOf(ranges) : complement(setOf(ranges));
    const control = controls[character];
    if (control !== undefined) return setOf(control);
    if (character === 'x') {
      const digits = this.#pattern.slice(this.#at, this.#at + 2);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) throw new Unread();
      this.#at += 2;
      return byteSet(Number.parseInt(digits, 16));
    }
    if (!/^[!-/:-@[-`{-~ ]$/.test(character)) throw new Unread();
    return byteSet(character.charCodeAt(0));
  }

  /** Behind the opening bracket. */
  #class(): ByteSet {
    const negated = this.#take('^');
    const set = new Uint8Array(256);
    if (this.#next() === ']') throw new Unread();
    while (!this.#take(']')) {
      const first = this.#classItem();
      if (this.#next() !== '-' || this.#pattern[this.#at + 1] === ']') {
        merge(set, first);
        continue;
      }
      this.#at++;
      const low = onlyByte(first);
      const high = onlyByte(this.#classItem());
      if (high < low) throw new Unread();
      set.fill(1, low, high + 1);
    }
    const folded = this.#folded(set);
    return negated ? complement(folded) : folded;
  }

  #classItem(): ByteSet {
    if (this.#at >= this.#pattern.length || this.#next() === '[') throw new Unread();
    if (this.#take('\\')) return this.#escape();
    return byteSet(this.#pattern.charCodeAt(this.#at++));
  }

  /** Both cases of each letter, where case is ignored; beyond ASCII engines differ in what a case is. */
  #folded(set: ByteSet): ByteSet {
    if (!this.#ignoreCase) return set;
    const isNegation = set[0] === 1 && set[255] === 1;
    if (!isNegation && set.includes(1, 128)) throw new Unread();
    const folded = set.slice();
    for (let upper = 65; upper <= 90; upper++) {
      if (set[upper] === 1 || set[upper + 32] === 1) folded[upper] = folded[upper + 32] = 1;
    }
    return folded;
  }
}

/** The pattern without what it begins with and need not: it matches somewhere in the same texts, but not the same there. */
export function withoutLead(node: RegexNode): RegexNode {
  if (node.kind !== 'sequence') return node;
  const lead = node.nodes.findIndex((each) => !isAnything(each));
  return { kind: 'sequence', nodes: lead < 0 ? [] : node.nodes.slice(lead) };
}

/** A byte any number of times or not at all, or a group of such. */
function isAnything(node: RegexNode): boolean {
  if (node.kind === 'repeat') return node.node.kind === 'byte' && node.min === 0;
  if (node.kind === 'sequence') return node.nodes.every(isAnything);
  return node.kind === 'group' && isAnything(node.node);
}

/** Whether a node may match nothing. */
function isNullable(node: RegexNode): boolean {
  switch (node.kind) {
    case 'byte':
      return false;
    case 'start':
    case 'end':
      return true;
    case 'sequence':
      return node.nodes.every(isNullable);
    case 'choice':
      return node.nodes.some(isNullable);
    case 'group':
      return isNullable(node.node);
    case 'repeat':
      return node.min === 0 || isNullable(node.node);
  }
}

/** The bytes of a text such as "a-z_", in which a "-" between two stands for those between them. */
function setOf(ranges: string): ByteSet {
  const set = new Uint8Array(256);
  for (let at = 0; at < ranges.length; at++) {
    const low = ranges.charCodeAt(at);
    if (low > 255) throw new Unread();
    const isRange = ranges[at + 1] === '-' && at + 2 < ranges.length;
    set.fill(1, low, (isRange ? ranges.charCodeAt(at + 2) : low) + 1);
    if (isRange) at += 2;
  }
  return set;
}

/** Nodes that stand for one byte, which patterns are mostly made of. */
const oneByte: readonly RegexNode[] = Array.from({ length: 256 }, (_, byte) => ({ kind: 'byte', set: byteSet(byte) }));

function byteSet(byte: number): ByteSet {
  if (byte > 255) throw new Unread();
  return new Uint8Array(256).fill(1, byte, byte + 1);
}

function onlyByte(set: ByteSet): number {
  const byte = set.indexOf(1);
  if (set.includes(1, byte + 1)) throw new Unread();
  return byte;
}

function merge(set: ByteSet, other: ByteSet): void {
  for (let byte = 0; byte < 256; byte++) if (other[byte] === 1) set[byte] = 1;
}

function complement(set: ByteSet): ByteSet {
  return set.map((flag) => 1 - flag);
}
