/** The variables of log formats (configuration manual 2.6, section 8.2.6): what each stands for and when it is known. */

export interface LogVariable {
  /** Numbers and what is "plain" are never quoted; "captures" may be nothing at all, and then take no place. */
  readonly type: 'text' | 'number' | 'address' | 'plain' | 'captures';
  readonly needsHttp: boolean;
  /** Whether it is known as soon as a connection has begun. */
  readonly early: boolean;
  readonly description: string;
}

type Type = LogVariable['type'];

const of = (type: Type, description: string): LogVariable => ({ type, needsHttp: false, early: false, description });
const early = (type: Type, description: string): LogVariable => ({ ...of(type, description), early: true });
const http = (type: Type, description: string): LogVariable => ({ ...of(type, description), needsHttp: true });

export const logVariables = {
  B: of('number', 'bytes sent to the client'),
  CC: http('text', 'captured cookie of the request'),
  CS: http('text', 'captured cookie of the response'),
  H: early('text', 'name of the host'),
  HM: http('text', 'method of the request'),
  HP: http('text', 'target of the request without its query'),
  HPO: http('text', 'path of the request'),
  HQ: http('text', 'query of the request, with its "?"'),
  HU: http('text', 'target of the request'),
  HV: http('text', 'HTTP version of the request'),
  ID: of('text', 'unique id'),
  ST: of('number', 'status of the response'),
  T: early('plain', 'GMT date of the connection'),
  Ta: http('number', 'active time of the request'),
  Tc: of('number', 'time to connect to the server'),
  Td: of('number', 'time of data transfer'),
  Th: of('number', 'time of handshakes'),
  Ti: http('number', 'idle time before the request'),
  Tl: early('plain', 'local date of the connection'),
  TR: http('number', 'time to receive the request'),
  Tq: http('number', 'Th + Ti + TR'),
  Tr: http('number', 'response time of the server'),
  Ts: early('number', 'date of the connection in seconds since 1970'),
  Tt: of('number', 'total time'),
  Tu: of('number', 'total time without idle time'),
  Tw: of('number', 'time in queues'),
  U: of('number', 'bytes received from the client'),
  ac: of('number', 'connections of the process'),
  b: of('text', 'name of the backend'),
  bc: of('number', 'connections of the backend'),
  bi: of('address', 'source address towards the server'),
  bp: of('number', 'source port towards the server'),
  bq: of('number', 'position in the queue of the backend'),
  ci: early('address', 'address of the client'),
  cp: early('number', 'port of the client'),
  f: early('text', 'name of the frontend'),
  fc: of('number', 'connections of the frontend'),
  fi: early('address', 'address the client connected to'),
  fp: early('number', 'port the client connected to'),
  ft: early('text', 'name of the frontend, with "~" for TLS'),
  hr: of('captures', 'captured fields of the request'),
  hrl: of('captures', 'captured fields of the request, CLF style'),
  hs: of('captures', 'captured fields of the response'),
  hsl: of('captures', 'captured fields of the response, CLF style'),
  lc: of('number', 'lines that the frontend has logged'),
  ms: early('number', 'milliseconds of the date of the connection'),
  pid: early('number', 'process number'),
  r: http('text', 'request line'),
  rc: of('number', 'retries, with "+" after a redispatch'),
  rt: of('number', 'count of requests'),
  s: of('text', 'name of the server'),
  sc: of('number', 'connections of the server'),
  si: of('address', 'address of the server'),
  sp: of('number', 'port of the server'),
  sq: of('number', 'position in the queue of the server'),
  sslc: of('text', 'TLS cipher'),
  sslv: of('text', 'TLS version'),
  t: early('plain', 'local date of the connection with milliseconds'),
  tr: http('plain', 'local date of the request with milliseconds'),
  trg: http('plain', 'GMT date of the request'),
  trl: http('plain', 'local date of the request'),
  ts: of('plain', 'how the session ended, in two letters'),
  tsc: of('plain', 'how the session ended, with two letters on the persistence cookie'),
} as const satisfies Record<string, LogVariable>;

export type LogVariableName = keyof typeof logVariables;
