/** What an expression may look at: of the request or connection under way, of its proxies, and of the node. */
import type { IpAddress } from '../../shared/address.ts';
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

export interface ResponseView {
  readonly status: number;
  readonly minorVersion: number;
  readonly fields: HeaderFields;
}

/** The client's connection. */
export interface ClientView {
  readonly source: IpAddress;
  readonly port: number;
  readonly destination: IpAddress | undefined;
  readonly localPort: number;
  /** Requests read so far. */
  readonly requests: number;
}

interface CountersView {
  readonly currentSessions: number;
  readonly queued: number;
  readonly sessionRate: number;
  readonly requestRate: number;
}

export interface FrontendView {
  readonly name: string;
  readonly counters: CountersView;
  readonly timeouts: { readonly client: number };
  readonly defaultBackend: { readonly name: string } | undefined;
}

export interface ServerView {
  readonly name: string;
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
  readonly counters: CountersView;
  readonly timeouts: { readonly server: number; readonly tunnel: number };
  readonly servers: readonly ServerView[];
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
  /** "" and 0 where they are not known. */
  readonly sourceAddress: string;
  readonly sourcePort: number;
}

export interface SampleContext {
  /** undefined in mode tcp, and once the head of the request is gone. */
  readonly request: RequestView | undefined;
  /** undefined until there is a response, and once its head is gone. */
  readonly response: ResponseView | undefined;
  readonly kept: KeptRequest | undefined;
  /** Status of the response of the server, when it is gone; 0 without one. */
  readonly status: number;
  /** Its minor version; -1 without one. */
  readonly responseVersion: number;
  readonly connection: ClientView;
  readonly frontend: FrontendView;
  readonly backend: BackendView | undefined;
  readonly serverConnection: ServerConnectionView | undefined;
  readonly variables: Variables;
  readonly environment: SampleEnvironment;
}

/** The proxies of the running version, by name. */
export interface ProxyDirectory {
  readonly backends: ReadonlyMap<string, BackendView>;
  readonly frontendsByName: ReadonlyMap<string, FrontendView>;
}

/** What is the same for all requests of a worker. */
export interface SampleEnvironment {
  readonly proxies: ProxyDirectory;
  /** Milliseconds since 1970, with fractions. */
  now(): number;
  /** From 0 up to, but not, 1. */
  random(): number;
  readonly stopping: boolean;
}
