/** Finds where an HTTP message ends in what has come, for clients and servers that look at bytes. */

/** A whole message; the body is without its chunks, and has the fields that follow them. */
export interface Message {
  readonly line: string;
  /** "name: value" with the name in lower case, in the order they came. */
  readonly fields: readonly string[];
  readonly body: string;
}

/** What a message begins with, and where it ends: undefined while more has to come. */
export interface Found {
  readonly message: Message;
  readonly end: number;
}

/**
 * The message at the beginning of a text; undefined while it is not all there. `bodiless` says of a line whether no body
 * follows whatever the fields say; `closed`, that nothing more comes.
 */
export function findMessage(
  text: string,
  bodiless: (line: string) => boolean,
  isRequest: boolean,
  closed = false,
): Found | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [line = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const fields = lines.map(plainField);
  const start = headEnd + 4;
  const told = (body: string, end: number) => ({ message: { line, fields, body }, end });
  if (bodiless(line)) return told('', start);
  if (fields.some((field) => /^transfer-encoding: chunked$/i.test(field))) {
    const chunks = findChunks(text, start);
    if (chunks !== undefined) return told(chunks.body, chunks.end);
    return closed ? told(`${text.slice(start)} (cut)`, text.length) : undefined;
  }
  const length = fields.find((field) => field.startsWith('content-length: '));
  if (length !== undefined || isRequest) {
    const end = start + Number(length?.slice('content-length: '.length) ?? 0);
    if (text.length >= end) return told(text.slice(start, end), end);
    return closed ? told(`${text.slice(start)} (cut)`, text.length) : undefined;
  }
  return closed ? told(text.slice(start), text.length) : undefined;
}

/** "Name:value" as "name: value". */
function plainField(line: string): string {
  return line.replace(/^[^:]*:[ \t]*/, (name) => `${name.trim().toLowerCase()} `);
}

function findChunks(text: string, start: number): { body: string; end: number } | undefined {
  let body = '';
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (size === 0) {
      if (text.startsWith('\r\n', lineEnd + 2)) return { body, end: lineEnd + 4 };
      const end = text.indexOf('\r\n\r\n', lineEnd + 2);
      if (end < 0) return undefined;
      const trailers = text
        .slice(lineEnd + 2, end)
        .split('\r\n')
        .map(plainField);
      return { body: `${body} (${trailers.join(', ')})`, end: end + 4 };
    }
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) return undefined;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
