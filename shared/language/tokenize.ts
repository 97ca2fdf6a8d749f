/** Splits the text of a condition into words, each with its column, by HAProxy's quoting (configuration manual 2.6, 2.2). */

export interface Token {
  text: string;
  /** Where the word starts, counted from 1. */
  column: number;
  /** Whether any part of the word was quoted or escaped, so that it cannot be an operator or a brace. */
  quoted: boolean;
}

/** A text that cannot be read, with the column (from 1) where it goes wrong. */
export class LanguageError extends Error {
  override readonly name = 'LanguageError';
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}

/**
 * The words of a text. White space separates; "\" takes the next character as it is; '...' takes everything as it is;
 * "..." takes everything but "\" as it is. Throws LanguageError on an unclosed quote or a trailing backslash.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text[at])) {
      at++;
      continue;
    }
    const token: Token = { text: '', column: at + 1, quoted: false };
    while (at < text.length && !isSpace(text[at])) at = readPart(text, at, token);
    tokens.push(token);
  }
  return tokens;
}

/** Appends the part that starts at `at` (a quoted run, an escape or one character) to the token; answers where it ends. */
function readPart(text: string, at: number, token: Token): number {
  const character = text[at] as string;
  if (character === "'") {
    const end = text.indexOf("'", at + 1);
    if (end < 0) throw new LanguageError(at + 1, 'a single quote is not closed');
    token.text += text.slice(at + 1, end);
    token.quoted = true;
    return end + 1;
  }
  if (character === '"') return readDoubleQuoted(text, at, token);
  if (character === '\\') return readEscape(text, at, token);
  token.text += character;
  return at + 1;
}

function readDoubleQuoted(text: string, start: number, token: Token): number {
  token.quoted = true;
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at = readEscape(text, at, token);
    else token.text += text[at++];
  }
  if (at >= text.length) throw new LanguageError(start + 1, 'a double quote is not closed');
  return at + 1;
}

function readEscape(text: string, at: number, token: Token): number {
  const next = text[at + 1];
  if (next === undefined) throw new LanguageError(at + 1, 'a backslash at the end escapes nothing');
  token.text += next;
  token.quoted = true;
  return at + 2;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
