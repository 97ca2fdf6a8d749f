/** Reads the arguments of a fetch or converter, in parentheses and with quotes of their own (configuration manual 2.6, 2.2). */
import { LanguageError } from './tokenize.ts';

export interface RawArgument {
  readonly text: string;
  /** Where it begins, from 0. */
  readonly start: number;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The arguments in the parentheses that open at `open`, and where what follows them begins. Quotes keep commas, parentheses
 * and spaces; a backslash makes "\n", "\r", "\t" and takes a space, a quote or a backslash as it is, though not inside of
 * single quotes. Throws LanguageError.
 */
export function readArguments(text: string, open: number): { args: RawArgument[]; end: number } {
  const args: RawArgument[] = [];
  let at = open;
  do {
    const start = at + 1;
    const argument = readArgument(text, start);
    args.push({ text: argument.text, start });
    at = argument.end;
  } while (text[at] === ',');
  if (text[at] !== ')') throw new LanguageError(open + 1, '"(" is not closed, or a quote inside of it is not');
  return { args: args.length === 1 && args[0]?.text === '' && args[0].start === at ? [] : args, end: at + 1 };
}

function readArgument(text: string, start: number): { text: string; end: number } {
  let value = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === '' && (character === ',' || character === ')')) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character !== '\\' || quote === "'") value += character;
    else {
      const next = text.charAt(at + 1);
      const control = controls[next];
      if (control !== undefined || (next !== '' && ' \\"\''.includes(next))) {
        value += control ?? next;
        at++;
      } else value += character;
    }
  }
  return { text: value, end: at };
}
