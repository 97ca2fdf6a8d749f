/** One request and its response: the rules judge it, a server is found, and the request is sent as it comes. */

import type { HttpConnectionMode } from '../../shared/model/http-options.ts';
import { evaluateHttpRequestRules, type RuleAnswer } from '../rules/http-request-rules.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { Reuse } from '../upstream/upstream-session.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { BodyReader } from './body-reader.ts';
import { clientLines } from './client-address.ts';
import { findErrorPage, type ReadyAnswer, redirection, writeAnswer } from './error-pages.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { RequestHead } from './request-head.ts';
import { ResponseRelay } from './response-relay.ts';
import { mostTogether } from './write-together.ts';

/** The heads of all requests are read into this one in turn: nothing of it is used after the call that read it. */
const request = new RequestHead();

/** One object serves all requests of a client connection in turn. */
export class HttpExchange extends ResponseRelay {
  /** Whether a server has taken the request, or part of it. */
  #relaying = false;
  /** Whether the client lets its connection live on after this request. */
  #persistent = true;
  #idempotent = false;
  /** Whether the connection to the server may live on, as far as configuration says. */
  #keepsServer = true;
  /** The head for the server; with its body once an idempotent request was sent with a small one: what a retry sends. */
  #outgoing = '';
  /** Bytes of a small body that wait at the client whole, to go out with the head. */
  #wholeBody = 0;
  readonly #body: BodyReader;
  /** Whether bytes of the body have gone to a server, so that the request cannot be sent again. */
  #bodySent = false;

  constructor(context: WorkerContext, client: ExchangeClient) {
    super(context, client);
    this.#body = new BodyReader({ takeBody: (buffer, start, end) => this.#sendToServer(buffer, start, end) });
  }

  // The request: judged, then sent.

  /** Begins the exchange for a request whose whole head is `text`; what of its body has come is pending at the client. */
  begin(text: string): void {
    this.#reset();
    const refused = request.read(text);
    if (refused !== 0) {
      this.refuse(refused);
      return;
    }
    const { client } = this;
    request.client = client;
    this.method = request.method;
    this.minorVersion = request.minorVersion;
    this.#persistent = request.persistent;
    this.#idempotent = request.idempotent;
    this.#beginBody();
    client.frontend = this.context.runtime.frontends.get(client.frontend.uid) ?? client.frontend;
    if (this.#answeredByRules(client.frontend)) return;
    const backend = chooseBackend(client.frontend);
    if (backend === undefined) {
      this.#answer(503);
      return;
    }
    this.beginBackend(backend);
    backend.counters.requests++;
    if (this.#answeredByRules(backend)) return;
    this.#keepsServer = closesMore(client.frontend, backend) === 'http-keep-alive';
    const added = clientLines(client.frontend, backend, request, client);
    this.#outgoing = request.write(
      this.#keepsServer || request.upgrade !== '' ? added : `${added}connection: close\r\n`,
    );
    this.connectToServer(this.#reuse(backend));
  }

  /** First requests of a client take no connection that may turn out closed, unless they can be sent again. */
  #reuse(backend: BackendRuntime): Reuse {
    if (backend.reuse === 'never' || !this.#keepsServer) return 'none';
    if (backend.reuse === 'always' || this.#idempotent || this.client.requests > 1) return 'any';
    return backend.reuse === 'aggressive' ? 'lasting' : 'none';
  }

  #reset(): void {
    this.method = '';
    this.minorVersion = 1;
    this.status = 0;
    this.responseStarted = false;
    this.partialHead = '';
    this.#bodySent = false;
    this.#body.begin('none', 0, false);
  }

  /** A small body that has come whole goes out with the head; any other is relayed as it comes. */
  #beginBody(): void {
    const { chunked, contentLength } = request.fields;
    const { client } = this;
    this.#wholeBody = 0;
    if (!chunked && contentLength <= 0) return;
    if (!chunked && contentLength <= mostTogether && client.pendingLength >= contentLength) {
      this.#wholeBody = contentLength;
      return;
    }
    this.#body.begin(chunked ? 'chunked' : 'length', contentLength, false);
    client.pause();
  }

  #answeredByRules(proxy: FrontendRuntime | BackendRuntime): boolean {
    const answer = evaluateHttpRequestRules(proxy.httpRequestRules, request);
    if (answer === undefined) return false;
    if (answer.location === '') {
      proxy.counters.deniedRequests++;
      this.#answer(answer.status);
    } else this.#redirect(answer);
    return true;
  }

