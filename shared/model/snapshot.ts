/** A snapshot: one version with all defaults resolved, in the form that nodes carry out. Durations are milliseconds. */
import type { Acl } from './acl.ts';
import type { ErrorPage } from './error-file.ts';
import type { GlobalVariable } from './global-variables.ts';
import type { HealthCheck } from './health-check.ts';
import type { HeaderNamePolicy, HttpConnectionMode } from './http-options.ts';
import type {
  BackendSwitchingRule,
  HttpAfterResponseRule,
  HttpRequestRule,
  HttpResponseRule,
  ServerSwitchingRule,
} from './rules.ts';
import type { StatsLevel } from './stats-socket.ts';
import type { StoredData } from './stick-data.ts';
import type { StickRule } from './stick-rules.ts';
import type { TcpRequestRule } from './tcp-request-rule.ts';
import type { TcpResponseRule } from './tcp-response-rule.ts';
import type {
  BalanceAlgorithm,
  LogFacility,
  LogLevel,
  LogLineFormat,
  RetryCause,
  StickTableType,
} from './vocabulary.ts';

export type Mode = 'http' | 'tcp';

export interface SnapshotBind {
  name: string;
  uid: string;
  id: number;
  /** IP address ("*" has become "0.0.0.0"), "unix@PATH" or "fd@NUMBER". */
  address: string;
  /** 0 where the address has none. */
  port: number;
  backlog: number;
}

/** A rule, and the line of the file that a node has read it from; null for one of which expressions do not tell. */
export type SnapshotRule<Rule> = Rule & { origin?: { file: string; line: number } | null };

export interface SnapshotForwardfor {
  /** Network whose clients are left out; "" for none. */
  except: string;
  header: string;
  ifNone: boolean;
}

/** Null where the option is not set. */
export interface SnapshotHttpOptions {
  httpBufferRequest: boolean;
  httpConnectionMode: HttpConnectionMode;
  httpRestrictReqHdrNames: HeaderNamePolicy;
  forwardfor: SnapshotForwardfor | null;
  /** `except` is "" for none. */
  originalto: { except: string; header: string } | null;
  forwarded: { proto: boolean; host: boolean; by: boolean; for: boolean } | null;
  errorPages: SnapshotErrorPage[];
}

/** What to answer in place of the error page for a status: a file by name, a redirection where `location` is not "", or content. */
export interface SnapshotErrorPage {
  status: number;
  errorfile: string;
  location: string;
  code: number;
  /** null for a file or redirection. */
  content: Pick<ErrorPage, 'string' | 'lfString' | 'contentType' | 'headers'> | null;
}

export interface SnapshotErrorFile {
  name: string;
  /** Nothing is answered. */
  silent: boolean;
  /** 0 for the status it stands for. */
  status: number;
  /** "" for the standard one. */
  reason: string;
  headers: { name: string; value: string }[];
  content: string;
}

/** `hash` is "" and `password` null for users without; one that is not null may be "". */
export interface SnapshotUserlist {
  name: string;
  users: { name: string; hash: string; password: string | null; groups: string[] }[];
}

export interface SnapshotLogTarget {
  address: string;
  length: number;
  format: LogLineFormat;
  facility: LogFacility;
  level: LogLevel;
  minLevel: LogLevel;
  /** First and last line of each range, counted from 1, of samples of `size` lines; null for all lines. */
  sample: { ranges: [number, number][]; size: number } | null;
}

/** Where to send lines and how they name their source. */
export interface SnapshotLogTargets {
  targets: SnapshotLogTarget[];
  tag: string;
  /** "" for the name of the machine; null for none. */
  hostname: string | null;
}

export interface SnapshotFrontendLog extends SnapshotLogTargets {
  /** A log format, never the name of one. */
  format: string;
  /** Format of lines about connections that brought no request; "" when these are not logged. */
  errorFormat: string;
  /** Format of the structured data of RFC 5424; "" for none. */
  dataFormat: string;
  dontlognull: boolean;
  dontlogNormal: boolean;
  separateErrors: boolean;
  asap: boolean;
}

/** Rules of defaults: they come before those of the proxies that take them, and have ACLs of their own. */
export interface SnapshotDefaults {
  name: string;
  acls: Acl[];
  tcpRequestRules: SnapshotRule<TcpRequestRule>[];
  tcpResponseRules: SnapshotRule<TcpResponseRule>[];
  httpRequestRules: SnapshotRule<HttpRequestRule>[];
  httpResponseRules: SnapshotRule<HttpResponseRule>[];
  httpAfterResponseRules: SnapshotRule<HttpAfterResponseRule>[];
}

/** Slots for what is kept of messages; `header` is "" for one that only rules fill, `cookie` null for none. */
export interface SnapshotCaptures {
  request: { header: string; length: number }[];
  response: { header: string; length: number }[];
  cookie: { name: string; length: number } | null;
}

