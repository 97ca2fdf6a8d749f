/** What log formats write of a request (configuration manual 2.6, section 8.2.6). */
import { hexadecimal } from './hexadecimal.ts';
import type { KeptRequest } from './sample-context.ts';

/** What is not printable, and '"' and "#", as "#" with two digits (configuration manual 2.6, section 8.6). */
function printable(text: string): string {
  return /^[\x20\x21\x24-\x7e]*$/.test(text)
    ? text
    : text.replace(/[^\x20\x21\x24-\x7e]/g, (character) => `#${hexadecimal(character.charCodeAt(0), 2)}`);
}

function targetUpToQuery({ target }: KeptRequest): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function query({ target }: KeptRequest): string {
  const start = target.indexOf('?');
  return start < 0 ? '' : target.slice(start);
}

/** The target without the scheme and authority that an absolute one has. */
function path(request: KeptRequest): string {
  const target = targetUpToQuery(request);
  if (target === '*') return '';
  return target.startsWith('/') ? target : target.replace(/^[A-Za-z]+:\/\/[^/]*/, '');
}

/** The variables of log formats that tell of the request line, as the client wrote it. */
export const requestTexts = {
  HM: ({ method }) => printable(method),
  HP: (request) => printable(targetUpToQuery(request)),
  HPO: (request) => printable(path(request)),
  HQ: (request) => printable(query(request)),
  HU: ({ target }) => printable(target),
  HV: ({ minorVersion }) => `HTTP/1.${minorVersion}`,
  r: ({ method, target, minorVersion }) => printable(`${method} ${target} HTTP/1.${minorVersion}`),
} as const satisfies Record<string, (request: KeptRequest) => string>;
