/** Texts with places to be filled in (log-format strings, configuration manual 2.6, section 8.2.4), as far as they are known. */
import { LanguageError } from './tokenize.ts';

/**
 * The text that a log-format string without any expression stands for: "%%" is "%". Throws LanguageError with the column of
 * "%[" and other variables, which are not known yet.
 */
export function parseText(format: string): string {
  const wrong = /%(?!%)/.exec(format.replaceAll('%%', '  '));
  if (wrong !== null) {
    const what = format[wrong.index + 1] === '[' ? 'expressions in "%[...]"' : 'variables after "%"';
    throw new LanguageError(wrong.index + 1, `${what} are not supported here; "%%" stands for "%"`);
  }
  return format.replaceAll('%%', '%');
}
