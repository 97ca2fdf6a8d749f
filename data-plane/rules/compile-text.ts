/** Compiles log-format strings into functions that make the text for one message. */
import { parseText } from '../../shared/language/text.ts';

/**
 * A function that makes the text, as latin1 with one character for each byte. `where` names the rule in messages. Throws Error on
 * what cannot be made.
 */
export function compileText(format: string, where: string): (context: unknown) => string {
  let text: string;
  try {
    text = Buffer.from(parseText(format)).toString('latin1');
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return () => text;
}
