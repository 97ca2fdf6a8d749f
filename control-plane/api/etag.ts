/** Entity tags of resources and the conditions that requests put on them (RFC 9110 sections 8.8.3 and 13). */
import { SluiceError } from '../../shared/errors.ts';
import { canonicalJson, sha256 } from '../../shared/protocol/canonical-json.ts';
import type { Request } from './context.ts';

const known = new WeakMap<object, string>();

/** The strong tag of a frozen document: equal documents have equal tags. Worked out once for each object. */
export function etagOf(document: object): string {
  let tag = known.get(document);
  if (tag === undefined) {
    tag = `"${sha256(canonicalJson(document)).slice(0, 32)}"`;
    known.set(document, tag);
  }
  return tag;
}

/** Throws precondition-failed unless If-Match and If-None-Match allow a write on the resource as it is now. */
export function checkPreconditions(request: Request, current: object | undefined): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && (current === undefined || !listed(ifMatch, etagOf(current), false))) {
    const found = current === undefined ? 'there is no such resource' : `its ETag is now ${etagOf(current)}`;
    throw new SluiceError('precondition-failed', `If-Match does not hold: ${found}`);
  }
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch !== undefined && current !== undefined && listed(ifNoneMatch, etagOf(current), true)) {
    throw new SluiceError('precondition-failed', 'If-None-Match does not hold: the resource is there');
  }
}

/** Whether a GET may be answered with 304. */
export function isNotModified(request: Request, tag: string): boolean {
  const ifNoneMatch = request.headers['if-none-match'];
  return ifNoneMatch !== undefined && listed(ifNoneMatch, tag, true);
}

/** Whether a list such as `"a", W/"b"` or `*` names the tag. Weak tags never match where the comparison must be strong. */
export function listed(header: string, tag: string, weakly: boolean): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((each) => each === tag || (weakly && each === `W/${tag}`));
}
