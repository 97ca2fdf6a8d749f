/** What reading a configuration file has to report, and how HAProxy 2.6 prints it. */

export type Severity = 'notice' | 'warning' | 'alert' | 'diag';

export interface Diagnostic {
  readonly severity: Severity;
  readonly file: string;
  /** 1-based; 0 for none. */
  readonly line: number;
  /** The message; one with a caret holds three lines. */
  readonly text: string;
  /**
   * Whether the text follows "[file:line]" as ": text", without the space that HAProxy's sections write before the colon.
   * The reader of lines, the directives and the environment keywords of "global" write it so.
   */
  readonly attached?: true;
}

/** How many bytes of a line HAProxy shows above a caret. */
export const excerptWidth = 80;

const ellipsis = '...';

/**
 * The diagnostic as HAProxy 2.6 prints it on stderr, without the line feed at the end: "[ALERT]    (123) : config :
 * parsing [file:line] : text". What has no line or no file is printed without "parsing [file:line] : ".
 */
export function formatDiagnostic(d: Diagnostic, pid: number): string {
  const head = `${`[${d.severity.toUpperCase()}]`.padEnd(11)}(${pid}) : config : `;
  if (d.file === '' || d.line === 0) return head + d.text;
  return `${head}parsing [${d.file}:${d.line}]${d.attached ? ': ' : ' : '}${d.text}`;
}

/**
 * The two lines that HAProxy prints below a message to point at a place: an excerpt of the text, then a caret under
 * `column` (0-based, in UTF-16 units). `width` is the room for the excerpt in bytes, `prefix` what stands before it. Each
 * line begins with a line feed, as it is appended to a message.
 */
export function pointAt(text: string, column: number, width: number = excerptWidth, prefix = ''): string {
  const bytes = printableBytes(text);
  const at = byteLength(text.slice(0, column));
  let shown = bytes.slice(0, width);
  let caret = at;
  if (at >= width) {
    const start = at - Math.floor(width / 2);
    shown = ellipsis + bytes.slice(start + ellipsis.length, start + width - ellipsis.length) + ellipsis;
    caret = at - start;
  }
  return `\n  ${prefix}${shown}\n${' '.repeat(2 + prefix.length + caret)}^`;
}

/** The length of a text in bytes of UTF-8, in which HAProxy counts its positions. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** The 1-based position, in bytes, that HAProxy prints for a 0-based column in UTF-16 units. */
export function bytePosition(text: string, column: number): number {
  return byteLength(text.slice(0, column)) + 1;
}

/** One character for each byte, since HAProxy shows every byte that is not printable ASCII as a question mark. */
function printableBytes(text: string): string {
  let printable = '';
  for (const byte of Buffer.from(text)) {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) printable += ' ';
    else printable += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return printable;
}
