/** The words behind a status that a rule says, as HAProxy 2.6 sends them; its own error pages and redirections say others. */
import { STATUS_CODES } from 'node:http';

const own: Readonly<Record<number, string>> = {
  208: 'Success',
  210: 'Content Different',
  302: 'Moved Temporarily',
  310: 'Too many Redirects',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  416: 'Requested range unsatisfiable',
  417: 'Expectation failed',
  418: "I'm a teapot",
  422: 'Unprocessable Content',
  424: 'Method failure',
  449: 'Retry With',
  450: 'Blocked by Windows Parental Controls',
  456: 'Unrecoverable Error',
  499: 'client has closed connection',
  502: 'Bad Gateway or Proxy Error',
  504: 'Gateway Time-out',
  505: 'HTTP Version not supported',
  506: 'Variant also negotiate',
  507: 'Insufficient storage',
  508: 'Loop detected',
  510: 'Not extended',
  511: 'Network authentication required',
  520: 'Web server is returning an unknown error',
};
const ofClass = ['', 'Informational', 'Success', 'Redirection', 'Client Error', 'Server Error'];

/** The standard reason phrase; that of the class for a status that has none. */
export function reasonPhrase(status: number): string {
  return own[status] ?? STATUS_CODES[status] ?? ofClass[Math.floor(status / 100)] ?? 'Other';
}
