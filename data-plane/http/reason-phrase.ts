/** The words behind a status, as HAProxy 2.6 sends them where they are not the usual ones. */
import { STATUS_CODES } from 'node:http';

const own: Readonly<Record<number, string>> = {
  400: 'Bad request',
  407: 'Unauthorized',
  408: 'Request Time-out',
  504: 'Gateway Time-out',
};
const ofClass = ['', 'Informational', 'Success', 'Redirection', 'Client Error', 'Server Error'];

/** The standard reason phrase; that of the class for a status that has none. */
export function reasonPhrase(status: number): string {
  return own[status] ?? STATUS_CODES[status] ?? ofClass[Math.floor(status / 100)] ?? 'Other';
}
