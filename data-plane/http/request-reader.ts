/** Finds the end of a request head in what a client has sent so far. */
import { headLimits } from './head-limits.ts';

/** Method, version and what parts them from the target, in bytes at most. */
const restOfLine = 32;

/** More is to come before anything can be said. */
export const incomplete = 0;

/**
 * Looks for a whole head at the start of `text` (from `start`, after empty lines that are to be ignored, RFC 9112 section 2.2).
 * Answers the index after its empty line; {@link incomplete}; or a status, negated, with which to refuse it: 431 or 414 for
 * one that is too long.
 */
export function findHeadEnd(text: string, start: number): number {
  const end = text.indexOf('\r\n\r\n', start);
  const length = end < 0 ? text.length - start : end + 4 - start;
  if (length > headLimits.target) {
    const lineEnd = text.indexOf('\r\n', start);
    if (lineEnd < 0 || lineEnd - start > headLimits.target + restOfLine) return -414;
    if (length > headLimits.bytes) return -431;
  }
  return end < 0 ? incomplete : end + 4;
}

/** Index of the first byte that is no empty line. At most one CRLF is passed over. */
export function skipEmptyLine(text: string): number {
  return text.charCodeAt(0) === 13 && text.charCodeAt(1) === 10 ? 2 : 0;
}
