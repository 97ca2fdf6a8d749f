/** What an expression may look at: of the request or connection under way, of its proxies, and of the node. */
import type { IpAddress } from '../../shared/address.ts';
import type { DebugSink } from '../../shared/language/converters.ts';
import type { LogVariableName } from '../../shared/language/log-variables.ts';
import type { PatternFiles } from '../patterns/pattern-table.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { Captures } from './captures.ts';
import type { ProcessVariables } from './process-variables.ts';
import type { UserlistView } from './userlist.ts';
import type { Variables } from './variables.ts';

/** The header fields of a message. Read-only and valid only while expressions are being evaluated. */
export interface HeaderFields {
  /** Number of the next field at or after `from`, or -1. */
  next(from: number): number;
  /** Number of the next field with this lower-case name at or after `from`, or -1. */
  find(name: string, from: number): number;
  /** The value without the white space around it. */
  value(field: number): string;
  /** The name as it was written. */
  name(field: number): string;
}

export interface RequestView {
  readonly method: string;
  /** As the client wrote it. */
  readonly target: string;
  /** Path without query; "" for `OPTIONS *`. */
  readonly path: string;
  readonly pathAndQuery: string;
  /** Value of the Host field; "" without one. */
  readonly host: string;
  readonly minorVersion: number;
  readonly fields: HeaderFields & { readonly contentLength: number };
}

/** What of the body of a message has come. */
export interface BodyView {
  /** The data, without what frames them, as far as tune.bufsize lets them wait. */
  readonly data: string;
  /** The announced length; of a body without one that of what has come. */
  readonly size: number;
  /** Whether no more will come. */
  readonly whole: boolean;
}

/** What has come from one side and has not gone on to the other: what rules on content look at. */
export interface ContentView {
  /** Valid while expressions are being evaluated; undefined in mode http, where messages are looked at instead. */
  readonly bytes: Buffer | undefined;
  /** How many bytes there are; in mode http with the head of the request. */
  readonly length: number;
  /** As many as can ever wait. */
  readonly limit: number;
  /** Nothing more is waited for. */
  readonly final: boolean;
  /** Set by a sample that may be another once more has come. */
  mayChange: boolean;
  /** The rule whose action waits for more, by its place in the list; -1 for none. */
  waitingRule: number;
}

export interface ResponseView {
  readonly status: number;
  readonly minorVersion: number;
  readonly fields: HeaderFields;
}

/** The client's connection: its addresses and ports as rules have left them. */
export interface ClientView {
  readonly source: IpAddress;
  readonly port: number;
  readonly destination: IpAddress | undefined;
  readonly localPort: number;
  /** The same as they are without what rules on sessions and contents have set. */
  readonly original: Omit<ClientView, 'original' | 'requests'>;
  /** Requests read so far. */
  readonly requests: number;
}

interface CountersView {
  readonly currentSessions: number;
  readonly queued: number;
  readonly sessionRate: number;
  readonly requestRate: number;
}

/** A socket that a frontend listens on. */
export interface BindView {
  readonly id: number;
  readonly name: string;
  /** undefined for one that has no address of its own. */
  readonly address: IpAddress | undefined;
  /** 0 without an address. */
  readonly port: number;
}

export interface FrontendView {
  readonly name: string;
  readonly id: number;
  readonly binds: readonly BindView[];
  readonly counters: CountersView;
  readonly timeouts: { readonly client: number };
  readonly defaultBackend: { readonly name: string } | undefined;
  /** How unique ids are made; undefined when none are. */
  readonly uniqueId: { readonly write: (context: SampleContext) => string; readonly header: string } | undefined;
}

export interface ServerView {
  readonly name: string;
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly state: string;
  readonly backup: boolean;
  readonly weight: number;
  readonly initialWeight: number;
  /** 0 for no limit. */
  readonly maxconn: number;
  readonly active: number;
  readonly counters: CountersView;
}

