/** The runtime: one version compiled to what a worker carries out. Frozen once committed; transactions keep the one they began with. */
import type { SnapshotForwardfor } from '../../shared/model/snapshot.ts';
import type { Balancer } from '../balance/balancer.ts';
import type { ProxyCounters } from '../report/counters.ts';
import type { Test } from '../rules/compile-condition.ts';
import type { HttpRequestRules } from '../rules/http-request-rules.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** `option forwardfor` made ready: whether the client at an address is left out, and the field to add. */
export interface ForwardforRuntime extends SnapshotForwardfor {
  readonly lowerCaseHeader: string;
  readonly excepts: (address: string) => boolean;
}

export interface SwitchingRule {
  readonly holds: Test | undefined;
  readonly backend: BackendRuntime;
}

export interface FrontendRuntime {
  readonly uid: string;
  readonly name: string;
  readonly mode: 'http' | 'tcp';
  readonly counters: ProxyCounters;
  /** Milliseconds. */
  readonly timeouts: { readonly client: number; readonly httpRequest: number; readonly httpKeepAlive: number };
  readonly httpRequestRules: HttpRequestRules;
  readonly switchingRules: readonly SwitchingRule[];
  readonly defaultBackend: BackendRuntime | undefined;
  readonly forwardfor: ForwardforRuntime | undefined;
}

export interface BackendRuntime {
  readonly uid: string;
  readonly name: string;
  readonly mode: 'http' | 'tcp';
  readonly counters: ProxyCounters;
  readonly balancer: Balancer<UpstreamServer>;
  readonly retries: number;
  readonly redispatch: boolean;
  /** Whether an idempotent request is sent again when the server closed without a byte of an answer. */
  readonly retryEmptyResponse: boolean;
  /** Whether a failed connection is tried again. */
  readonly retryConnectFailure: boolean;
  /** Milliseconds; `tunnel` 0 for "the shorter of client and server". */
  readonly timeouts: { readonly connect: number; readonly server: number; readonly tunnel: number };
  readonly httpRequestRules: HttpRequestRules;
  readonly forwardfor: ForwardforRuntime | undefined;
}

export interface Runtime {
  readonly version: number;
  readonly frontends: ReadonlyMap<string, FrontendRuntime>;
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
  runtime: Runtime;
  /** The worker takes no new work: answers tell clients to close. */
  draining: boolean;
}