  override serverConnected(): void {
    const connection = this.connection as ServerConnection;
    this.#relaying = true;
    if (this.#wholeBody > 0) this.#sendWhole(connection);
    else this.#writeToServer(connection, this.#outgoing);
    connection.arm(this.usedBackend.timeouts.server);
    if (this.#body.done) return;
    this.client.feedBody();
    if (this.connection?.socket.writableNeedDrain === false) this.client.resume();
  }

  /** Head and body in one write. An idempotent request is kept, to be sent again if need be. */
  #sendWhole(connection: ServerConnection): void {
    const length = this.#wholeBody;
    this.#wholeBody = 0;
    if (this.#idempotent) {
      this.#outgoing += this.client.takeText(length);
      this.#writeToServer(connection, this.#outgoing);
      return;
    }
    this.#bodySent = true;
    connection.server.counters.bytesIn += this.#outgoing.length + length;
    this.usedBackend.counters.bytesIn += this.#outgoing.length + length;
    this.client.sendWithPending(connection.socket, this.#outgoing, length);
  }

  protected override get requestSent(): boolean {
    return this.#body.done;
  }

  /** Whether what the client sends now belongs to the body of the request and can go on. */
  get wantsBody(): boolean {
    return this.tunnelling || (this.#relaying && !this.#body.done);
  }

  /** Takes buffer[start..end] from the client while {@link wantsBody}; answers the index after what belongs to the body. */
  takeBody(buffer: Buffer, start: number, end: number): number {
    const connection = this.connection as ServerConnection;
    if (this.tunnelling) {
      this.#sendToServer(buffer, start, end);
      if (connection.socket.writableNeedDrain) this.client.pause();
      this.armTunnel();
      return end;
    }
    this.#bodySent = true;
    const taken = this.#body.read(buffer, start, end);
    if (this.#body.failed) {
      this.#badRequestBody();
      return taken;
    }
    if (this.#body.done && this.#body.ending !== '') this.#writeToServer(connection, this.#body.ending);
    this.#watchUpload(connection);
    return taken;
  }

  /** Whoever has to move next is the one whose timeout runs. */
  #watchUpload(connection: ServerConnection): void {
    if (this.#body.done) {
      this.client.disarmClientTimeout();
      connection.arm(this.usedBackend.timeouts.server);
    } else if (connection.socket.writableNeedDrain) {
      this.client.pause();
      this.client.disarmClientTimeout();
      connection.arm(this.usedBackend.timeouts.server);
    } else {
      if (!this.responseStarted) connection.disarm();
      this.client.armClientTimeout();
    }
  }

  #writeToServer(connection: ServerConnection, text: string): void {
    connection.server.counters.bytesIn += text.length;
    this.usedBackend.counters.bytesIn += text.length;
    connection.socket.write(text, 'latin1');
  }

  #sendToServer(buffer: Buffer, start: number, end: number): void {
    const connection = this.connection as ServerConnection;
    connection.server.counters.bytesIn += end - start;
    this.usedBackend.counters.bytesIn += end - start;
    connection.socket.write(this.client.lasting(buffer, start, end));
    if (connection.socket.writableLength > 0) this.client.stillWriting();
  }

  override serverDrained(): void {
    if (!this.wantsBody) return;
    this.client.resume();
    if (!this.tunnelling) this.#watchUpload(this.connection as ServerConnection);
  }

  protected override tunnelBegun(): void {
    this.client.feedBody();
    this.client.resume();
  }

  // Answers of our own.

  /** A request that cannot be read, or did not come in time, ends the connection. */
  refuse(status: number): void {
    if (!this.#relaying) this.#reset();
    this.client.frontend.counters.requestErrors++;
    this.#persistent = false;
    this.#answer(status);
  }

  #answer(status: number): void {
    this.keepClient = this.mayKeepClient() && status !== 400 && status !== 408;
    this.#sendAnswer(findErrorPage(status, this.backend?.errorPages, this.client.frontend.errorPages));
  }

  #redirect({ status, location }: RuleAnswer): void {
    this.keepClient = this.mayKeepClient();
    this.#sendAnswer(redirection(status, location));
  }

