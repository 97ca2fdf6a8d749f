/** Splits one line of a configuration file into words, by HAProxy's quoting, escapes and variables (manual 2.6, 2.2, 2.3). */

export interface Word {
  readonly text: string;
  /** 0-based column in the raw line where the word begins. */
  readonly column: number;
  /** Whether any part of the word was quoted or escaped. */
  readonly quoted: boolean;
}

/** The environment variables; the pseudo-variables .FILE, .LINE and .SECTION stand in it under these names, dot included. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface TokenizedLine {
  words: Word[];
  /** What follows the "#" that begins a comment; undefined without one. */
  comment: string | undefined;
}

export interface LineProblem {
  /** In HAProxy's words, without " at position N". */
  problem: string;
  /** 0-based column in the raw line that the caret points at. */
  column: number;
}

interface Scan {
  readonly line: string;
  readonly environment: Environment;
  readonly words: Word[];
  text: string;
  /** Where the current word began, -1 between words. */
  start: number;
  quoted: boolean;
}

class Unreadable extends Error {
  readonly column: number;

  constructor(problem: string, column: number) {
    super(problem);
    this.column = column;
  }
}

const space = /[ \t\v\f\r\n]+/;
const special = /["'\\#]/;
const nameStart = /[A-Za-z_]/;
const variableName = /\.?\w+/y;
const escapedHex = /\\x([0-9A-Fa-f]{2})/y;
const sameEscaped = ' \\"\'#';
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The words of a line and its comment. White space separates; a carriage return or a NUL ends the line, as HAProxy takes
 * both for its end. Answers the problem and its column instead for an unmatched quote or brace, an unknown
 * pseudo-variable, a name that cannot be one, a word expansion other than "[*]", and "\x" without two digits.
 * Consecutive "\x.." escapes are read as UTF-8 where they are it, else each as the character of that number.
 */
export function tokenizeLine(line: string, environment: Environment): TokenizedLine | LineProblem {
  const readable = cutAtEnd(line);
  if (!special.test(readable)) return { words: splitPlain(readable), comment: undefined };
  const scan: Scan = { line: readable, environment, words: [], text: '', start: -1, quoted: false };
  try {
    return { words: scan.words, comment: readWords(scan) };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, column: error.column };
    throw error;
  }
}

/**
 * The address with $NAME and ${NAME} replaced by their values, as HAProxy does for the addresses of bind, server and log
 * lines, quoted or not. An unset variable is empty; there are no defaults, no escapes and no pseudo-variables here.
 */
export function expandAddress(text: string, environment: Environment): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(?:\{(\w*)\}?|(\w*))/g, (_, braced: string | undefined, bare: string | undefined) => {
    return variable(environment, braced ?? bare ?? '') ?? '';
  });
}

/** The value of a variable, undefined when unset; names like "constructor" find nothing that an object inherits. */
function variable(environment: Environment, name: string): string | undefined {
  const value: unknown = environment[name];
  return typeof value === 'string' ? value : undefined;
}

function cutAtEnd(line: string): string {
  const carriageReturn = line.indexOf('\r');
  const upTo = carriageReturn < 0 ? line : line.slice(0, carriageReturn);
  const nul = upTo.indexOf('\0');
  return nul < 0 ? upTo : upTo.slice(0, nul);
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** Most lines hold nothing to interpret; they are cut without the scanner because large files are read in one go. */
function splitPlain(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at++;
    if (at === line.length) return words;
    const column = at;
    // The comparison spares a call for nearly every character, which counts before the code is compiled.
    while (at < line.length && (line.charCodeAt(at) > 0x20 || !isSpace(line.charCodeAt(at)))) at++;
    words.push({ text: line.slice(column, at), column, quoted: false });
  }
}

/** Reads all words into the scan; answers the comment. */
function readWords(scan: Scan): string | undefined {
  const { line } = scan;
  let at = 0;
  while (at < line.length) {
    if (isSpace(line.charCodeAt(at))) {
      closeWord(scan);
      at++;
      continue;
    }
    if (line[at] === '#') break;
    if (scan.start < 0) scan.start = at;
    at = readPart(scan, at);
  }
  closeWord(scan);
  return at < line.length ? line.slice(at + 1) : undefined;
}

function closeWord(scan: Scan): void {
  if (scan.start < 0) return;
  // "\x00" ends a word for HAProxy, which holds it as a string of C.
  const end = scan.text.indexOf('\0');
  const text = end < 0 ? scan.text : scan.text.slice(0, end);
  scan.words.push({ text, column: scan.start, quoted: scan.quoted });
  scan.text = '';
  scan.start = -1;
  scan.quoted = false;
}

