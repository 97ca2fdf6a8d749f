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
  | 'node'
  | 'client'
  | 'stream'
  | 'server'
  | 'content'
  | 'response-content'
  | 'message-content'
  | 'body'
  | 'response-body'
  | 'request'
  | 'request-kept'
  | 'response'
  | 'response-kept'
  | 'message';

/** Where an expression stands: what can be looked at there. */
export type Place =
  | 'connection'
  | 'tcp'
  | 'tcp-response'
  | 'http-request'
  | 'http-response'
  | 'http-error'
  | 'tcp-log'
  | 'http-log'
  | 'check'
  | 'configuration'
  | 'command';

const always = ['nothing', 'node', 'client', 'stream'] as const;
const ofRequest = ['content', 'message-content', 'request', 'request-kept', 'message'] as const;
const ofResponse = ['server', 'response-content', 'message-content'] as const;

const known: Readonly<Record<Place, ReadonlySet<Need>>> = {
  connection: new Set<Need>(['nothing', 'node', 'client']),
  // A request of HTTP is looked for in what has come.
  tcp: new Set<Need>([...always, ...ofRequest]),
  'tcp-response': new Set<Need>([...always, ...ofResponse]),
  'http-request': new Set<Need>([...always, ...ofRequest, 'body']),
  'http-response': new Set<Need>([
    ...always,
    ...ofResponse,
    'request-kept',
    'response-body',
    'response',
    'response-kept',
    'message',
  ]),
  // Whatever can be there when an error is answered; what is not there is no sample.
  'http-error': new Set<Need>([
    ...always,
    ...ofRequest,
    ...ofResponse,
    'body',
    'response-body',
    'response',
    'response-kept',
  ]),
  'tcp-log': new Set<Need>([...always, 'server']),
  'http-log': new Set<Need>([...always, 'server', 'request-kept', 'response-kept']),
  // Of the answer, its head alone.
  check: new Set<Need>(['nothing', 'node', 'stream', 'server', 'response', 'response-kept']),
  // Before anything is served, and at the runtime API.
  configuration: new Set<Need>(['nothing']),
  command: new Set<Need>(['nothing', 'node']),
};

const needNames: Readonly<Record<Need, string>> = {
  nothing: 'nothing',
  node: 'proxies that run',
  client: 'a client connection',
  stream: 'what comes over a connection',
  server: 'a connection to a server, which is not there yet',
  content: 'what the client has sent',
  'response-content': 'what the server has sent',
  'message-content': 'what client or server have sent',
  body: 'the body of an HTTP request',
  'response-body': 'the body of an HTTP response',
  request: 'the head of an HTTP request',
  'request-kept': 'an HTTP request',
  response: 'the head of an HTTP response',
  'response-kept': 'an HTTP response',
  message: 'the head of an HTTP message',
};

/** What only mode http has. */
const ofHttp: ReadonlySet<Need> = new Set<Need>([
  'body',
  'request',
  'request-kept',
  'response-body',
  'response',
  'response-kept',
  'message',
]);

/** Why something that needs this cannot stand at a place; undefined when it can. */
export function findPlaceProblem(need: Need, place: Place): string | undefined {
  if (known[place].has(need)) return undefined;
  if (place.startsWith('tcp') && ofHttp.has(need)) return 'needs mode http';
  return `needs ${needNames[need]}, which is not there in ${placeNames[place]}`;
}

/** How messages name a place. */
export const placeNames: Readonly<Record<Place, string>> = {
  connection: 'rules on connections',
  tcp: 'rules on connections of mode tcp',
  'tcp-response': 'rules on what servers send',
  'http-request': 'rules on requests',
  'http-response': 'rules on responses',
  'http-error': 'error pages',
  'tcp-log': 'the log',
  'http-log': 'the log',
  check: 'health checks',
  configuration: 'the global section',
  command: 'commands',
};
