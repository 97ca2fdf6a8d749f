/** Words as a haproxy.cfg has them. */

/** The word, in quotes where it needs them. */
export function word(text: string): string {
  return /^[^\s"'\\#$]+$/.test(text) ? text : `"${text.replaceAll(/["\\$]/g, '\\$&')}"`;
}

export function line(...words: readonly string[]): string {
  return words.map(word).join(' ');
}
