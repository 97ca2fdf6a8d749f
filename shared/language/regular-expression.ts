/** Regular expressions of rules. */
import { LanguageError } from './tokenize.ts';

/** The expression, ready to be used on latin1 text. Throws LanguageError with the reason when it is none. */
export function parseRegularExpression(text: string): RegExp {
  try {
    return new RegExp(Buffer.from(text).toString('latin1'));
  } catch (error) {
    throw new LanguageError(1, error instanceof Error ? error.message : String(error));
  }
}

/** A replacement in which "\\0" to "\\9" stand for what `match` holds; any other character after "\\" stands for itself. */
export function expandReferences(replacement: string, match: RegExpExecArray): string {
  if (!replacement.includes('\\')) return replacement;
  return replacement.replaceAll(/\\([\s\S])/g, (_all, character: string) =>
    character >= '0' && character <= '9' ? (match[Number(character)] ?? '') : character,
  );
}
