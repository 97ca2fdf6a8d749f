/** The normalizers of http-request normalize-uri (configuration manual 2.6; RFC 3986 section 6.2.2). */
import type { NormalizeUriRule } from '../../shared/model/edit-rules.ts';
import type { EditableRequest } from './editable-head.ts';
import type { Act } from './evaluate-rules.ts';
import type { RuleAnswer } from './rule-answer.ts';

/** What becomes of path and query; undefined where a strict normalizer finds them malformed. */
type Normalize = (pathAndQuery: string) => string | undefined;

const malformed: RuleAnswer = { kind: 'invalid', status: 400, reply: undefined, fields: '' };

export function compileNormalizeUri(rule: NormalizeUriRule): Act<EditableRequest> {
  const normalize = compileNormalizer(rule);
  return (head) => {
    const { pathAndQuery } = head;
    // "OPTIONS *" has no path.
    if (!pathAndQuery.startsWith('/')) return 'next';
    const normal = normalize(pathAndQuery);
    if (normal === undefined) return malformed;
    return normal === pathAndQuery || head.setPathAndQuery(normal) ? 'next' : 'failed';
  };
}

function compileNormalizer({ normalizer, full = false, strict = false }: NormalizeUriRule): Normalize {
  switch (normalizer) {
    case 'fragment-encode':
      return (text) => text.replaceAll('#', '%23');
    case 'fragment-strip':
      return (text) => cut(text, text.indexOf('#'));
    case 'path-merge-slashes':
      return onPath((path) => path.replaceAll(/\/{2,}/g, '/'));
    case 'path-strip-dot':
      return onPath(stripDot);
    case 'path-strip-dotdot':
      return onPath((path) => stripDotdot(path, full));
    case 'percent-decode-unreserved':
      return (text) => onEncoded(text, strict, decodeUnreserved);
    case 'percent-to-uppercase':
      return (text) => onEncoded(text, strict, (encoded) => encoded.toUpperCase());
    case 'query-sort-by-name':
      return sortQuery;
  }
}

/** The text up to `end`, all of it for -1. */
const cut = (text: string, end: number) => (end < 0 ? text : text.slice(0, end));

function onPath(normalize: (path: string) => string): Normalize {
  return (text) => {
    const query = text.indexOf('?');
    return query < 0 ? normalize(text) : normalize(text.slice(0, query)) + text.slice(query);
  };
}

function stripDot(path: string): string {
  const segments = path.split('/');
  const last = segments.pop() ?? '';
  const kept = segments.filter((segment) => segment !== '.').map((segment) => `${segment}/`);
  return kept.join('') + (last === '.' ? '' : last);
}

/** Each ".." takes the segment before it away; those that find none stay at the beginning, unless `full` removes them. */
function stripDotdot(path: string, full: boolean): string {
  const [, ...segments] = path.split('/');
  const kept: string[] = [];
  let unresolved = 0;
  for (const segment of segments) {
    if (segment !== '..') kept.push(segment);
    else if (kept.pop() === undefined) unresolved++;
  }
  // What ends with a parent ends with its "/".
  if (segments.at(-1) === '..') kept.push('');
  return (full ? '' : '/..'.repeat(unresolved)) + kept.map((segment) => `/${segment}`).join('');
}

/** Applies a function to each "%" with two hexadecimal digits; undefined when strict and another "%" is there. */
function onEncoded(text: string, strict: boolean, change: (encoded: string) => string): string | undefined {
  if (!text.includes('%')) return text;
  let result = '';
  for (let at = 0; at < text.length; ) {
    const percent = text.indexOf('%', at);
    if (percent < 0) return result + text.slice(at);
    const encoded = text.slice(percent, percent + 3);
    const isEncoded = /^%[0-9A-Fa-f]{2}$/.test(encoded);
    if (!isEncoded && strict) return undefined;
    result += text.slice(at, percent) + (isEncoded ? change(encoded) : '%');
    at = percent + (isEncoded ? 3 : 1);
  }
  return result;
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /^[A-Za-z0-9\-._~]$/.test(character) ? character : encoded;
}

/** By the bytes of names; what has the same name stays in its order. */
function sortQuery(text: string): string {
  const mark = text.indexOf('?');
  if (mark < 0) return text;
  const nameOf = (parameter: string) => cut(parameter, parameter.indexOf('='));
  const sorted = text
    .slice(mark + 1)
    .split('&')
    .map((parameter) => ({ parameter, name: nameOf(parameter) }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  return `${text.slice(0, mark + 1)}${sorted.map(({ parameter }) => parameter).join('&')}`;
}
