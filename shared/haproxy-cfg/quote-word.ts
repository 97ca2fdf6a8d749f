/** Words and conditions as a haproxy.cfg writes them. */
import { tokenize } from '../language/tokenize.ts';

/** A word that reading gives back unchanged: what means something to the reader of lines stands in quotes. */
export function quoteWord(word: string): string {
  if (/^[^\s"'\\#${}]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replaceAll(/["\\$]/g, '\\$&')}"` : `'${word}'`;
}

/** The end of a rule's line, with a space before it; "" without a condition. */
export function writeCondition(rule: { readonly if?: string; readonly unless?: string }): string {
  const text = rule.if ?? rule.unless;
  if (text === undefined) return '';
  const words = tokenize(text).map((token) => (token.quoted ? quoteAlways(token.text) : quoteBraces(token.text)));
  return ` ${rule.if === undefined ? 'unless' : 'if'} ${words.join(' ')}`;
}

/** Braces and the words of conditions are themselves when they are not quoted. */
function quoteBraces(word: string): string {
  return /^!*[{}]$/.test(word) ? word : quoteWord(word);
}

/** A word that was quoted may be like an operator or a brace, and must not become one. */
function quoteAlways(word: string): string {
  return word.includes("'") ? `"${word.replaceAll(/["\\$]/g, '\\$&')}"` : `'${word}'`;
}