export interface BackendView {
  readonly name: string;
  readonly id: number;
  readonly counters: CountersView;
  readonly timeouts: { readonly server: number; readonly tunnel: number };
  readonly servers: readonly ServerView[];
  /** Whether all backup servers are used at once. */
  readonly allBackups: boolean;
}

/** What is kept of a request when its head is gone. */
export interface KeptRequest {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: number;
}

/** The connection to the server. */
export interface ServerConnectionView {
  readonly server: ServerView;
  readonly connected: boolean;
  /** "" and 0 where they are not known. */
  readonly sourceAddress: string;
  readonly sourcePort: number;
}

/** Where a rule stands: in a file, or at a path of the REST API, and then without a line (0). */
export interface RuleOrigin {
  readonly file: string;
  readonly line: number;
}

/** What rules have made of the exchange under way. */
export interface StreamView {
  /** Milliseconds that a rule has set; 0 for none. */
  readonly ownServerTimeout: number;
  readonly ownTunnelTimeout: number;
  readonly priorityClass: number;
  readonly priorityOffset: number;
  /** The last rule that ended the evaluation of its list. */
  readonly lastRule: RuleOrigin | undefined;
}

/** What is noted for the log of the request or connection under way. */
export interface RecordView {
  /** What a variable of log formats stands for by now; "" and -1 for nothing yet. */
  tell(name: LogVariableName): string | number;
}

export interface SampleContext {
  /** As far as is known now: an error, a timeout, a retry, a redispatch or a status of 500 or more (manual 2.6, 8.3.3). */
  readonly hasFailed: boolean;
  /** What rules have made of it. */
  readonly stream: StreamView | undefined;
  /** undefined once the head of the request is gone; in mode tcp where what has come is no request of HTTP. */
  readonly request: RequestView | undefined;
  /** undefined until there is a response, and once its head is gone. */
  readonly response: ResponseView | undefined;
  readonly kept: KeptRequest | undefined;
  /** What has come from the side whose rules are evaluated; undefined before anything can have. */
  readonly content: ContentView | undefined;
  /** undefined in mode tcp, and where {@link request} is. */
  readonly body: BodyView | undefined;
  /** undefined in mode tcp, and where {@link response} is. */
  readonly responseBody: BodyView | undefined;
  /** Status of the response of the server, when it is gone; 0 without one. */
  readonly status: number;
  /** Its minor version; -1 without one. */
  readonly responseVersion: number;
  readonly connection: ClientView;
  readonly frontend: FrontendView;
  readonly backend: BackendView | undefined;
  readonly serverConnection: ServerConnectionView | undefined;
  readonly variables: Variables;
  /** Made when it is asked for first; undefined where the frontend makes none. */
  readonly uniqueId: string | undefined;
  /** How many requests and TCP connections came to the worker before. */
  readonly count: number;
  /** What was captured; undefined where the frontend captures nothing. */
  readonly captures: Captures | undefined;
  /** What is tracked in stick tables; undefined while nothing is. */
  readonly tracked: TrackedCounters | undefined;
  /** undefined where neither the log nor a text of a rule asks, in rules on connections, and in the log itself. */
  readonly record: RecordView | undefined;
  readonly environment: SampleEnvironment;
}

/** The proxies and userlists of the running version, by name. */
export interface ProxyDirectory {
  readonly backends: ReadonlyMap<string, BackendView>;
  readonly frontendsByName: ReadonlyMap<string, FrontendView>;
  readonly userlists: ReadonlyMap<string, UserlistView>;
}

/** What is the same for all requests of a worker. */
export interface SampleEnvironment {
  readonly proxies: ProxyDirectory;
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** From 0 up to, but not, 1. */
  random(): number;
  readonly stopping: boolean;
  /** Number of the node's process. */
  readonly pid: number;
  /** Maps and ACL files. */
  readonly patterns: PatternFiles;
  /** Those of the process. */
  readonly variables: ProcessVariables;
  /** Writes a line, without its end, that an expression tells of itself. */
  debug(sink: DebugSink, line: string): void;
}
