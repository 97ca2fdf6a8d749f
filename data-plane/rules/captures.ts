/** Captures of an exchange: values of header fields, samples and cookies that are kept for the log (manual 2.6, 8.7 and 8.8). */
import type { SnapshotCaptures } from '../../shared/model/snapshot.ts';
import type { HeaderFields } from './sample-context.ts';

interface Slot {
  /** Lower case; "" for one that only rules fill. */
  readonly header: string;
  readonly length: number;
}

/** What a frontend captures. */
export interface CaptureSet {
  readonly request: readonly Slot[];
  readonly response: readonly Slot[];
  readonly cookie: { readonly prefix: string; readonly length: number } | undefined;
}

/** undefined when nothing is captured. */
export function compileCaptures({ request, response, cookie }: SnapshotCaptures): CaptureSet | undefined {
  if (request.length + response.length === 0 && cookie === null) return undefined;
  const slots = (captures: SnapshotCaptures['request']) =>
    captures.map(({ header, length }) => ({ header: header.toLowerCase(), length }));
  return {
    request: slots(request),
    response: slots(response),
    cookie: cookie === null ? undefined : { prefix: cookie.name, length: cookie.length },
  };
}

/** What was captured of one exchange; undefined stands for "nothing", as "" does for cookies. */
export class Captures {
  readonly request: (string | undefined)[];
  readonly response: (string | undefined)[];
  requestCookie = '';
  responseCookie = '';
  readonly #set: CaptureSet;

  constructor(set: CaptureSet) {
    this.#set = set;
    this.request = set.request.map(() => undefined);
    this.response = set.response.map(() => undefined);
  }

  /** Answers false where the frontend has no such slot: nothing is kept. */
  keepRequest(slot: number, text: string): boolean {
    return keep(this.#set.request, this.request, slot, text);
  }

  keepResponse(slot: number, text: string): boolean {
    return keep(this.#set.response, this.response, slot, text);
  }

  readRequest(fields: HeaderFields): void {
    readFields(this.#set.request, this.request, fields);
  }

  readResponse(fields: HeaderFields): void {
    readFields(this.#set.response, this.response, fields);
  }

  readRequestCookie(fields: HeaderFields): void {
    if (this.#set.cookie !== undefined) this.requestCookie = findCookie(this.#set.cookie, fields, 'cookie');
  }

  readResponseCookie(fields: HeaderFields): void {
    if (this.#set.cookie !== undefined) this.responseCookie = findCookie(this.#set.cookie, fields, 'set-cookie');
  }
}

function keep(slots: readonly Slot[], values: (string | undefined)[], number: number, text: string): boolean {
  const slot = slots[number];
  if (slot === undefined) return false;
  values[number] = text.slice(0, slot.length);
  return true;
}

/** The last line of each name, commas and all. */
function readFields(slots: readonly Slot[], values: (string | undefined)[], fields: HeaderFields): void {
  for (const [number, { header, length }] of slots.entries()) {
    if (header === '') continue;
    for (let field = fields.find(header, 0); field >= 0; field = fields.find(header, field + 1)) {
      values[number] = fields.value(field).slice(0, length);
    }
  }
}

/** The first cookie that begins so, as "name=value" without white space around "="; "" without one. */
function findCookie(
  { prefix, length }: { prefix: string; length: number },
  fields: HeaderFields,
  name: 'cookie' | 'set-cookie',
): string {
  for (let field = fields.find(name, 0); field >= 0; field = fields.find(name, field + 1)) {
    const line = fields.value(field);
    for (let start = 0; start < line.length; ) {
      const end = findEnd(line, start);
      const equals = line.indexOf('=', start);
      if (equals >= 0 && equals < end) {
        const cookie = `${line.slice(start, equals).trim()}=${line.slice(equals + 1, end).trim()}`;
        if (cookie.startsWith(prefix) && !cookie.startsWith('$')) return cookie.slice(0, length);
      }
      // What follows in a Set-Cookie field are attributes.
      if (name === 'set-cookie') break;
      start = end + 1;
    }
  }
  return '';
}

/** At ";" or "," out of quotes. */
function findEnd(line: string, start: number): number {
  let quoted = false;
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) quoted = !quoted;
    else if (!quoted && (code === 59 || code === 44)) return at;
  }
  return line.length;
}

export type CaptureList = 'hr' | 'hrl' | 'hs' | 'hsl';

/** How the log writes all that was captured; "" where the frontend has no slot. */
export function captureWriters({
  quote,
  escape: escapes,
}: {
  readonly quote: boolean;
  readonly escape: boolean;
}): Readonly<Record<CaptureList, (captures: Captures) => string>> {
  const show = escapes ? (value: string) => printable(value).replace(/[\\\]]/g, '\\$&') : printable;
  return {
    hr: ({ request }) => inBraces(request, quote, show),
    hrl: ({ request }) => asList(request, quote, show),
    hs: ({ response }) => inBraces(response, quote, show),
    hsl: ({ response }) => asList(response, quote, show),
  };
}

type Show = (value: string) => string;

/** "{one|two}". */
function inBraces(values: readonly (string | undefined)[], quote: boolean, show: Show): string {
  if (values.length === 0) return '';
  const text = `{${values.map((value) => show(value ?? '')).join('|')}}`;
  return quote ? `"${text}"` : text;
}

/** The style of CLF: one word for each, in quotes one that may be empty. */
function asList(values: readonly (string | undefined)[], quote: boolean, show: Show): string {
  const word = quote
    ? (value: string | undefined) => `"${show(value ?? '')}"`
    : (value: string | undefined) => (value === undefined ? '-' : show(value));
  return values.map(word).join(' ');
}

/** What is not printable, and what delimits, as "#" with two digits (configuration manual 2.6, section 8.6). */
function printable(text: string): string {
  if (/^[\x20\x21\x24-\x7a\x7e]*$/.test(text)) return text;
  return text.replace(/[^\x20\x21\x24-\x7a\x7e]/g, (character) => {
    return `#${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
