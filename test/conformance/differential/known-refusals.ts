/** Lines that only one of the two programs refuses, and why that is meant to be. */
import type { Refusal } from './refusals.ts';

interface KnownRefusal {
  readonly by: Refusal['by'];
  readonly line: RegExp;
  readonly message: RegExp;
  readonly reason: string;
}

const knownRefusals: readonly KnownRefusal[] = [
  {
    by: 'Sluice',
    line: /^/,
    message: /not supported by Sluice|which Sluice has not got/,
    reason: 'What Sluice lacks is refused by name',
  },
  {
    by: 'Sluice',
    line: /(?:header|replace-value|early-hint|hdr) "(?:bad name|Host:)"/,
    message: /header: must match/,
    reason: 'No such field can be in a message (RFC 9110 section 5.1)',
  },
  {
    by: 'Sluice',
    line: /-(?:header|value) (?:Connection|Content-Length|Transfer-Encoding) /i,
    message: /says where the message ends|could tell where the message ends/,
    reason: 'Rules do not frame messages: whoever gets them must agree with Sluice on where they end',
  },
  {
    by: 'Sluice',
    line: /http-request add-header Host /,
    message: /a request has one Host/,
    reason: 'A request with two Host fields must be refused by whoever gets it (RFC 9112 section 3.2)',
  },
  {
    by: 'Sluice',
    line: /./,
    message: /needs mode http\.$/,
    reason: 'In mode tcp Sluice has nothing of HTTP to look at',
  },
  {
    by: 'HAProxy',
    line: /\bbc_(?:src|dst)\b/,
    message: /is not a number|is not a valid number range/,
    reason: 'HAProxy has the two down as integers, though they are addresses',
  },
  {
    by: 'Sluice',
    line: /\bbc_(?:src|dst)\b/,
    message: /, not IP address/,
    reason: 'HAProxy has the two down as integers, though they are addresses',
  },
  {
    by: 'HAProxy',
    line: /\bbe_(?:name|server_timeout|tunnel_timeout)\b/,
    message: /needs 'backend' which is not available here/,
    reason: 'Before there is a backend Sluice says what HAProxy says where it takes them: the frontend, and 0',
  },
];

/** Why a refusal of one program alone is meant to be; undefined when it is not. */
export function findKnownRefusal({ by, line, message }: Refusal): string | undefined {
  return knownRefusals.find((known) => known.by === by && known.line.test(line) && known.message.test(message))?.reason;
}
