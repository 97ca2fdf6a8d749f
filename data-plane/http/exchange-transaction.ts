/** What rules change of an exchange beside its messages: level of the log, timeouts; and hints sent ahead. */

import type { ConnectionNotes } from '../listen/connection-context.ts';
import { writeText } from '../listen/write-text.ts';
import type { BodyView, ContentView, RuleOrigin } from '../rules/sample-context.ts';
import { UpstreamSession } from '../upstream/upstream-session.ts';
import type { BackendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { type ContentOwner, ExchangeContext } from './exchange-context.ts';

export abstract class ExchangeTransaction extends UpstreamSession implements ContentOwner {
  protected readonly client: ExchangeClient;
  /** What rules look at. */
  protected readonly sample: ExchangeContext;

  /** Of the request that is being answered, as the client sent it. */
  protected method = '';
  protected minorVersion = 1;

  /** Lines that wait for the rest of their response 103. */
  #hints = '';

  /** The rule whose answer is on its way; it is the last one once that has been sent. */
  protected answeringRule: RuleOrigin | undefined;

  constructor(context: WorkerContext, client: ExchangeClient, notes: ConnectionNotes) {
    super(context);
    this.client = client;
    this.sample = new ExchangeContext(context, client, this, notes);
  }

  abstract get content(): ContentView;
  abstract get body(): BodyView;
  abstract get responseBody(): BodyView;
  abstract hasBody(milliseconds: number, atLeast: number): boolean;
  abstract hasResponseBody(milliseconds: number, atLeast: number): boolean;

  /** Forgets what belonged to the exchange before. */
  protected resetTransaction(): void {
    this.ownServerTimeout = 0;
    this.hasRetried = false;
    this.ownTunnelTimeout = 0;
    this.priorityClass = 0;
    this.priorityOffset = 0;
    this.lastRule = undefined;
    this.answeringRule = undefined;
  }

  noteAnsweringRule(origin: RuleOrigin): void {
    this.answeringRule = origin;
  }

  setTimeout(which: 'server' | 'tunnel', milliseconds: number): void {
    if (which === 'server') this.ownServerTimeout = milliseconds;
    else this.ownTunnelTimeout = milliseconds;
  }

  sendEarlyHint(line: string, more: boolean): void {
    this.#hints += line;
    if (more || this.#hints === '') return;
    if (this.minorVersion === 1) this.writeToClient(`HTTP/1.1 103 Early Hints\r\n${this.#hints}\r\n`);
    this.#hints = '';
  }

  protected writeToClient(text: string): void {
    this.client.frontend.counters.bytesOut += text.length;
    writeText(this.client.socket, text);
  }

  /** The backend of the exchange under way. */
  protected get usedBackend(): BackendRuntime {
    return this.backend as BackendRuntime;
  }

  /** How long (ms) the server may be silent. */
  protected get serverTimeout(): number {
    return this.ownServerTimeout > 0 ? this.ownServerTimeout : this.usedBackend.timeouts.server;
  }

  /** How long (ms) both sides of a tunnel may be; 0 for "the shorter of client and server". */
  protected get tunnelTimeout(): number {
    return this.ownTunnelTimeout > 0 ? this.ownTunnelTimeout : this.usedBackend.timeouts.tunnel;
  }
}
