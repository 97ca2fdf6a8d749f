/** The types of samples, and which of them become which by themselves (configuration manual 2.6, section 7.1). */

/**
 * "sint" is a signed integer of 64 bits, "meth" an HTTP method; "any" is known only when the sample is taken, as of a
 * variable.
 */
export type SampleType = 'any' | 'bool' | 'sint' | 'addr' | 'ipv4' | 'ipv6' | 'str' | 'bin' | 'meth';

const becomes: Readonly<Record<SampleType, readonly SampleType[]>> = {
  any: ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin', 'meth'],
  bool: ['bool', 'sint', 'str', 'bin'],
  sint: ['bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  addr: ['addr', 'ipv4', 'ipv6', 'sint', 'str', 'bin'],
  ipv4: ['addr', 'ipv4', 'ipv6', 'sint', 'str', 'bin'],
  ipv6: ['addr', 'ipv4', 'ipv6', 'str', 'bin'],
  str: ['bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin', 'meth'],
  bin: ['str', 'bin', 'meth'],
  meth: ['str', 'bin', 'meth'],
};

/** Whether a sample of one type can stand where the other is asked for. */
export function canBecome(from: SampleType, to: SampleType): boolean {
  return to === 'any' || becomes[from].includes(to);
}

/** How messages and the reference name a type. */
export const typeNames: Readonly<Record<SampleType, string>> = {
  any: 'any type',
  bool: 'boolean',
  sint: 'integer',
  addr: 'IP address',
  ipv4: 'IP address',
  ipv6: 'IPv6 address',
  str: 'string',
  bin: 'binary',
  meth: 'method',
};

/** What of a connection or exchange a sample is taken from. */
export type Need =
  | 'nothing'
  | 'client'
  | 'stream'
  | 'server'
  | 'request'
  | 'request-kept'
  | 'response'
  | 'response-kept'
  | 'message';

/** Where an expression stands: what can be looked at there. */
export type Place = 'connection' | 'tcp' | 'http-request' | 'http-response' | 'tcp-log' | 'http-log';

const known: Readonly<Record<Place, ReadonlySet<Need>>> = {
  connection: new Set(['nothing', 'client']),
  tcp: new Set(['nothing', 'client', 'stream']),
  'http-request': new Set(['nothing', 'client', 'stream', 'request', 'request-kept', 'message']),
  'http-response': new Set(['nothing', 'client', 'stream', 'server', 'request-kept', 'response', 'response-kept', 'message']),
  'tcp-log': new Set(['nothing', 'client', 'stream', 'server']),
  'http-log': new Set(['nothing', 'client', 'stream', 'server', 'request-kept', 'response-kept']),
};

const needNames: Readonly<Record<Need, string>> = {
  nothing: 'nothing',
  client: 'a client connection',
  stream: 'what comes over a connection',
  server: 'a connection to a server, which is not there yet',
  request: 'the head of an HTTP request',
  'request-kept': 'an HTTP request',
  response: 'the head of an HTTP response',
  'response-kept': 'an HTTP response',
  message: 'the head of an HTTP message',
};

/** Why something that needs this cannot stand at a place; undefined when it can. */
export function findPlaceProblem(need: Need, place: Place): string | undefined {
  if (known[place].has(need)) return undefined;
  if ((place === 'tcp' || place === 'tcp-log') && need !== 'server') return 'needs mode http';
  return `needs ${needNames[need]}, which is not there in ${placeNames[place]}`;
}

const placeNames: Readonly<Record<Place, string>> = {
  connection: 'rules on connections',
  tcp: 'mode tcp',
  'http-request': 'rules on requests',
  'http-response': 'rules on responses',
  'tcp-log': 'the log',
  'http-log': 'the log',
};
