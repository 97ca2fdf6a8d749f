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
    line: /(?:header|replace-value|early-hint|hdr) (?:"bad name"|"?Host:"?) /,
    message: /header: must match/,
    reason: 'No such field can be in a message (RFC 9110 section 5.1)',
  },
  {
    by: 'Sluice',
    line: /-(?:header|value) (?:Connection|Content-Length|Transfer-Encoding) /i,
    message: /says where the message ends|could tell where the message ends|Sluice writes it itself/,
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
    line: /\b(?:be_(?:id|name)|(?:be|cur)_(?:server|tunnel)_timeout)\b/,
    message: /from 'backend', none of which is available here|needs 'backend' which is not available here/,
    reason: 'Before there is a backend Sluice says what HAProxy says where it takes them: the frontend, and 0',
  },
  {
    by: 'HAProxy',
    line: /\bmap_[a-z]+_ip\b/,
    message: /converter '[^']*' cannot be applied|matching method '[^']*' cannot be used/,
    reason: 'HAProxy does not convert addresses from maps, which Sluice does like all others',
  },
  {
    by: 'HAProxy',
    line: /\b(?:ungrpc|protobuf)\(/,
    message: /converter '[^']*' cannot be applied|matching method '[^']*' cannot be used/,
    reason: 'Sluice knows by the type of a field that it is a number',
  },
  {
    by: 'HAProxy',
    line: /^(?:frontend|backend) /,
    message: /not usable with type of stick-table|uses a type incompatible with the 'track-sc/,
    reason: 'In HAProxy an address that a map gives becomes no key of another type',
  },
  {
    by: 'HAProxy',
    line: /^http-request capture .* id /,
    message: /unable to find table/,
    reason: 'Where the slot is missing too, Sluice tells of that first',
  },
  {
    by: 'HAProxy',
    line: /^tcp-re(?:quest|sponse) .*%/,
    message: /is reserved for HTTP mode/,
    reason: 'In mode tcp Sluice writes nothing for what only a request has',
  },
  {
    by: 'HAProxy',
    line: /^(?:http-(?:after-)?response|tcp-response content|use-server) |\bbc_err/,
    message: /unable to find table|table name must be set/,
    reason: 'A test that never matches is not looked at any further',
  },
  {
    by: 'Sluice',
    line: /./,
    message: /needs the name of a backend: "defaults [a-z0-9]+" is none/,
    reason: 'HAProxy takes the section itself for one, which has no servers',
  },
  {
    by: 'Sluice',
    line: /^backend /,
    message: /cannot inherit from a defaults section defining capptures/,
    reason: 'HAProxy tells of the first such backend and reads no further',
  },
  {
    by: 'HAProxy',
    line: /tcp-request connection .*\bssl_/,
    message: /client-side connection/,
    reason: 'Sluice can tell from the first that there is no TLS',
  },
];

/** Why a refusal of one program alone is meant to be; undefined when it is not. */
export function findKnownRefusal({ by, line, message }: Refusal): string | undefined {
  return knownRefusals.find((known) => known.by === by && known.line.test(line) && known.message.test(message))?.reason;
}
