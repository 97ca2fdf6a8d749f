/** What expressions see of one client connection and the request on it: filled in as a session goes along. */
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import type {
  BackendView,
  ClientView,
  FrontendView,
  KeptRequest,
  RequestView,
  ResponseView,
  SampleContext,
  SampleEnvironment,
  ServerConnectionView,
} from '../rules/sample-context.ts';
import { Variables } from '../rules/variables.ts';

export interface ClientAddresses {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** One for each client connection; it is its own view of the client. */
export class SessionContext implements SampleContext, ClientView, KeptRequest {
  request: RequestView | undefined;
  response: ResponseView | undefined;
  method = '';
  target = '';
  minorVersion = 1;
  readonly status = 0;
  readonly responseVersion = -1;
  frontend: FrontendView;
  backend: BackendView | undefined;
  serverConnection: ServerConnectionView | undefined;
  requests = 0;
  readonly environment: SampleEnvironment;
  readonly #owner: { readonly socket: ClientAddresses };
  #variables: Variables | undefined;
  #source: IpAddress | undefined;
  #destination: IpAddress | undefined;

  /** `owner` may get its socket later, but before anything is evaluated. */
  constructor(environment: SampleEnvironment, frontend: FrontendView, owner: { readonly socket: ClientAddresses }) {
    this.environment = environment;
    this.frontend = frontend;
    this.#owner = owner;
  }

  get connection(): ClientView {
    return this;
  }

  /** A request has been read, and stays readable while its rules are evaluated. */
  beginRequest(request: RequestView, frontend: FrontendView, requests: number): void {
    this.request = request;
    this.method = request.method;
    this.target = request.target;
    this.minorVersion = request.minorVersion;
    this.response = undefined;
    this.frontend = frontend;
    this.backend = undefined;
    this.serverConnection = undefined;
    this.requests = requests;
    this.#variables?.beginTransaction();
  }

  /** The head of a response has been read, or one of our own made: that of the request is gone. */
  beginResponse(response: ResponseView, connection: ServerConnectionView | undefined): void {
    this.request = undefined;
    this.response = response;
    this.serverConnection = connection;
    this.#variables?.beginResponse();
  }

  get kept(): KeptRequest | undefined {
    return this.method === '' ? undefined : this;
  }

  get variables(): Variables {
    if (this.#variables === undefined) {
      this.#variables = new Variables();
      if (this.response !== undefined) this.#variables.beginResponse();
    }
    return this.#variables;
  }

  get source(): IpAddress {
    this.#source ??= parseSocketAddress(this.#owner.socket.remoteAddress ?? '0.0.0.0');
    return this.#source;
  }

  get port(): number {
    return this.#owner.socket.remotePort ?? 0;
  }

  get destination(): IpAddress | undefined {
    const address = this.#owner.socket.localAddress;
    if (this.#destination === undefined && address !== undefined) this.#destination = parseSocketAddress(address);
    return this.#destination;
  }

  get localPort(): number {
    return this.#owner.socket.localPort ?? 0;
  }
}