/** Appends what begins at `at` (a plain run, an escape, a quoted run) to the word; answers where it ends. */
function readPart(scan: Scan, at: number): number {
  const { line } = scan;
  const character = line[at];
  if (character === '"') return readDoubleQuoted(scan, at);
  if (character === '\\') return readEscape(scan, at, '');
  if (character !== "'") return readPlain(scan, at);
  const end = line.indexOf("'", at + 1);
  if (end < 0) throw new Unreadable('unmatched quote', at);
  scan.text += line.slice(at + 1, end);
  scan.quoted = true;
  return end + 1;
}

function readPlain(scan: Scan, start: number): number {
  const { line } = scan;
  let at = start + 1;
  while (at < line.length && (line.charCodeAt(at) > 0x5c || !isSpecial(line.charCodeAt(at)))) at++;
  scan.text += line.slice(start, at);
  return at;
}

/** Whether a character ends a run of plain ones outside of quotes: white space and " # ' \\. */
function isSpecial(code: number): boolean {
  return isSpace(code) || code === 0x22 || code === 0x23 || code === 0x27 || code === 0x5c;
}

function readDoubleQuoted(scan: Scan, open: number): number {
  const { line } = scan;
  scan.quoted = true;
  let at = open + 1;
  while (line[at] !== '"') {
    if (at >= line.length) throw new Unreadable('unmatched quote', open);
    if (line[at] === '\\') at = readEscape(scan, at, '$');
    else if (line[at] === '$') at = readVariable(scan, at);
    else {
      const start = at;
      while (at < line.length && line[at] !== '"' && line[at] !== '\\' && line[at] !== '$') at++;
      scan.text += line.slice(start, at);
    }
  }
  return at + 1;
}

/** `also` holds what a backslash protects here beyond what it protects everywhere; before all else it stands for itself. */
function readEscape(scan: Scan, at: number, also: string): number {
  const next = scan.line[at + 1] ?? '';
  if (next === 'x') return readHexadecimal(scan, at);
  const control = controls[next];
  const escaped = control ?? (next !== '' && (sameEscaped + also).includes(next) ? next : undefined);
  if (escaped === undefined) {
    scan.text += '\\';
    return at + 1;
  }
  scan.text += escaped;
  scan.quoted = true;
  return at + 2;
}

function readHexadecimal(scan: Scan, start: number): number {
  const bytes: number[] = [];
  let at = start;
  for (;;) {
    escapedHex.lastIndex = at;
    const digits = escapedHex.exec(scan.line)?.[1];
    if (digits === undefined) break;
    bytes.push(Number.parseInt(digits, 16));
    at += 4;
  }
  if (at === start) throw new Unreadable('truncated or invalid hexadecimal sequence', at);
  const buffer = Buffer.from(bytes);
  const utf8 = buffer.toString('utf8');
  scan.text += utf8.includes('\ufffd') ? buffer.toString('latin1') : utf8;
  scan.quoted = true;
  return at;
}

/** Reads $NAME, ${NAME}, ${NAME-default} or ${NAME[*]} into the word, or into several; answers where it ends. */
function readVariable(scan: Scan, dollar: number): number {
  const { line } = scan;
  const brace = line[dollar + 1] === '{' ? dollar + 1 : undefined;
  const start = (brace ?? dollar) + 1;
  variableName.lastIndex = start;
  const name = variableName.exec(line)?.[0] ?? '';
  let value = variable(scan.environment, name);
  const known = name.startsWith('.') ? value !== undefined : nameStart.test(name.charAt(0));
  if (!known) throw new Unreadable('forbidden first char in environment variable name', start);
  let at = start + name.length;
  if (brace === undefined) {
    scan.text += value ?? '';
    return at;
  }
  const several = line[at] === '[';
  if (several && !line.startsWith('[*]', at)) {
    throw new Unreadable('truncated or invalid word expansion sequence', at);
  }
  if (several) at += 3;
  if (line[at] === '-') {
    const end = line.indexOf('}', at);
    value ??= line.slice(at + 1, end);
    at = end;
  }
  if (line[at] !== '}') throw new Unreadable('unmatched brace in environment variable name', brace);
  if (several) appendWords(scan, value ?? '', dollar);
  else scan.text += value ?? '';
  return at + 1;
}

/** The first and the last word of the value grow together with what stands beside the variable. */
function appendWords(scan: Scan, value: string, column: number): void {
  const [first = '', ...others] = value.split(space);
  scan.text += first;
  for (const other of others) {
    closeWord(scan);
    scan.start = column;
    scan.quoted = true;
    scan.text = other;
  }
}