  #sendAnswer(answer: ReadyAnswer): void {
    this.status = answer.status;
    this.writeToClient(writeAnswer(answer, this.connectionField(this.keepClient), this.method === 'HEAD'));
    this.end(false);
  }

  /** A body that was not read to its end leaves no way to find the next request. */
  protected override mayKeepClient(): boolean {
    if (!this.#persistent || !this.#body.done || this.context.draining) return false;
    return this.client.frontend.connectionMode !== 'httpclose' && this.backend?.connectionMode !== 'httpclose';
  }

  // Ends, good and bad.

  protected override end(keepServer: boolean): void {
    this.countResponse();
    this.#release(keepServer && this.#keepsServer);
    this.client.exchangeDone(this.keepClient);
  }

  protected override countResponse(): void {
    this.client.frontend.counters.countStatus(this.status);
    this.backend?.counters.countStatus(this.status);
    if (this.server === undefined) return;
    this.server.counters.requests++;
    this.server.counters.countStatus(this.status);
  }

  #release(keepServer: boolean): void {
    this.#relaying = false;
    this.tunnelling = false;
    this.client.skip(this.#wholeBody);
    this.#wholeBody = 0;
    this.serverPaused = false;
    this.#outgoing = '';
    this.partialHead = '';
    this.context.timers.disarm(this);
    this.endBackend(keepServer);
  }

  /** The client connection is closed: lets everything go. */
  cancel(): void {
    this.#release(false);
    this.dropOwnConnection();
    this.context.timers.forget(this);
  }

  #badRequestBody(): void {
    if (this.responseStarted) this.client.close();
    else this.refuse(400);
  }

  protected override badResponse(): void {
    if (!this.#sentAgain('junk-response')) this.#noResponse(502);
  }

  protected override retriesStatus(status: number): boolean {
    return this.#sentAgain(String(status));
  }

  #noResponse(status: number): void {
    this.usedBackend.counters.responseErrors++;
    if (this.server !== undefined) this.server.counters.responseErrors++;
    this.#answer(status);
  }

  override serverEnded(): void {
    if (this.tunnelling) this.client.socket.end();
    else if (this.endsWithConnection) this.endUntilClose();
    else this.connectionBroke(false);
  }

  protected override connectionBroke(timedOut: boolean): void {
    if (this.tunnelling) this.client.close();
    else if (this.responseStarted) this.serverAborted();
    else if (timedOut) {
      if (!this.#sentAgain('response-timeout')) this.#noResponse(504);
    } else if (this.partialHead !== '' || !this.#sentAgain('empty-response')) this.#noResponse(502);
  }

  /**
   * Sends an idempotent request again, when `retryOn` has the cause and a retry is left. A server that closed a pooled
   * connection without a byte of an answer may just have closed it as idle (RFC 9112 section 9.3.1): then the request is sent
   * again at once, whatever `retryOn` says, and no retry is spent.
   */
  #sentAgain(cause: string): boolean {
    if (!this.#idempotent || this.#bodySent) return false;
    if (cause === 'empty-response' && this.connection !== undefined && this.connection.uses > 0) {
      this.#relaying = false;
      this.replaceConnection();
      return true;
    }
    if (!this.usedBackend.retryOn.has(cause) || this.retriesLeft === 0) return false;
    this.#relaying = false;
    this.partialHead = '';
    return this.retry(false);
  }

  protected override noServer(): void {
    this.#answer(503);
  }

  /** The client must notice, so its connection ends too. */
  protected override serverAborted(): void {
    this.usedBackend.counters.serverAborts++;
    if (this.server !== undefined) this.server.counters.serverAborts++;
    this.countResponse();
    this.client.close();
  }

  countClientAbort(): void {
    this.client.frontend.counters.clientAborts++;
    if (this.backend !== undefined) this.backend.counters.clientAborts++;
    if (this.server !== undefined) this.server.counters.clientAborts++;
  }

  /** The client sends no more: what it asked for is still answered, unless its request can no longer be completed. */
  clientEnded(): void {
    if (this.tunnelling) {
      this.connection?.socket.end();
    } else if (!this.#body.done && this.client.pendingLength === 0) {
      this.countClientAbort();
      this.client.close();
    }
  }

  clientTimedOut(): void {
    if (this.#relaying && !this.responseStarted && !this.#body.done) this.refuse(408);
    else {
      this.countClientAbort();
      this.client.close();
    }
  }

  override finish(): void {
    this.#persistent = false;
  }

  /** Only the wait before a retry, or a tunnel that went silent, has the exchange's own timer running. */
  override expire(): void {
    if (this.retryWaiting) this.retryNow();
    else if (this.tunnelling) this.client.close();
  }
}

/** The backend of the request that has just been read: that of the first switching rule that applies, else the default. */
function chooseBackend(frontend: FrontendRuntime): BackendRuntime | undefined {
  for (const rule of frontend.switchingRules) {
    if (rule.holds === undefined || rule.holds(request)) return rule.backend;
  }
  return frontend.defaultBackend;
}

/** The stricter of the connection modes of frontend and backend. */
function closesMore(frontend: FrontendRuntime, backend: BackendRuntime): HttpConnectionMode {
  const modes = [frontend.connectionMode, backend.connectionMode];
  if (modes.includes('httpclose')) return 'httpclose';
  return modes.includes('http-server-close') ? 'http-server-close' : 'http-keep-alive';
}
