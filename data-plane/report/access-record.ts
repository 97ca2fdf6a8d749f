/** What is noted of one request or TCP connection for its line in the log. It exists only where something is logged. */
import type { Socket } from 'node:net';
import { plainAddress } from '../../shared/address.ts';
import type { LogVariableName } from '../../shared/language/log-variables.ts';
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import type { ChangedAddresses } from '../listen/changed-addresses.ts';
import type { ConnectionContext } from '../listen/connection-context.ts';
import type { Captures } from '../rules/captures.ts';
import type { RecordView, SampleContext } from '../rules/sample-context.ts';
import type { Variables } from '../rules/variables.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { ServerQueue } from '../upstream/server-queue.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import type { BackendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { AccessLog } from './access-log.ts';
import { presentValue } from './log-values.ts';
import { takeCount } from './request-count.ts';
import type { Termination } from './termination.ts';

/** What stays of an exchange's context until its line is written. */
type NotedContext = Pick<
  ConnectionContext,
  'stream' | 'variables' | 'uniqueId' | 'count' | 'requests' | 'tracked' | 'changedAddresses' | 'original'
> &
  Partial<Pick<SampleContext, 'request'>>;

/** Not reached. */
const never = -1;

/**
 * One for each client connection; begun anew for each request. Moments are milliseconds since `acceptDate`, -1 for those that
 * were not reached; together they give HAProxy's timers (configuration manual 2.6, section 8.4).
 */
export class AccessRecord implements RecordView {
  /** Where and how the present request is logged. */
  log: AccessLog;
  readonly context: WorkerContext;
  clientAddress: string;
  clientPort: number;
  /** Where the client connected to; "" and 0 where the format does not ask. */
  localAddress = '';
  localPort = 0;
  readonly #socket: Socket;
  /** Those of the socket, whatever rules have set: of the client, and where it connected to. */
  readonly socketAddress: string;
  readonly socketPort: number;
  socketLocalAddress = '';
  socketLocalPort = 0;
  #accepted = 0;
  #bytesReadBefore = 0;
  #bytesWrittenBefore = 0;

  /** When the connection was accepted or the response before ended, in milliseconds since 1970. */
  acceptDate = 0;
  idle = never;
  requestRead = never;
  serverChosen = never;
  connected = never;
  /** The head of a response of the server was read, whatever becomes of it. */
  headRead = never;
  responseBegun = never;
  closed = 0;
  /** How many requests and TCP connections came before. */
  count = 0;

  /** "" until a request was read. */
  method = '';
  target = '';
  minorVersion = 1;
  /** Minor version of the response of the server, whether it is passed on or not; -1 without one. */
  responseVersion = never;

  backend: BackendRuntime | undefined;
  server: UpstreamServer | undefined;
  sourceAddress = '';
  sourcePort = 0;
  retries = 0;
  redispatched = false;
  queuePosition = 0;
  /** Sessions of backend and server beside this one once it is over; all of them while it lasts. */
  backendSessions = 0;
  serverSessions = 0;
  #over = false;
  #queue: ServerQueue | undefined;
  #servedBefore = 0;

  /** Level that a rule has set; undefined for that of the log. */
  level: LogLevel | 'silent' | undefined;
  /** What expressions saw of the request, whose variables and tracked entries they may still ask for. */
  sample: NotedContext | undefined;
  /** Of the request that this line is about. */
  captures: Captures | undefined;
  /** Variables that expressions of the log itself set, where nothing else has any. */
  ownVariables: Variables | undefined;

  termination: Termination = '--';
  /** Status of the answer; -1 for none. */
  status = -1;
  bytesIn = 0;
  bytesOut = 0;

  /** Begins with a connection that has just been accepted. */
  constructor(context: WorkerContext, log: AccessLog, socket: Socket) {
    this.context = context;
    this.log = log;
    this.#socket = socket;
    this.socketAddress = plainAddress(socket.remoteAddress);
    this.socketPort = socket.remotePort ?? 0;
    this.clientAddress = this.socketAddress;
    this.clientPort = this.socketPort;
    this.useLog(log);
    this.begin(0);
  }

  /** Another version may log in another way. */
  useLog(log: AccessLog): void {
    this.log = log;
    if (!log.settings.needsLocalAddress || this.socketLocalPort !== 0) return;
    this.socketLocalAddress = plainAddress(this.#socket.localAddress);
    this.socketLocalPort = this.#socket.localPort ?? 0;
    this.localAddress = this.socketLocalAddress;
    this.localPort = this.socketLocalPort;
  }

  /** A new request may come; `pending` bytes of it are here already. */
  begin(pending: number): void {
    this.acceptDate = Date.now();
    this.#accepted = performance.now();
    this.#bytesReadBefore = this.#socket.bytesRead - pending;
    this.#bytesWrittenBefore = this.#socket.bytesWritten;
    this.idle = pending > 0 ? 0 : never;
    this.requestRead = never;
    this.responseVersion = never;
    this.captures = undefined;
    this.ownVariables?.endSession();
    this.ownVariables = undefined;
    this.method = '';
    this.target = '';
    this.minorVersion = 1;
    this.backend = undefined;
    this.server = undefined;
    this.retries = 0;
    this.redispatched = false;
    this.level = undefined;
    this.queuePosition = 0;
    this.#over = false;
    this.startUpstream();
  }

  /** In mode http: no request came that one could read. */
  get isUnread(): boolean {
    return this.method === '' && this.log.settings.isHttp;
  }

  /** No request, an error, a timeout, a retry, a redispatch or a status of 500 or more (configuration manual 2.6, section 8.3.3). */
  get hasFailed(): boolean {
    if (this.isUnread || this.redispatched || this.status >= 500) return true;
    return this.termination.startsWith('-') ? this.retries > 0 : !this.termination.startsWith('L');
  }

  /** "" without one: a request that content rules reject has one, one that cannot be read has not. */
  get uniqueId(): string {
    const { sample } = this;
    return (this.isUnread && sample?.request === undefined ? undefined : sample?.uniqueId) ?? '';
  }

  /** The client has sent nothing at all. */
  get isNull(): boolean {
    return this.log.settings.isHttp ? this.isUnread && this.idle === never : this.bytesIn === 0;
  }

  /** Now, as moments are counted here. */
  get elapsed(): number {
    return Math.round(performance.now() - this.#accepted);
  }

  firstByte(): void {
    if (this.idle === never) this.idle = this.elapsed;
  }

  noteRequest(method: string, target: string, minorVersion: number): void {
    this.requestRead = this.elapsed;
    this.method = method;
    this.target = target;
    this.minorVersion = minorVersion;
  }

  /** Takes the addresses that rules have set, and those of the socket where they have set none. */
  #adopt(changed: ChangedAddresses): void {
    const source = changed.find('source');
    this.clientAddress = source === undefined ? this.socketAddress : plainAddress(source.address.toString());
    this.clientPort = source?.port ?? this.socketPort;
    const destination = changed.find('destination');
    this.localAddress =
      destination === undefined ? this.socketLocalAddress : plainAddress(destination.address.toString());
    this.localPort = destination?.port ?? this.socketLocalPort;
  }

  /** Nothing has been tried with a server, or it is tried once more. */
  startUpstream(): void {
    this.serverChosen = never;
    this.connected = never;
    this.headRead = never;
    this.responseBegun = never;
    this.sourceAddress = '';
    this.sourcePort = 0;
  }

  enterQueue(queue: ServerQueue): void {
    this.#queue = queue;
    this.#servedBefore = queue.served;
  }

  /** The wait is over, for better or worse; call it once the session is in the queue no more. */
  leaveQueue(): void {
    this.serverChosen = this.elapsed;
    if (this.#queue !== undefined) this.queuePosition += this.#queue.served - this.#servedBefore;
    this.#queue = undefined;
  }

  chooseServer(server: UpstreamServer): void {
    this.startUpstream();
    this.serverChosen = this.elapsed;
    this.server = server;
  }

  noteRetry(redispatched: boolean): void {
    this.retries++;
    if (redispatched) this.redispatched = true;
  }

  noteConnected(connection: ServerConnection): void {
    this.connected = this.elapsed;
    if (!this.log.settings.needsSourceAddress) return;
    this.sourceAddress = plainAddress(connection.socket.localAddress);
    this.sourcePort = connection.socket.localPort ?? 0;
  }

  /** The session is about to leave its backend and server, whose places others may take at once. */
  noteLoad(backend: BackendRuntime | undefined, server: UpstreamServer | undefined): void {
    this.#over = true;
    this.backendSessions = (this.backend?.counters.currentSessions ?? 0) - (backend === undefined ? 0 : 1);
    this.serverSessions = (this.server?.counters.currentSessions ?? 0) - (server === undefined ? 0 : 1);
  }

  /** The head of a response has been read, and rules are about to look at it. */
  noteHead(minorVersion: number): void {
    this.headRead = this.elapsed;
    this.responseVersion = minorVersion;
  }

  /** What a variable of log formats stands for while the request or connection lasts; "" and -1 for nothing yet. */
  tell(name: LogVariableName): string | number {
    return presentValue(this, name);
  }

  /** The head of a response of the server is on its way to the client; it came at a moment, or just now for -1. */
  noteResponse(moment: number): void {
    this.responseBegun = moment < 0 ? this.elapsed : moment;
  }

  /**
   * Logs what there is to log, once for each request or connection; `pending` are bytes of the client that belong to the next
   * one. In mode http a `status` of 0 stands for "no answer".
   */
  finish(status: number, termination: Termination, pending: number): void {
    this.closed = this.elapsed;
    if (!this.#over) this.noteLoad(undefined, undefined);
    this.status = status === 0 && this.log.settings.isHttp ? -1 : status;
    this.termination = termination;
    // As in HAProxy, what is said on account of no request belongs to none.
    this.bytesIn = this.isUnread ? 0 : this.#socket.bytesRead - this.#bytesReadBefore - pending;
    this.bytesOut = this.isUnread ? 0 : this.#socket.bytesWritten - this.#bytesWrittenBefore;
    const changed = this.sample?.changedAddresses;
    if (changed !== undefined) this.#adopt(changed);
    this.count = this.isUnread ? takeCount() : (this.sample?.count ?? takeCount());
    this.log.write(this);
    this.target = '';
  }
}
