/** What cases of content rules are made of. */
import { delay, type Site } from './both.ts';

export interface Case extends Site {
  readonly name: string;
  /** Names of payloads, or texts. */
  readonly sends: readonly string[];
  /** Whether each is sent in pieces of one to a few bytes as well. */
  readonly inPieces?: boolean;
}

export const inspect = `tcp-request inspect-delay ${delay}ms`;
export const inspectAnswer = `tcp-response inspect-delay ${delay}ms`;
export const end = 'default_backend one';

export const get = (path = '/a', fields = '') =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`;
