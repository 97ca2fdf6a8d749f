/** What expressions and rules see of a client connection in mode tcp, and of a request of HTTP that may come on it. */
import { mayBecomeHead } from '../http/partial-head.ts';
import { RequestHead } from '../http/request-head.ts';
import { findHeadEnd, incomplete, skipEmptyLine } from '../http/request-reader.ts';
import { ConnectionContext, type ConnectionNotes, type SocketAddresses } from '../listen/connection-context.ts';
import type {
  ContentView,
  FrontendView,
  RequestView,
  SampleEnvironment,
  ServerConnectionView,
  StreamView,
} from '../rules/sample-context.ts';
import type { ConnectionRuleContext, StreamEdits } from '../rules/transaction.ts';

/** For rules on connections that nothing is logged of yet. */
export const unlogged: StreamEdits = {
  ownServerTimeout: 0,
  ownTunnelTimeout: 0,
  priorityClass: 0,
  priorityOffset: 0,
  lastRule: undefined,
  setLogLevel: () => {},
  setPriorityClass: () => {},
  setPriorityOffset: () => {},
  noteFinalRule: () => {},
};

export class StreamContext extends ConnectionContext implements ConnectionRuleContext {
  readonly response = undefined;
  readonly kept = undefined;
  readonly body = undefined;
  readonly responseBody = undefined;
  readonly status = 0;
  readonly responseVersion = -1;
  readonly transaction: StreamEdits;
  /** undefined where nothing of what comes is looked at. */
  content: ContentView | undefined;
  #head: RequestHead | undefined;
  /** What `#head` was read from, so that many rules may ask. */
  #headOf: Buffer | undefined;

  constructor(
    environment: SampleEnvironment,
    frontend: FrontendView,
    owner: { readonly socket: SocketAddresses },
    transaction: StreamEdits,
    notes?: ConnectionNotes,
  ) {
    super(environment, frontend, owner, notes);
    this.transaction = transaction;
  }

  get stream(): StreamView | undefined {
    return this.transaction === unlogged ? undefined : this.transaction;
  }

  protected override get itself(): this {
    return this;
  }

  /** The server is connected to: it is what comes from there that is looked at now. */
  beginResponse(connection: ServerConnectionView, content: ContentView): void {
    this.serverConnection = connection;
    this.content = content;
    this.forgetRequestVariables();
  }

  /** The request of HTTP that the client has sent; undefined for what is none, or not there yet. */
  get request(): RequestView | undefined {
    const { content } = this;
    if (content?.bytes === undefined || this.serverConnection !== undefined) return undefined;
    if (content.bytes === this.#headOf) return this.#head;
    const text = content.bytes.toString('latin1');
    const start = skipEmptyLine(text);
    const end = findHeadEnd(text, start);
    if (end === incomplete) {
      content.mayChange = mayBecomeHead(text.slice(start));
      return undefined;
    }
    const head = new RequestHead();
    this.#headOf = content.bytes;
    this.#head = end > 0 && head.read(text.slice(start, end)) === 0 ? head : undefined;
    return this.#head;
  }
}
