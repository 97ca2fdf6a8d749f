/** Compiles a text with "%[sample]" and log variables in it, as arguments of rules have them (manual 2.6, section 8.2.6). */
import { type LogFlags, type LogPart, parseLogFormat } from '../../shared/language/log-format.ts';
import type { LogVariableName } from '../../shared/language/log-variables.ts';
import { parseSample } from '../../shared/language/parse-sample.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import { parseText, textVariables } from '../../shared/language/text-format.ts';
import { compileSampleText } from './compile-sample.ts';
import type { SampleContext } from './sample-context.ts';

export type WriteText = (context: SampleContext) => string;

/** Whether a text depends on what it is written for; if not, it is what {@link compileText} answers for any context. */
export function usesSamples(text: string): boolean {
  return text.includes('%') && parseLogFormat(text).some(({ kind }) => kind === 'variable' || kind === 'sample');
}

/**
 * The function that writes the text; the result has one character for each byte. A sample that is not there leaves
 * nothing. What is meant for a head has no quotes around samples, and line ends and other control characters in one are
 * written as "%0D"; any other text is as it would be in the log. Throws LanguageError.
 */
export function compileText(format: string, where: Place, isForHead = true): WriteText {
  if (!format.includes('%')) {
    const text = toBytes(format);
    return () => text;
  }
  const steps = parseText(format, where).map((part) => compilePart(part, isForHead));
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return only;
  return (context) => {
    let text = '';
    for (const step of steps) text += step(context);
    return text;
  };
}

function compilePart(part: LogPart, isForHead: boolean): WriteText {
  switch (part.kind) {
    case 'separator':
      return () => ' ';
    case 'text': {
      const text = toBytes(part.text);
      return () => text;
    }
    case 'sample':
      return withFlags(
        compileSampleText(part.sample),
        isForHead ? { ...part.flags, quote: false } : part.flags,
        isForHead,
      );
    case 'variable':
      return withFlags(compileVariable(part.name), part.flags, isForHead);
  }
}

function compileVariable(name: LogVariableName): WriteText {
  // The whole target, as the client wrote it, for which there is no sample.
  if (name === 'HU') return ({ kept }) => kept?.target ?? '';
  return compileSampleText(parseSample(textVariables[name] ?? 'str()'));
}

/** Control characters but tab, which would end a line of a head, or worse, are written as in a URL. */
function visible(text: string): string {
  if (!/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return text;
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function withFlags(write: WriteText, { quote, escape: escapes }: LogFlags, isForHead: boolean): WriteText {
  if (!quote && !escapes) return isForHead ? (context) => visible(write(context)) : write;
  return (context) => {
    const written = write(context);
    const text = isForHead ? visible(written) : written;
    const shown = escapes ? text.replace(/["\\\]]/g, '\\$&') : text;
    return quote ? `"${shown}"` : shown;
  };
}
