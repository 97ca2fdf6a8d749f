/** Tells what may yet become a request of HTTP from what cannot (RFC 9112 section 2.1). */

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]";
const text = '[\\t\\x20-\\x7e\\x80-\\xff]';

/** The beginning of a request line, up to all of it. */
const lineBeginning = beginning([`${token}+`, ' ', '[\\x21-\\x7e]+', ' ', ...'HTTP/1', '\\.', '[01]', '\\r', '\\n']);

/** Whole fields, then the beginning of one or of the empty line. */
const fields = new RegExp(`^(?:${token}+:${text}*\\r\\n)*(?:${token}*|${token}+:${text}*\\r?|\\r)$`);

/** Each part may come only behind those before it, and the last one may be all there is so far. */
function beginning(parts: readonly string[]): RegExp {
  return new RegExp(`^${parts.reduceRight((rest, part) => `(?:${part}${rest})?`, '')}$`);
}

/** Whether a text without an end of a head may be the beginning of one. */
export function mayBecomeHead(head: string): boolean {
  const lineEnd = head.indexOf('\n') + 1;
  if (lineEnd === 0) return lineBeginning.test(head);
  return lineBeginning.test(head.slice(0, lineEnd)) && fields.test(head.slice(lineEnd));
}
