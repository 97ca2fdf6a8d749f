/** Finds the cookie in the connection request of RDP ([MS-RDPBCGR] section 2.2.1.1). */
import type { Found } from './client-hello.ts';

/** TPKT header (4 bytes) and X.224 connection request (7 bytes) stand before it. */
const cookieStart = 11;
const field = 'cookie:';

/** The value of the cookie of a name, any for ""; it ends with CRLF. */
export function findRdpCookie(bytes: Buffer, name: string): Found<string> {
  const text = bytes.toString('latin1', cookieStart);
  if (text.length <= field.length) return 'incomplete';
  if (text.slice(0, field.length).toLowerCase() !== field) return undefined;
  const start = field.length + (/^ */.exec(text.slice(field.length))?.[0].length ?? 0);
  const equals = findEquals(text, start, name);
  if (typeof equals !== 'number') return equals;
  const end = text.indexOf('\r', equals + 1);
  if (end < 0 || end + 1 >= text.length) return 'incomplete';
  return text[end + 1] === '\n' ? text.slice(equals + 1, end) : undefined;
}

function findEquals(text: string, start: number, name: string): Found<number> {
  if (name !== '') {
    if (text.length - start <= name.length) return 'incomplete';
    const end = start + name.length;
    return text[end] === '=' && text.slice(start, end).toLowerCase() === name.toLowerCase() ? end : undefined;
  }
  for (let at = start; at < text.length; at++) {
    if (text[at] === '=') return at;
    if (text[at] === '\r' || text[at] === '\n') return undefined;
  }
  return 'incomplete';
}
