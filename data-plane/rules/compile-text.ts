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
 * The function that writes the text; the result has one character for each byte, and whatever bytes samples have: whoever
 * puts it into a head has to see to line ends. A sample that is not there leaves nothing. Throws LanguageError.
 */
export function compileText(format: string, where: Place): WriteText {
  if (!format.includes('%')) {
    const text = toBytes(format);
    return () => text;
  }
  const steps = parseText(format, where).map(compilePart);
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return only;
  return (context) => {
    let text = '';
    for (const step of steps) text += step(context);
    return text;
  };
}

function compilePart(part: LogPart): WriteText {
  switch (part.kind) {
    case 'separator':
      return () => ' ';
    case 'text': {
      const text = toBytes(part.text);
      return () => text;
    }
    case 'sample':
      return withFlags(compileSampleText(part.sample), part.flags);
    case 'variable':
      return withFlags(compileVariable(part.name), part.flags);
  }
}

function compileVariable(name: LogVariableName): WriteText {
  return compileSampleText(parseSample(textVariables[name] ?? 'str()'));
}

function withFlags(write: WriteText, { quote, escape: escapes }: LogFlags): WriteText {
  if (!quote && !escapes) return write;
  return (context) => {
    const text = write(context);
    const shown = escapes ? text.replace(/["\\\]]/g, '\\$&') : text;
    return quote ? `"${shown}"` : shown;
  };
}
