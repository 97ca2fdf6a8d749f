/** Answers that Sluice gives by itself: error pages and redirections, in the wording clients of HAProxy know. */
import type { SnapshotErrorFile, SnapshotErrorPage } from '../../shared/model/snapshot.ts';
import { compileReply } from '../rules/compile-answers.ts';
import type { Reply } from '../rules/rule-answer.ts';
import type { SampleContext } from '../rules/sample-context.ts';
import { reasonPhrase } from './reason-phrase.ts';

/** Title and text of each page; the reason phrases are those HAProxy 2.6 sends. */
const pages: Readonly<Record<number, readonly [reason: string, text: string]>> = {
  200: ['OK', 'Service ready.'],
  400: ['Bad request', 'Your browser sent an invalid request.'],
  401: ['Unauthorized', 'You need a valid user and password to access this content.'],
  403: ['Forbidden', 'Request forbidden by administrative rules.'],
  404: ['Not Found', 'The resource could not be found.'],
  405: ['Method Not Allowed', 'A request was made of a resource using a request method not supported by that resource'],
  407: ['Unauthorized', 'You need a valid user and password to access this content.'],
  408: ['Request Time-out', "Your browser didn't send a complete request in time."],
  410: ['Gone', 'The resource is no longer available and will not be available again.'],
  413: ['Payload Too Large', 'The request entity exceeds the maximum allowed.'],
  414: ['URI Too Long', 'The request target is longer than this proxy reads.'],
  425: ['Too Early', 'Your browser sent early data.'],
  429: ['Too Many Requests', 'You have sent too many requests in a given amount of time.'],
  431: ['Request Header Fields Too Large', 'The head of the request is larger than this proxy reads.'],
  500: ['Internal Server Error', 'An internal server error occurred.'],
  501: ['Not Implemented', 'The server does not support the functionality required to fulfill the request.'],
  502: ['Bad Gateway', 'The server returned an invalid or incomplete response.'],
  503: ['Service Unavailable', 'No server is available to handle this request.'],
  504: ['Gateway Time-out', "The server didn't respond in time."],
};

/** A response that is made ready when a version is compiled. Texts are latin1, one character for each byte. */
export interface ReadyAnswer {
  readonly status: number;
  /** Status line and header fields, without Connection and the empty line; "" to close the connection without a word. */
  readonly head: string;
  readonly content: string;
  /** Whether the connection ends with it. */
  readonly closes?: boolean;
}

/** What is answered in place of a page: the same each time, or made for each answer. */
type ErrorPage = ReadyAnswer | ((context: SampleContext) => ReadyAnswer);

/** By the status they stand for. */
export type ErrorPages = ReadonlyMap<number, ErrorPage>;

const standardPages = new Map<number, ReadyAnswer>();

function standardPage(status: number): ReadyAnswer {
  let page = standardPages.get(status);
  if (page === undefined) {
    const [reason, text] = pages[status] ?? [reasonPhrase(status), ''];
    const content = `<html><body><h1>${status} ${reason}</h1>\n${text}\n</body></html>\n`;
    const fields = 'cache-control: no-cache\r\ncontent-type: text/html\r\n';
    const closes = status === 400 || status === 408;
    page = { status, head: head(status, reason, content.length, fields), content, closes };
    standardPages.set(status, page);
  }
  return page;
}

function head(status: number, reason: string, length: number, fields: string): string {
  return `HTTP/1.1 ${status} ${reason}\r\ncontent-length: ${length}\r\n${fields}`;
}

/** Makes what a proxy says of its error pages ready. `files` are the error files by name; each named one is there. */
export function compileErrorPages(
  configured: readonly SnapshotErrorPage[],
  files: ReadonlyMap<string, SnapshotErrorFile>,
): ErrorPages {
  return new Map(
    configured.map(({ status, errorfile, location, code, content }): [number, ErrorPage] => {
      if (content !== null) return [status, compilePage(status, content)];
      if (location !== '') return [status, redirection(code, location)];
      return [status, readyFile(status, files.get(errorfile) as SnapshotErrorFile)];
    }),
  );
}

/** A page that cannot be made, as a value has brought a line end along, is that of an internal error. */
function compilePage(status: number, content: NonNullable<SnapshotErrorPage['content']>): ErrorPage {
  const make = compileReply(content, status, 'http-error');
  return (context) => {
    const reply = make(context);
    return reply === undefined ? standardPage(500) : readyReply(reply);
  };
}

function readyFile(status: number, file: SnapshotErrorFile): ReadyAnswer {
  if (file.silent) return { status, head: '', content: '' };
  const sent = file.status === 0 ? status : file.status;
  const content = Buffer.from(file.content).toString('latin1');
  const fields = file.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  const reason = file.reason === '' ? reasonOf(sent) : file.reason;
  return { status: sent, head: head(sent, reason, content.length, fields), content };
}

function redirection(status: number, location: string): ReadyAnswer {
  return readyReply({
    status,
    // The only phrase of a redirection that is not the standard one.
    reason: status === 302 ? 'Found' : '',
    fields: `location: ${location}\r\ncache-control: no-cache\r\n`,
    content: '',
  });
}

/** The answer that a rule has made. */
export function readyReply({ status, reason, fields, content, silent }: Reply): ReadyAnswer {
  if (silent) return { status, head: '', content: '' };
  const phrase = reason === '' ? reasonPhrase(status) : reason;
  // These end with their head (RFC 9110 section 6.4.1).
  if (status === 204 || status === 304)
    return { status, head: `HTTP/1.1 ${status} ${phrase}\r\n${fields}`, content: '' };
  return { status, head: head(status, phrase, content.length, fields), content };
}

function reasonOf(status: number): string {
  return pages[status]?.[0] ?? reasonPhrase(status);
}

/** The answer in place of a server for a status: that of the backend, else of the frontend, else the standard page. */
export function findErrorPage(
  status: number,
  backend: ErrorPages | undefined,
  frontend: ErrorPages,
  context: SampleContext,
): ReadyAnswer {
  const page = backend?.get(status) ?? frontend.get(status);
  if (page === undefined) return standardPage(status);
  return typeof page === 'function' ? page(context) : page;
}

/** The page with more lines of header fields, in place of those of the same names. */
export function withFields(page: ReadyAnswer, fields: string): ReadyAnswer {
  if (page.head === '') return page;
  const names = [...fields.matchAll(/^[^:]+/gm)].map(([name]) => name.toLowerCase());
  const lines = page.head.split('\r\n').filter((line) => !names.includes(line.replace(/:.*/, '').toLowerCase()));
  return { ...page, head: lines.join('\r\n') + fields };
}

/** The whole text of an answer; `connection` is the value of its Connection field, "" for none. HEAD gets no content. */
export function writeAnswer(answer: ReadyAnswer, connection: string, isHead: boolean): string {
  const line = connection === '' ? '' : `connection: ${connection}\r\n`;
  return `${answer.head}${line}\r\n${isHead ? '' : answer.content}`;
}
