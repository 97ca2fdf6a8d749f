/** Reads a weight as "set weight" takes it: absolute, or relative to the configured one. */
import { failure, type Notice } from './command.ts';

/** Algorithms whose tables are built once: a weight is either the configured one or 0. */
const staticAlgorithms = new Set(['static-rr', 'source', 'uri', 'url_param', 'hdr', 'rdp-cookie']);

export const heaviest = 256;

/** The weight from 0 to 256 that the text asks for, or what is wrong with it. */
export function parseWeight(text: string | undefined, configured: number, algorithm: string): number | Notice {
  if (text === undefined || text === '') return failure('Require <weight> or <weight%>.\n');
  const digits = /^\s*[-+]?[0-9]+/.exec(text)?.[0];
  // HAProxy ends neither of the two sentences with a line feed.
  if (digits === undefined) return failure('Empty weight string empty or preceded by garbage');
  const number = Number(digits);
  const rest = text.slice(digits.length);
  const weight = rest === '%' ? Math.min(heaviest, Math.trunc((configured * number) / 100)) : number;
  if (rest === '%' && number < 0) return failure('Relative weight must be positive.\n');
  if (weight < 0 || weight > heaviest) {
    return failure('Absolute weight can only be between 0 and 256 inclusive.\n');
  }
  if (rest !== '%' && rest !== '') return failure('Trailing garbage in weight string');
  if (weight !== 0 && weight !== configured && staticAlgorithms.has(algorithm)) {
    return failure("Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n");
  }
  return weight;
}