export interface SnapshotFrontend extends SnapshotHttpOptions {
  name: string;
  uid: string;
  id: number;
  mode: Mode;
  disabled: boolean;
  /** 0 for no limit. */
  maxconn: number;
  /** 0 for no limit. */
  rateLimitSessions: number;
  binds: SnapshotBind[];
  /** Name of the defaults whose rules come before these; "" for none. */
  rulesFrom: string;
  acls: Acl[];
  tcpRequestRules: SnapshotRule<TcpRequestRule>[];
  /** 0 for none. */
  inspectDelay: number;
  /** "" for none. */
  monitorUri: string;
  monitorFail: { if?: string; unless?: string }[];
  httpRequestRules: SnapshotRule<HttpRequestRule>[];
  httpResponseRules: SnapshotRule<HttpResponseRule>[];
  httpAfterResponseRules: SnapshotRule<HttpAfterResponseRule>[];
  backendSwitchingRules: BackendSwitchingRule[];
  /** "" for none. */
  defaultBackend: string;
  httpIgnoreProbes: boolean;
  captures: SnapshotCaptures;
  /** "" for none. */
  uniqueIdFormat: string;
  uniqueIdHeader: string;
  timeouts: { client: number; clientFin: number; tarpit: number; httpRequest: number; httpKeepAlive: number };
  /** null when nothing is logged. */
  log: SnapshotFrontendLog | null;
}

export interface SnapshotServer {
  name: string;
  uid: string;
  id: number;
  address: string;
  port: number;
  weight: number;
  /** 0 for no limit. */
  maxconn: number;
  /** Below maxconn and not 0 where the limit moves with the load of the backend. */
  minconn: number;
  /** Milliseconds. */
  slowstart: number;
  backup: boolean;
  /** Stick rules do not note it. */
  nonStick: boolean;
  disabled: boolean;
  check: boolean;
  checkAddress: string;
  checkPort: number;
  inter: number;
  fastinter: number;
  downinter: number;
  rise: number;
  fall: number;
}

export interface SnapshotBackend extends SnapshotHttpOptions {
  name: string;
  uid: string;
  id: number;
  mode: Mode;
  balance: { algorithm: BalanceAlgorithm; draws: number };
  logHealthChecks: boolean;
  allBackups: boolean;
  /** At least 1. */
  fullconn: number;
  healthCheck: HealthCheck;
  retries: number;
  redispatch: boolean;
  persist: boolean;
  retryOn: RetryCause[];
  httpReuse: 'never' | 'safe' | 'aggressive' | 'always';
  /** Name of the defaults whose rules come before these; "" for none. */
  rulesFrom: string;
  acls: Acl[];
  tcpRequestRules: SnapshotRule<TcpRequestRule>[];
  /** 0 for none. */
  inspectDelay: number;
  tcpResponseRules: SnapshotRule<TcpResponseRule>[];
  /** 0 for none. */
  responseInspectDelay: number;
  serverSwitchingRules: ServerSwitchingRule[];
  /** Each names its table. */
  stickRules: SnapshotStickRule[];
  /** "" for none. */
  httpSendNameHeader: string;
  httpRequestRules: SnapshotRule<HttpRequestRule>[];
  httpResponseRules: SnapshotRule<HttpResponseRule>[];
  httpAfterResponseRules: SnapshotRule<HttpAfterResponseRule>[];
  /** Where changes of its servers are logged; null for nowhere. */
  log: SnapshotLogTargets | null;
  /** `tunnel` 0 stands for "the values of client and server"; `check` 0 for "the interval of the check". */
  timeouts: {
    connect: number;
    queue: number;
    server: number;
    serverFin: number;
    tunnel: number;
    check: number;
    tarpit: number;
  };
  servers: SnapshotServer[];
}

export type SnapshotStickRule = StickRule & { table: string };

export interface SnapshotStickTable {
  /** That of its proxy, or "PEERS/TABLE". */
  name: string;
  type: StickTableType;
  /** Longest key in bytes; 0 for types other than "string" and "binary". */
  len: number;
  size: number;
  /** Milliseconds; 0 for "never". */
  expire: number;
  nopurge: boolean;
  srvkey: 'name' | 'addr';
  /** In the order in which they are listed, with those that stick rules ask for. */
  store: StoredData[];
}

export interface SnapshotStatsSocket {
  /** "unix@/path", "ipv4@127.0.0.1:9999", "ipv6@[::1]:9999" or "fd@3". */
  address: string;
  /** In octal; "" for what the umask leaves. */
  mode: string;
  /** By name or number; "" for those of the node. */
  user: string;
  group: string;
  level: StatsLevel;
  exposeFdListeners: boolean;
}

/** Most bytes of variables by scope, each with those within it; 0 for no limit. */
export interface VariableLimits {
  global: number;
  proc: number;
  sess: number;
  txn: number;
  reqres: number;
  check: number;
}

export interface Snapshot {
  /** 0 stands for "the number of cores". */
  nbproc: number;
  hardStopAfter: number;
  /** Most connections of clients; 0 for no limit. */
  maxconn: number;
  /** Longest head in bytes, most fields in one, and how much variables take. */
  tune: { bufsize: number; maxhdr: number; vars: VariableLimits };
  /** In the order in which they are set. */
  setVars: GlobalVariable[];
  /** `timeout` ends a silent connection. */
  stats: { sockets: SnapshotStatsSocket[]; timeout: number; maxconn: number };
  errorFiles: SnapshotErrorFile[];
  stickTables: SnapshotStickTable[];
  userlists: SnapshotUserlist[];
  /** Those that have rules and are taken by a proxy. */
  defaults: SnapshotDefaults[];
  frontends: SnapshotFrontend[];
  backends: SnapshotBackend[];
}
