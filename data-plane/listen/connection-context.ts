/** What expressions see of one client connection, whatever passes on it, and what rules note of it. */
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import { takeCount } from '../report/request-count.ts';
import type { Captures } from '../rules/captures.ts';
import type {
  BackendView,
  ClientView,
  FrontendView,
  RecordView,
  SampleContext,
  SampleEnvironment,
  ServerConnectionView,
  StreamView,
} from '../rules/sample-context.ts';
import type { AddressLevel, ConnectionEdits, ConnectionEnd } from '../rules/transaction.ts';
import { Variables } from '../rules/variables.ts';
import type { StickEntry } from '../tables/stick-entry.ts';
import { TrackedCounters } from '../tables/tracked-counters.ts';
import { ChangedAddresses } from './changed-addresses.ts';

/** Of a socket; undefined once it is closed. */
export interface SocketAddresses {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** What rules noted of a connection before it was served; nothing where they noted nothing. */
export interface ConnectionNotes {
  readonly variables: Variables | undefined;
  readonly addresses: ChangedAddresses | undefined;
  /** What the connection tracks, beside which a request or stream on it tracks its own. */
  readonly tracked: TrackedCounters | undefined;
}

const nowhere = parseSocketAddress('0.0.0.0');

/** One for each client connection; it is its own view of the client. */
export abstract class ConnectionContext implements ClientView, ConnectionEdits {
  frontend: FrontendView;
  backend: BackendView | undefined;
  serverConnection: ServerConnectionView | undefined;
  requests = 0;
  captures: Captures | undefined;
  /** Begun with the first entry that is tracked. */
  tracked: TrackedCounters | undefined;
  count = 0;
  record: RecordView | undefined;
  #uniqueId: string | undefined;
  readonly environment: SampleEnvironment;
  readonly #owner: { readonly socket: SocketAddresses };
  #variables: Variables | undefined;
  /** Whether the head of a response is there, or the answer is one of our own. */
  #inResponse = false;
  #changed: ChangedAddresses | undefined;
  #source: IpAddress | undefined;
  #destination: IpAddress | undefined;

  /** `owner` may get its socket later, but before anything is evaluated. */
  constructor(
    environment: SampleEnvironment,
    frontend: FrontendView,
    owner: { readonly socket: SocketAddresses },
    notes?: ConnectionNotes,
  ) {
    this.environment = environment;
    this.frontend = frontend;
    this.#owner = owner;
    this.#variables = notes?.variables;
    this.#changed = notes?.addresses;
    if (notes?.tracked !== undefined) this.tracked = new TrackedCounters(notes.tracked);
  }

  /** What rules have made of the exchange or stream on it. */
  abstract get stream(): StreamView | undefined;

  /** All that expressions see. */
  protected abstract get itself(): SampleContext;

  get connection(): ClientView {
    return this;
  }

  get hasFailed(): boolean {
    return false;
  }

  get variables(): Variables {
    if (this.#variables === undefined) {
      this.#variables = new Variables(this.environment.variables);
      if (this.#inResponse) this.#variables.beginResponse();
    }
    return this.#variables;
  }

  get uniqueId(): string | undefined {
    const { uniqueId } = this.frontend;
    if (uniqueId !== undefined && this.#uniqueId === undefined) {
      // A format that names the id itself finds nothing there.
      this.#uniqueId = '';
      this.#uniqueId = uniqueId.write(this.itself);
    }
    return this.#uniqueId;
  }

  /** What is to be known of the connection by whoever serves it. */
  get notes(): ConnectionNotes {
    this.#variables?.beginTransaction();
    return { variables: this.#variables, addresses: this.#changed, tracked: this.tracked };
  }

  track(number: number, entry: StickEntry): void {
    this.tracked ??= new TrackedCounters();
    this.tracked.track(number, entry);
  }

  /** undefined where no rule has changed any. */
  get changedAddresses(): ChangedAddresses | undefined {
    return this.#changed;
  }

  /** The request on it is over, and logged. */
  endTransaction(): void {
    this.#variables?.endTransaction();
  }

  /** The connection is over. */
  end(): void {
    this.#variables?.endSession();
  }

  /** A request begins: what was noted of the last one is over. */
  protected forgetRequest(): void {
    this.count = takeCount();
    this.#uniqueId = undefined;
    this.#inResponse = false;
    this.#variables?.beginTransaction();
    this.#changed?.beginRequest();
  }

  /** What is noted of a request alone is over once its response begins. */
  protected forgetRequestVariables(): void {
    this.#inResponse = true;
    this.#variables?.beginResponse();
  }

  // The addresses, as rules have left them.

  get source(): IpAddress {
    return this.#changed?.find('source')?.address ?? this.#socketSource;
  }

  get port(): number {
    return this.#changed?.find('source')?.port ?? this.#socketPort;
  }

  get destination(): IpAddress | undefined {
    return this.#changed?.find('destination')?.address ?? this.#socketDestination;
  }

  get localPort(): number {
    return this.#changed?.find('destination')?.port ?? this.#socketLocalPort;
  }

  get original(): ClientView['original'] {
    const changed = this.#changed;
    if (changed === undefined) return this;
    const source = changed.findOriginal('source');
    const destination = changed.findOriginal('destination');
    return {
      source: source?.address ?? this.#socketSource,
      port: source?.port ?? this.#socketPort,
      destination: destination?.address ?? this.#socketDestination,
      localPort: destination?.port ?? this.#socketLocalPort,
    };
  }

  setAddress(end: ConnectionEnd, level: AddressLevel, address: IpAddress): void {
    this.#changed ??= new ChangedAddresses();
    this.#changed.set(end, level, { address, port: end === 'source' ? this.port : this.localPort });
  }

  setPort(end: ConnectionEnd, level: AddressLevel, port: number): void {
    this.#changed ??= new ChangedAddresses();
    const address = end === 'source' ? this.source : (this.destination ?? nowhere);
    this.#changed.set(end, level, { address, port });
  }

  // The addresses of the socket.

  get #socketSource(): IpAddress {
    this.#source ??= parseSocketAddress(this.#owner.socket.remoteAddress ?? '0.0.0.0');
    return this.#source;
  }

  get #socketPort(): number {
    return this.#owner.socket.remotePort ?? 0;
  }

  get #socketDestination(): IpAddress | undefined {
    const address = this.#owner.socket.localAddress;
    if (this.#destination === undefined && address !== undefined) this.#destination = parseSocketAddress(address);
    return this.#destination;
  }

  get #socketLocalPort(): number {
    return this.#owner.socket.localPort ?? 0;
  }
}
