/** The runtime: one version compiled to what a worker carries out. Frozen once committed; transactions keep the one they began with. */
import type { HttpConnectionMode } from '../../shared/model/http-options.ts';
import type { Snapshot, SnapshotForwardfor, SnapshotHttpOptions } from '../../shared/model/snapshot.ts';
import type { Balancer } from '../balance/balancer.ts';
import type { ErrorPages } from '../http/error-pages.ts';
import type { Admission } from '../listen/admission.ts';
import type { StickRules } from '../persist/stick-rules.ts';
import type { AccessLog } from '../report/access-log.ts';
import type { ProxyCounters } from '../report/counters.ts';
import type { CaptureSet } from '../rules/captures.ts';
import type { Test } from '../rules/compile-condition.ts';
import type { ChooseBackend } from '../rules/compile-switching.ts';
import type { HttpRequestRules } from '../rules/http-request-rules.ts';
import type { HttpResponseRules } from '../rules/http-response-rules.ts';
import type {
  BindView,
  FrontendView,
  ProxyDirectory,
  SampleContext,
  SampleEnvironment,
} from '../rules/sample-context.ts';
import type { TcpRequestRules, TcpResponseRules } from '../rules/tcp-rules.ts';
import type { UserlistView } from '../rules/userlist.ts';
import type { ServerQueue } from '../upstream/server-queue.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** `option forwardfor` made ready: whether the client at an address is left out, and the field to add. */
export interface ForwardforRuntime extends SnapshotForwardfor {
  readonly lowerCaseHeader: string;
  readonly excepts: (address: string) => boolean;
}

/** What frontends and backends both have; undefined where an option is not set. */
export interface ProxyOptions {
  readonly forwardfor: ForwardforRuntime | undefined;
  readonly originalto: { readonly header: string; readonly excepts: (address: string) => boolean } | undefined;
  readonly forwarded: NonNullable<SnapshotHttpOptions['forwarded']> | undefined;
  readonly errorPages: ErrorPages;
  /** Whether rules and servers wait for the bodies of requests. */
  readonly buffersRequests: boolean;
  /** What becomes of fields with unusual names; undefined for nothing. */
  readonly unusualNames: 'delete' | 'reject' | undefined;
}

export interface ServerRule {
  readonly holds: Test | undefined;
  /** undefined where no server has the name that is made for a request. */
  readonly find: (context: SampleContext) => UpstreamServer | undefined;
}

export interface FrontendRuntime extends ProxyOptions {
  readonly uid: string;
  readonly id: number;
  readonly binds: readonly BindView[];
  readonly name: string;
  readonly mode: 'http' | 'tcp';
  readonly counters: ProxyCounters;
  /** undefined when nothing is logged. */
  readonly log: AccessLog | undefined;
  readonly admission: Admission;
  /** Milliseconds. */
  readonly timeouts: {
    readonly client: number;
    readonly clientFin: number;
    readonly tarpit: number;
    readonly httpRequest: number;
    readonly httpKeepAlive: number;
  };
  readonly connectionMode: HttpConnectionMode;
  /** Whether connections that end without a request get no answer and count as no error. */
  readonly ignoresProbes: boolean;
  readonly tcpRequestRules: TcpRequestRules;
  /** Target of requests that only ask whether all is well; "" for none. */
  readonly monitorUri: string;
  /** They are told that it is not when one of these holds. */
  readonly monitorFails: readonly Test[];
  readonly httpRequestRules: HttpRequestRules;
  readonly httpResponseRules: HttpResponseRules;
  readonly httpAfterResponseRules: HttpResponseRules;
  /** Those with hashes of passwords that a request may meet. */
  readonly userlists: readonly UserlistView[];
  readonly uniqueId: FrontendView['uniqueId'];
  /** undefined when nothing is captured. */
  readonly captures: CaptureSet | undefined;
  /** By the switching rules, else the default; undefined when there is none. */
  readonly chooseBackend: ChooseBackend<BackendRuntime>;
  readonly defaultBackend: BackendRuntime | undefined;
}

export interface BackendRuntime extends ProxyOptions {
  readonly uid: string;
  readonly id: number;
  readonly name: string;
  readonly mode: 'http' | 'tcp';
  readonly counters: ProxyCounters;
  readonly servers: readonly UpstreamServer[];
  readonly allBackups: boolean;
  readonly balancer: Balancer<UpstreamServer>;
  readonly queue: ServerQueue;
  readonly retries: number;
  readonly redispatch: boolean;
  /** Whether stick rules choose servers that are down too. */
  readonly persist: boolean;
  /** Causes of a retry and statuses, such as "conn-failure" and "503". */
  readonly retryOn: ReadonlySet<string>;
  readonly reuse: 'never' | 'safe' | 'aggressive' | 'always';
  readonly connectionMode: HttpConnectionMode;
  /** Milliseconds; `tunnel` 0 for "the shorter of client and server". */
  readonly timeouts: {
    readonly connect: number;
    readonly queue: number;
    readonly server: number;
    readonly serverFin: number;
    readonly tarpit: number;
    readonly tunnel: number;
  };
  readonly tcpRequestRules: TcpRequestRules;
  readonly tcpResponseRules: TcpResponseRules;
  readonly serverRules: readonly ServerRule[];
  readonly stickRules: StickRules;
  /** Name of the header field that tells servers their name; "" for none. */
  readonly nameHeader: string;
  readonly httpRequestRules: HttpRequestRules;
  readonly httpResponseRules: HttpResponseRules;
  readonly httpAfterResponseRules: HttpResponseRules;
}

export interface Runtime extends ProxyDirectory {
  readonly version: number;
  /** Limits of message heads; see http/head-limits.ts. */
  readonly tune: Snapshot['tune'];
  /** By uid. */
  readonly frontends: ReadonlyMap<string, FrontendRuntime>;
  readonly frontendsByName: ReadonlyMap<string, FrontendRuntime>;
  /** By name. */
  readonly backends: ReadonlyMap<string, BackendRuntime>;
  /** Whether a stick table counts bytes of clients. */
  readonly countsBytes: boolean;
  /** By socket, "ADDRESS:PORT". */
  readonly listeners: ReadonlyMap<string, FrontendRuntime>;
}

/** A client connection that the worker can end. */
export interface ClientSession {
  /** Finish the exchange under way, then close; at once when there is none. */
  finish(): void;
}

/** What every session of a worker shares. */
export interface WorkerContext {
  readonly timers: TimerWheel;
  readonly sessions: Set<ClientSession>;
  /** What expressions ask of the worker itself. */
  readonly environment: SampleEnvironment;
  runtime: Runtime;
  /** The worker takes no new work: answers tell clients to close. */
  draining: boolean;
}
