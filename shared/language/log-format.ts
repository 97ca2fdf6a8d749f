/** Reads a log format such as "%ci:%cp [%t] %{+Q}r" into parts (configuration manual 2.6, section 8.2.6). */
import { type LogVariableName, logVariables } from './log-variables.ts';
import { readSample, type Sample } from './parse-sample.ts';
import type { Place } from './sample-types.ts';
import { hint } from './suggest.ts';
import { LanguageError } from './tokenize.ts';

/** Runs of spaces are one separator, which is left out where nothing stands before it. */
export type LogPart =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly name: LogVariableName;
      readonly flags: LogFlags;
      /** Where its "%" stands, from 1. */
      readonly column: number;
    }
  | { readonly kind: 'sample'; readonly sample: Sample; readonly flags: LogFlags; readonly column: number };

export interface LogFlags {
  /** In double quotes (Q). */
  readonly quote: boolean;
  /** Numbers, addresses and ports in hexadecimal (X). */
  readonly hex: boolean;
  /** A backslash before '"', "\" and "]" (E). */
  readonly escape: boolean;
}

export type LogFormat = readonly LogPart[];

const flagOfLetter = { Q: 'quote', X: 'hex', E: 'escape' } as const;
const noFlags: LogFlags = { quote: false, hex: false, escape: false };

/**
 * The parts of a format; with `keepsSpaces` spaces are text like any other. Where the place is known, what its samples look at must be there. Throws LanguageError with the
 * column when it cannot be read.
 */
export function parseLogFormat(text: string, place?: Place, keepsSpaces = false): LogFormat {
  const parts: LogPart[] = [];
  let common = noFlags;
  let literal = '';
  const endText = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === ' ' && !keepsSpaces) {
      endText();
      if (parts.at(-1)?.kind !== 'separator') parts.push({ kind: 'separator' });
      at++;
    } else if (character !== '%') {
      literal += character;
      at++;
    } else if (text[at + 1] === '%') {
      literal += '%';
      at += 2;
    } else {
      const start = readFlagsAt(text, at, common);
      endText();
      if (text[start.end] === '[') {
        const { sample, end } = readBracketed(text, start.end, place);
        parts.push({ kind: 'sample', sample, flags: start.flags, column: at + 1 });
        at = end;
      } else {
        const { name, end } = readVariable(text, at, start.end);
        if (name === 'o') common = start.flags;
        else parts.push({ kind: 'variable', name, flags: start.flags, column: at + 1 });
        at = end;
      }
    }
  }
  endText();
  return parts;
}

/** The flags in braces after the "%" at `start`, and where what follows them begins. */
function readFlagsAt(text: string, start: number, common: LogFlags): { flags: LogFlags; end: number } {
  const at = start + 1;
  if (text[at] !== '{') return { flags: common, end: at };
  const close = text.indexOf('}', at);
  if (close < 0) throw new LanguageError(at + 1, '"{" is not closed');
  return { flags: readFlags(text.slice(at + 1, close), at + 2, common), end: close + 1 };
}

/** The sample whose "[" stands at `open`, and where what follows its "]" begins. */
function readBracketed(text: string, open: number, place: Place | undefined): { sample: Sample; end: number } {
  const { sample, end } = readSample(text, open + 1, place);
  if (text[end] !== ']') {
    const found = end < text.length ? `"${text.slice(end, end + 10)}"` : 'the end';
    throw new LanguageError(end + 1, `"]" is missing after a sample; ${found} stands there`);
  }
  return { sample, end: end + 1 };
}

/** The variable whose "%" stands at `start` and whose name begins at `at`. */
function readVariable(text: string, start: number, at: number): { name: LogVariableName | 'o'; end: number } {
  const name = /^[A-Za-z0-9]*/.exec(text.slice(at))?.[0] ?? '';
  if (name === '') {
    const advice = at === start + 1 ? '; write "%%" for a "%"' : '';
    throw new LanguageError(start + 1, `the name of a variable is missing after "${text.slice(start, at)}"${advice}`);
  }
  if (name !== 'o' && !isLogVariable(name)) {
    const near = hint(
      `%${name}`,
      [...Object.keys(logVariables), 'o'].map((known) => `%${known}`),
    );
    throw new LanguageError(
      start + 1,
      `there is no variable "%${name}"${near === '' ? '; write "%%" for a "%"' : near}`,
    );
  }
  return { name, end: at + name.length };
}

/** Flags with their signs, such as "+Q,-X"; `column` is that of the first. */
function readFlags(text: string, column: number, common: LogFlags): LogFlags {
  const flags = { ...common };
  let at = column;
  for (const word of text.split(',')) {
    const letter = /^[+-]([A-Z])$/.exec(word)?.[1];
    if (word !== '' && (letter === undefined || !isFlag(letter))) {
      throw new LanguageError(at, `"${word}" is no flag; known are Q, X and E with "+" or "-" before them`);
    }
    if (letter !== undefined) flags[flagOfLetter[letter as keyof typeof flagOfLetter]] = word.startsWith('+');
    at += word.length + 1;
  }
  return flags;
}

function isFlag(letter: string): letter is keyof typeof flagOfLetter {
  return Object.hasOwn(flagOfLetter, letter);
}

function isLogVariable(name: string): name is LogVariableName {
  return Object.hasOwn(logVariables, name);
}
