/** Where a client is tracked, and what happens to its requests: what counts then is for HAProxy to say. */

export interface CountingCase {
  readonly name: string;
  /** "T" stands for the name of the table. */
  readonly frontend: readonly string[];
  readonly backend?: readonly string[];
  /** Each on a connection of its own; the default is two GET on one connection. */
  readonly requests?: readonly string[];
  /** "tcp" for a frontend and a backend in that mode. */
  readonly mode?: 'tcp';
  /** The client goes as soon as it has sent everything, and not once it is answered. */
  readonly leaves?: boolean;
  /** Both sides answer in their own time: the client waits for the end of the connection. */
  readonly untilClosed?: boolean;
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const closing = (path: string) => get(path, 'Connection: close\r\n');

/** Where tracking begins. */
const places: readonly (readonly [name: string, frontend: readonly string[], backend: readonly string[]])[] = [
  ['a connection', ['tcp-request connection track-sc0 src table T'], []],
  ['a session', ['tcp-request session track-sc0 src table T'], []],
  ['content', ['tcp-request content track-sc0 src table T'], []],
  ['content of the backend', [], ['tcp-request content track-sc0 src table T']],
  ['a request', ['http-request track-sc0 src table T'], []],
  ['a request of the backend', [], ['http-request track-sc0 src table T']],
  ['a response', ['http-response track-sc0 src table T'], []],
  ['a response of the backend', [], ['http-response track-sc0 src table T']],
];

/** What becomes of a request: rules of frontend and backend behind those that track, and the path. */
const fates: Readonly<
  Record<string, readonly [frontend: readonly string[], backend: readonly string[], path: string]>
> = {
  'a status 404 of the server': [[], [], '/404'],
  'a status 500 of the server': [[], [], '/500'],
  'a status 501 of the server': [[], [], '/501'],
  'a status 503 of the server': [[], [], '/503'],
  'an answer that is none': [[], [], '/junk'],
  'a server that closes': [[], [], '/close'],
  'an answer that is cut off': [[], [], '/cut'],
  'a server that is silent': [[], ['timeout server 100ms'], '/slow'],
  'no server': [[], ['NO SERVER'], '/'],
  'a denial': [['http-request deny'], [], '/'],
  'a denial of the backend': [[], ['http-request deny'], '/'],
  'a denied response': [['http-response deny'], [], '/'],
  'a tarpit': [['http-request tarpit'], [], '/'],
  'an answer of a rule': [['http-request return status 404'], [], '/'],
  'a redirection': [['http-request redirect location /x'], [], '/'],
  'a rejection': [['http-request reject'], [], '/'],
  'a rejection by content': [['tcp-request content reject'], [], '/'],
  'a rejection by content of the backend': [[], ['tcp-request content reject'], '/'],
  'another status for the response': [['http-response set-status 404'], [], '/'],
  'a retry': [[], ['retries 2', 'retry-on 503'], '/503'],
  'a monitored target': [['monitor-uri /up'], [], '/up'],
};

/** Whole texts that a client sends. */
const broken: Readonly<Record<string, Pick<CountingCase, 'requests' | 'leaves'> & { frontend?: readonly string[] }>> = {
  'a head that is none': { requests: ['GET / HTTP/1.1\r\nHost: x\r\nbad field\r\n\r\n'] },
  'half a head': { requests: ['GET / HT'], leaves: true },
  nothing: { requests: [''], leaves: true },
  'nothing, which is ignored': { requests: [''], leaves: true, frontend: ['option http-ignore-probes'] },
  'half a head for too long': { requests: ['GET / HT'], frontend: ['timeout http-request 100ms'] },
  'a second head that is none': { requests: [`${get('/')}BAD\r\n\r\n`] },
};

const sets = (name: string, ...lines: readonly string[]): CountingCase => ({
  name,
  frontend: ['http-request track-sc0 src table T', ...lines],
});

export const countingCases: readonly CountingCase[] = [
  ...places.flatMap(([place, frontend, backend]): CountingCase[] => [
    { name: `${place}: two requests`, frontend, backend },
    ...Object.entries(fates).map(([fate, [ofFrontend, ofBackend, path]]) => ({
      name: `${place}: ${fate}`,
      frontend: [...frontend, ...ofFrontend],
      backend: [...backend, ...ofBackend],
      requests: [closing(path)],
      untilClosed: true,
    })),
    ...Object.entries(broken).map(([what, { frontend: more = [], ...rest }]) => ({
      name: `${place}: ${what}`,
      frontend: [...more, ...frontend],
      backend,
      ...rest,
    })),
  ]),
  {
    name: 'a connection and a request by the same counter',
    frontend: ['tcp-request connection track-sc0 src table T', 'http-request track-sc0 src table T'],
  },
  {
    name: 'a connection and a request by two counters',
    frontend: ['tcp-request connection track-sc0 src table T', 'http-request track-sc1 src table T'],
  },
  {
    name: 'two keys by one counter',
    frontend: ['http-request track-sc0 path table T', 'http-request track-sc0 src table T'],
  },
  {
    name: 'one key by two counters',
    frontend: ['http-request track-sc0 src table T', 'http-request track-sc2 src table T'],
  },
  {
    name: 'frontend and backend by one counter',
    frontend: ['http-request track-sc0 src table T'],
    backend: ['http-request track-sc0 str(other) table T'],
  },
  {
    name: 'content of frontend and backend by two counters',
    frontend: ['tcp-request content track-sc0 src table T'],
    backend: ['tcp-request content track-sc1 src table T'],
  },
  {
    name: 'a connection that is rejected behind it',
    frontend: ['tcp-request connection track-sc0 src table T', 'tcp-request connection reject'],
    requests: [get('/')],
    untilClosed: true,
  },
  {
    name: 'a session that is rejected behind it',
    frontend: ['tcp-request connection track-sc0 src table T', 'tcp-request session reject'],
    requests: [get('/')],
    untilClosed: true,
  },
  { name: 'a key of nothing', frontend: ['http-request track-sc0 query table T'] },
  { name: 'a key that is too long', frontend: [`http-request track-sc0 str(${'abcde'.repeat(20)}) table T`] },
  {
    name: 'content in mode tcp',
    frontend: ['tcp-request content track-sc0 src table T'],
    backend: ['tcp-request content track-sc1 src table T'],
    mode: 'tcp',
  },
  { name: 'a connection in mode tcp', frontend: ['tcp-request connection track-sc0 src table T'], mode: 'tcp' },
  {
    name: 'a connection in mode tcp, rejected by content',
    frontend: ['tcp-request connection track-sc0 src table T', 'tcp-request content reject'],
    mode: 'tcp',
    requests: [get('/')],
    untilClosed: true,
  },
  sets('counters', 'http-request sc-inc-gpc0(0)', 'http-request sc-inc-gpc1(0)', 'http-response sc-inc-gpc0(0)'),
  sets('a counter of an array that the table has not got', 'http-request sc-inc-gpc(0,0)'),
  sets('a counter of what is not tracked', 'http-request sc-inc-gpc0(1)'),
  sets('a tag', 'http-request sc-set-gpt0(0) 7'),
  sets('a tag by an expression', 'http-request sc-set-gpt0(0) path,length'),
  sets(
    'a tag by an expression without a value',
    'http-request sc-set-gpt0(0) 7',
    'http-request sc-set-gpt0(0) req.hdr(no)',
  ),
  sets('a tag below 0', 'http-request sc-set-gpt0(0) int(-1)'),
  sets('a tag by a text', 'http-request sc-set-gpt0(0) str(12abc)'),
  sets('a tag of an array that the table has not got', 'http-request sc-set-gpt(0,0) 7'),
  {
    name: 'counters and tags of a connection',
    frontend: [
      'tcp-request connection track-sc0 src table T',
      'tcp-request connection sc-inc-gpc0(0)',
      'tcp-request session sc-inc-gpc1(0)',
      'tcp-request session sc-set-gpt0(0) 9',
      'tcp-request content sc-inc-gpc0(0)',
    ],
  },
];

export const twoRequests = [get('/') + closing('/')];
