/** Answers that Sluice gives by itself: error pages and redirections, in the wording clients of HAProxy know. */
import { STATUS_CODES } from 'node:http';

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

/** The whole response for an error page; `connection` as its Connection field ("" for none), no content for HEAD. */
export function errorPage(status: number, connection: string, isHead: boolean): string {
  const [reason, text] = pages[status] ?? [STATUS_CODES[status] ?? 'Error', ''];
  const content = `<html><body><h1>${status} ${reason}</h1>\n${text}\n</body></html>\n`;
  return (
    `HTTP/1.1 ${status} ${reason}\r\ncontent-length: ${content.length}\r\ncache-control: no-cache\r\n` +
    `content-type: text/html\r\n${connectionLine(connection)}\r\n${isHead ? '' : content}`
  );
}

/** The whole response for a redirection (configuration manual 2.6, "redirect"). */
export function redirection(status: number, location: string, connection: string): string {
  const cache = status === 302 || status === 303 || status === 307 ? 'cache-control: no-cache\r\n' : '';
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-length: 0\r\nlocation: ${location}\r\n` +
    `${cache}${connectionLine(connection)}\r\n`
  );
}

function connectionLine(connection: string): string {
  return connection === '' ? '' : `connection: ${connection}\r\n`;
}
