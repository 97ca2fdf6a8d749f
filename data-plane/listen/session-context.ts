/** What expressions see of one client connection and the request on it: filled in as a session goes along. */
import type { Socket } from 'node:net';
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

/** One for each client connection; it is its own view of the client. */
export class SessionContext implements SampleContext, ClientView {
  request: RequestView | undefined;
  response: ResponseView | undefined;
  kept: KeptRequest | undefined;
  status = 0;
  frontend: FrontendView;
  backend: BackendView | undefined;
  serverConnection: ServerConnectionView | undefined;
  requests = 0;
  readonly environment: SampleEnvironment;
  readonly #owner: { readonly socket: Socket };
  #variables: Variables | undefined;
  #source: IpAddress | undefined;
  #destination: IpAddress | undefined;

  /** `owner` may get its socket later, but before anything is evaluated. */
  constructor(environment: SampleEnvironment, frontend: FrontendView, owner: { readonly socket: Socket }) {
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
    this.response = undefined;
    this.status = 0;
    this.frontend = frontend;
    this.backend = undefined;
    this.serverConnection = undefined;
    this.requests = requests;
    this.#variables?.beginTransaction();
  }

  get variables(): Variables {
    this.#variables ??= new Variables();
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
