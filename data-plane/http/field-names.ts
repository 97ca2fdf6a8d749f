/** Recognising header fields inside the text of a message head without cutting the text up. */

/** Whether text[start..] begins with the lower-case ASCII `word`, ignoring the case of letters. */
export function startsWithWord(text: string, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    let code = text.charCodeAt(start + index);
    if (code >= 65 && code <= 90) code |= 32;
    if (code !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** Index of the first character at or after `start` that is neither space nor tab. */
export function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return at;
}

/** Index after the last character before `end` that is neither space nor tab, not below `start`. */
export function trimBlanks(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (text.charCodeAt(at - 1) === 32 || text.charCodeAt(at - 1) === 9)) at--;
  return at;
}

/** Whether the comma-separated list in `value` has the lower-case `token`, ignoring case (RFC 9110 section 5.6.1). */
export function listHasToken(value: string, token: string): boolean {
  let at = 0;
  while (at <= value.length) {
    let end = value.indexOf(',', at);
    if (end < 0) end = value.length;
    const start = skipBlanks(value, at);
    if (trimBlanks(value, start, end) - start === token.length && startsWithWord(value, start, token)) return true;
    at = end + 1;
  }
  return false;
}

/**
 * A value of Connection without "close" and "keep-alive". What stands before the first of them stays as it is, what comes
 * behind is joined by single commas.
 */
export function withoutPersistence(value: string): string {
  let left = '';
  let wasCut = false;
  // The comma before an element belongs to it as long as nothing has been cut.
  for (let before = 0, at = 0; at <= value.length; ) {
    const start = skipBlanks(value, at);
    if (start >= value.length) break;
    let end = value.indexOf(',', start);
    if (end < 0) end = value.length;
    const length = trimBlanks(value, start, end) - start;
    const isCut =
      (length === 5 && startsWithWord(value, start, 'close')) ||
      (length === 10 && startsWithWord(value, start, 'keep-alive'));
    if (isCut) wasCut = true;
    else if (!wasCut) left += value.slice(before, end);
    else left += (left === '' ? '' : ',') + value.slice(start, start + length);
    before = end;
    at = end + 1;
  }
  return left;
}
