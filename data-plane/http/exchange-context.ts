/** What expressions and rules see of a client connection in mode http, and of the request on it. */
import { plainAddress } from '../../shared/address.ts';
import { ConnectionContext, type ConnectionNotes } from '../listen/connection-context.ts';
import type {
  BodyView,
  ContentView,
  FrontendView,
  KeptRequest,
  RequestView,
  ResponseView,
  ServerConnectionView,
  StreamView,
} from '../rules/sample-context.ts';
import type { RuleContext, Transaction } from '../rules/transaction.ts';
import type { WorkerContext } from '../worker/runtime.ts';
import type { ClientAddresses } from './client-address.ts';
import type { ExchangeClient } from './exchange-client.ts';

/** Whoever knows what of the bodies has come, and of the message that rules look at. */
export interface ContentOwner extends Transaction {
  readonly content: ContentView;
  readonly body: BodyView;
  readonly responseBody: BodyView;
  /** Whether a connection to a server has failed, and another one was tried. */
  readonly hasRetried: boolean;
}

export class ExchangeContext extends ConnectionContext implements RuleContext, KeptRequest, ClientAddresses {
  request: RequestView | undefined;
  response: ResponseView | undefined;
  method = '';
  target = '';
  minorVersion = 1;
  readonly status = 0;
  /** Of the response that the server has given, whatever rules make of it; -1 before. */
  responseVersion = -1;
  readonly transaction: ContentOwner;

  constructor(
    { environment }: WorkerContext,
    client: ExchangeClient,
    transaction: ContentOwner,
    notes: ConnectionNotes | undefined,
  ) {
    super(environment, client.frontend, client, notes);
    this.transaction = transaction;
  }

  protected override get itself(): this {
    return this;
  }

  override get hasFailed(): boolean {
    return this.transaction.hasRetried || (this.response?.status ?? 0) >= 500;
  }

  get stream(): StreamView {
    return this.transaction;
  }

  get content(): ContentView {
    return this.transaction.content;
  }

  get body(): BodyView | undefined {
    return this.request === undefined ? undefined : this.transaction.body;
  }

  get responseBody(): BodyView | undefined {
    return this.response === undefined ? undefined : this.transaction.responseBody;
  }

  /** A request has been read, and stays readable while its rules are evaluated. */
  beginRequest(request: RequestView, frontend: FrontendView, requests: number): void {
    this.request = request;
    this.method = '';
    this.response = undefined;
    this.responseVersion = -1;
    this.frontend = frontend;
    this.backend = undefined;
    this.serverConnection = undefined;
    this.requests = requests;
    this.forgetRequest();
  }

  /** Content rules are through: of the request stays known what it asks for, as it is now. */
  keepRequest({ method, target, minorVersion }: RequestView): void {
    this.method = method;
    this.target = target;
    this.minorVersion = minorVersion;
  }

  /** The head of a response has been read, or one of our own made: that of the request is gone. */
  beginResponse(response: ResponseView | undefined, connection: ServerConnectionView | undefined): void {
    this.request = undefined;
    this.response = response;
    this.serverConnection = connection;
    this.forgetRequestVariables();
  }

  /** Nothing of a request is there any more. */
  endRequest(): void {
    this.request = undefined;
    this.response = undefined;
    this.method = '';
    this.backend = undefined;
    this.serverConnection = undefined;
    this.forgetRequest();
  }

  get kept(): KeptRequest | undefined {
    return this.method === '' ? undefined : this;
  }

  // What requests tell servers of the client, where rules have changed it.

  get address(): string {
    return plainAddress(this.source.toString());
  }

  get localAddress(): string {
    return plainAddress(this.destination?.toString());
  }
}
