/** One request and its response: the rules judge it, a server is found, and both bodies are relayed as they come. */
import type { Socket } from 'node:net';
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import { evaluateHttpRequestRules, type RuleAnswer } from '../rules/http-request-rules.ts';
import type { RequestView } from '../rules/request-view.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import { UpstreamSession } from '../upstream/upstream-session.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { BodyReader } from './body-reader.ts';
import { forwardedForLine } from './client-address.ts';
import { errorPage, redirection } from './error-pages.ts';
import { longestHead } from './message-head.ts';
import { RequestHead } from './request-head.ts';
import { ResponseHead } from './response-head.ts';

/** What an exchange needs of the client connection it serves. */
export interface ExchangeClient {
  readonly socket: Socket;
  frontend: FrontendRuntime;
  readonly address: string;
  readonly requests: number;
  readonly pendingLength: number;
  takePending(length?: number): Buffer;
  hold(chunk: Buffer): void;
  pause(): void;
  resume(): void;
  armClientTimeout(): void;
  disarmClientTimeout(): void;
  exchangeDone(keep: boolean): void;
  close(): void;
}

/** No request under way. */
const idle = 0;
/** A server is being connected. */
const dispatching = 1;
/** The request is being sent, the response received, or both. */
const relaying = 2;
/** Bytes pass both ways (after 101 Switching Protocols). */
const tunnelling = 3;

/** Bodies up to this many bytes travel in one string with their head. */
const smallBody = 16 * 1024;

/** The heads of all exchanges are read into these two in turn: nothing of them is used after the call that read them. */
const request = new RequestHead();
const response = new ResponseHead();

/** One object serves all requests of a client connection in turn. */
export class HttpExchange extends UpstreamSession implements RequestView {
  readonly #client: ExchangeClient;
  #phase = idle;

  #method = '';
  #minorVersion = 1;
  /** Whether the client lets its connection live on after this request. */
  #persistent = true;
  #idempotent = false;
  /** The head for the server, with the body when that is small and complete: what a retry sends. */
  #outgoing = '';
  readonly #requestBody: BodyReader;
  /** Whether bytes of the body have gone to a server, so that the request cannot be sent again. */
  #bodySent = false;

  #status = 0;
  #responseStarted = false;
  /** The part of a response head that has come so far. */
  #partialHead = '';
  readonly #responseBody: BodyReader;
  #keepServer = false;
  #keepClient = true;
  #serverPaused = false;

  constructor(context: WorkerContext, client: ExchangeClient) {
    super(context);
    this.#client = client;
    this.#requestBody = new BodyReader({ takeBody: (buffer, start, end) => this.#sendToServer(buffer, start, end) });
    this.#responseBody = new BodyReader({ takeBody: (buffer, start, end) => this.#sendToClient(buffer, start, end) });
  }

  // What rules ask of the request.

  get method(): string {
    return request.method;
  }

  get path(): string {
    return request.path;
  }

  get pathAndQuery(): string {
    return request.pathAndQuery;
  }

  get host(): string {
    return request.fields.host;
  }

  get source(): IpAddress {
    return parseSocketAddress(this.#client.address);
  }

  findHeader(name: string, from: number): number {
    return request.fields.find(name, from);
  }

  headerValue(field: number): string {
    return request.fields.value(field);
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
    this.#method = request.method;
    this.#minorVersion = request.minorVersion;
    this.#persistent = request.persistent;
    this.#idempotent = request.idempotent;
    const body = this.#beginBody();
    const client = this.#client;
    client.frontend = this.context.runtime.frontends.get(client.frontend.uid) ?? client.frontend;
    if (this.#answeredByRules(client.frontend)) return;
    const backend = this.#chooseBackend(client.frontend);
    if (backend === undefined) {
      this.#answer(503);
      return;
    }
    this.beginBackend(backend);
    backend.counters.requests++;
    if (this.#answeredByRules(backend)) return;
    this.#outgoing = request.write(this.#addedLines(backend)) + body;
    this.#phase = dispatching;
    this.connectToServer(this.#idempotent || client.requests > 1);
  }

  #reset(): void {
    this.#method = '';
    this.#minorVersion = 1;
    this.#bodySent = false;
    this.#status = 0;
    this.#responseStarted = false;
    this.#partialHead = '';
    this.#requestBody.begin('none', 0, false);
  }

  /** Takes a small body that has come whole, so that it goes out with the head; any other is relayed as it comes. */
  #beginBody(): string {
    const { chunked, contentLength } = request.fields;
    const client = this.#client;
    if (chunked) this.#requestBody.begin('chunked', 0, false);
    else if (contentLength > 0) {
      if (contentLength <= smallBody && client.pendingLength >= contentLength) {
        return client.takePending(contentLength).toString('latin1', 0, contentLength);
      }
      this.#requestBody.begin('length', contentLength, false);
    } else return '';
    client.pause();
    return '';
  }

  #answeredByRules(proxy: FrontendRuntime | BackendRuntime): boolean {
    const answer = evaluateHttpRequestRules(proxy.httpRequestRules, this);
    if (answer === undefined) return false;
    if (answer.location === '') {
      proxy.counters.deniedRequests++;
      this.#answer(answer.status);
    } else this.#redirect(answer);
    return true;
  }

  #chooseBackend(frontend: FrontendRuntime): BackendRuntime | undefined {
    for (const rule of frontend.switchingRules) {
      if (rule.holds === undefined || rule.holds(this)) return rule.backend;
    }
    return frontend.defaultBackend;
  }

  #addedLines(backend: BackendRuntime): string {
    const forwardfor = backend.forwardfor ?? this.#client.frontend.forwardfor;
    return forwardfor === undefined ? '' : forwardedForLine(forwardfor, request, this.#client.address);
  }

  override serverConnected(): void {
    const connection = this.connection as ServerConnection;
    this.#phase = relaying;
    this.#writeToServer(connection, this.#outgoing);
    connection.arm(this.#backend.timeouts.server);
    if (this.#requestBody.done) return;
    if (this.#client.pendingLength > 0) this.takeBody(this.#client.takePending());
    if (!connection.socket.writableNeedDrain) this.#client.resume();
  }

  get #backend(): BackendRuntime {
    return this.backend as BackendRuntime;
  }

  /** Whether what the client sends now belongs to the body of the request and can go on. */
  get wantsBody(): boolean {
    return this.#phase === tunnelling || (this.#phase === relaying && !this.#requestBody.done);
  }

  /** Bytes from the client while {@link wantsBody}. */
  takeBody(chunk: Buffer): void {
    const connection = this.connection as ServerConnection;
    if (this.#phase === tunnelling) {
      this.#sendToServer(chunk, 0, chunk.length);
      if (connection.socket.writableNeedDrain) this.#client.pause();
      this.#armTunnel();
      return;
    }
    const body = this.#requestBody;
    this.#bodySent = true;
    const end = body.read(chunk, 0, chunk.length);
    if (body.failed) {
      this.#badRequestBody();
      return;
    }
    if (body.done && body.ending !== '') this.#writeToServer(connection, body.ending);
    if (end < chunk.length) this.#client.hold(chunk.subarray(end));
    this.#watchUpload(connection);
  }

  /** Whoever has to move next is the one whose timeout runs. */
  #watchUpload(connection: ServerConnection): void {
    if (this.#requestBody.done) {
      this.#client.disarmClientTimeout();
      connection.arm(this.#backend.timeouts.server);
    } else if (connection.socket.writableNeedDrain) {
      this.#client.pause();
      this.#client.disarmClientTimeout();
      connection.arm(this.#backend.timeouts.server);
    } else {
      if (!this.#responseStarted) connection.disarm();
      this.#client.armClientTimeout();
    }
  }

  #writeToServer(connection: ServerConnection, text: string): void {
    connection.server.counters.bytesIn += text.length;
    this.#backend.counters.bytesIn += text.length;
    connection.socket.write(text, 'latin1');
  }

  #sendToServer(buffer: Buffer, start: number, end: number): void {
    const connection = this.connection as ServerConnection;
    connection.server.counters.bytesIn += end - start;
    this.#backend.counters.bytesIn += end - start;
    connection.socket.write(start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end));
  }

  override serverDrained(): void {
    if (!this.wantsBody) return;
    this.#client.resume();
    if (this.#phase === relaying) this.#watchUpload(this.connection as ServerConnection);
  }

  // The response.

  override serverData(buffer: Buffer, length: number): void {
    this.#backend.counters.bytesOut += length;
    (this.connection as ServerConnection).server.counters.bytesOut += length;
    if (this.#responseStarted) this.#relayResponse(buffer, 0, length);
    else if (this.#phase === tunnelling) {
      this.#sendToClient(buffer, 0, length);
      this.#armTunnel();
    } else this.#readResponse(buffer, length);
  }

  /** Reads heads until the final one has come; 1xx ones are passed on as they are. */
  #readResponse(buffer: Buffer, length: number): void {
    const before = this.#partialHead.length;
    const text = this.#partialHead + buffer.toString('latin1', 0, Math.min(length, longestHead));
    let start = 0;
    for (;;) {
      const end = text.indexOf('\r\n\r\n', start) + 4;
      if (end < 4) {
        if (text.length - start >= longestHead) this.#badResponse();
        else this.#partialHead = text.slice(start);
        return;
      }
      if (!response.read(start === 0 && end === text.length ? text : text.slice(start, end), this.#method)) {
        this.#badResponse();
        return;
      }
      start = end;
      if (response.status >= 200) break;
      if (response.status === 101) {
        this.#beginTunnel(buffer, start - before, length);
        return;
      }
      if (this.#minorVersion === 1) this.#writeToClient(response.write('', false));
    }
    this.#partialHead = '';
    this.#beginResponse(buffer, start - before, length, text, start);
  }

  /** Sends the head on; its body follows it at buffer[bodyStart..length] and, as far as it was decoded, in text[textStart..]. */
  #beginResponse(buffer: Buffer, bodyStart: number, length: number, text: string, textStart: number): void {
    const { framing, fields } = response;
    const decode = framing === 'chunked' && this.#minorVersion === 0;
    this.#responseStarted = true;
    this.#status = response.status;
    this.#keepServer = response.persistent && framing !== 'close';
    this.#keepClient = this.#mayKeepClient() && framing !== 'close' && !decode;
    const head = response.write(this.#connectionField(this.#keepClient), framing === 'chunked' && !decode);
    const size = framing === 'none' ? 0 : framing === 'length' ? fields.contentLength : Number.POSITIVE_INFINITY;
    if (size <= smallBody && text.length - textStart >= size) {
      this.#writeToClient(size === 0 ? head : head + text.slice(textStart, textStart + size));
      if (length - bodyStart > size) this.#keepServer = false;
      this.#endResponse();
      return;
    }
    this.#responseBody.begin(framing, fields.contentLength, decode);
    const { socket } = this.#client;
    socket.cork();
    this.#writeToClient(head);
    this.#relayResponse(buffer, bodyStart, length);
    socket.uncork();
  }

  #relayResponse(buffer: Buffer, start: number, length: number): void {
    const body = this.#responseBody;
    const end = body.read(buffer, start, length);
    if (body.failed) {
      this.#serverAborted();
    } else if (body.done) {
      if (body.ending !== '') this.#writeToClient(body.ending);
      if (end < length) this.#keepServer = false;
      this.#endResponse();
    } else if (!this.#serverPaused) {
      (this.connection as ServerConnection).arm(this.#backend.timeouts.server);
    }
  }

  #writeToClient(text: string): void {
    this.#client.frontend.counters.bytesOut += text.length;
    this.#client.socket.write(text, 'latin1');
  }

  /** Writes bytes of a read buffer to the client; a full socket stops the reading from the server until it has drained. */
  #sendToClient(buffer: Buffer, start: number, end: number): void {
    const connection = this.connection as ServerConnection;
    const { socket } = this.#client;
    this.#client.frontend.counters.bytesOut += end - start;
    const bytes = buffer.subarray(start, end);
    const { isShared } = connection.readBuffer;
    const accepted = socket.write(isShared ? Buffer.from(bytes) : bytes);
    if (!isShared && socket.writableLength > 0) connection.readBuffer.giveAway();
    if (accepted || this.#serverPaused) return;
    this.#serverPaused = true;
    connection.socket.pause();
    connection.disarm();
    this.#client.armClientTimeout();
  }

  /** What was written has gone to the client: the server may send on. */
  clientDrained(): void {
    if (!this.#serverPaused) return;
    this.#serverPaused = false;
    if (this.#requestBody.done) this.#client.disarmClientTimeout();
    const connection = this.connection as ServerConnection;
    connection.socket.resume();
    if (this.#phase === tunnelling) this.#armTunnel();
    else connection.arm(this.#backend.timeouts.server);
  }

  #endResponse(): void {
    if (this.#serverPaused) {
      this.#keepServer = false;
      this.#client.disarmClientTimeout();
    }
    this.#end(this.#keepServer && this.#requestBody.done);
  }

  // Answers of our own.

  /** A request that cannot be read, or did not come in time, ends the connection. */
  refuse(status: number): void {
    if (this.#phase === idle) this.#reset();
    this.#client.frontend.counters.requestErrors++;
    this.#persistent = false;
    this.#answer(status);
  }

  #answer(status: number): void {
    this.#keepClient = this.#mayKeepClient() && status !== 400 && status !== 408;
    this.#writeAnswer(errorPage(status, this.#connectionField(this.#keepClient), this.#method === 'HEAD'), status);
  }

  #redirect(answer: RuleAnswer): void {
    this.#keepClient = this.#mayKeepClient();
    this.#writeAnswer(
      redirection(answer.status, answer.location, this.#connectionField(this.#keepClient)),
      answer.status,
    );
  }

  #writeAnswer(text: string, status: number): void {
    this.#status = status;
    this.#writeToClient(text);
    this.#end(false);
  }

  /** A body that was not read to its end leaves no way to find the next request. */
  #mayKeepClient(): boolean {
    return this.#persistent && this.#requestBody.done && !this.context.draining;
  }

  #connectionField(keep: boolean): string {
    if (!keep) return 'close';
    return this.#minorVersion === 0 ? 'keep-alive' : '';
  }

  // Ends, good and bad.

  #end(keepServer: boolean): void {
    this.#countResponse();
    this.#release(keepServer);
    this.#client.exchangeDone(this.#keepClient);
  }

  #countResponse(): void {
    this.#client.frontend.counters.countStatus(this.#status);
    this.backend?.counters.countStatus(this.#status);
    if (this.server === undefined) return;
    this.server.counters.requests++;
    this.server.counters.countStatus(this.#status);
  }

  #release(keepServer: boolean): void {
    this.#phase = idle;
    this.#serverPaused = false;
    this.#outgoing = '';
    this.#partialHead = '';
    this.context.timers.disarm(this);
    this.endBackend(keepServer);
  }

  /** The client connection is closed: lets everything go. */
  cancel(): void {
    this.#release(false);
    this.context.timers.forget(this);
  }

  #badRequestBody(): void {
    if (this.#responseStarted) this.#client.close();
    else this.refuse(400);
  }

  #badResponse(): void {
    this.#backend.counters.responseErrors++;
    if (this.server !== undefined) this.server.counters.responseErrors++;
    this.#answer(502);
  }

  override serverEnded(): void {
    if (this.#phase === tunnelling) this.#client.socket.end();
    else if (this.#responseStarted && this.#responseBody.untilClose) this.#endResponse();
    else this.connectionBroke(false);
  }

  protected override connectionBroke(timedOut: boolean): void {
    if (this.#phase === tunnelling) this.#client.close();
    else if (this.#responseStarted) this.#serverAborted();
    else if (timedOut || !this.#sentAgain()) this.#noResponse(timedOut ? 504 : 502);
  }

  /**
   * Sends an idempotent request again when the server closed without a byte of an answer: at once when the connection came
   * from the pool (the server may just have closed it as idle, RFC 9112 section 9.3.1), else as a retry.
   */
  #sentAgain(): boolean {
    if (this.#partialHead !== '' || !this.#idempotent || this.#bodySent) return false;
    this.#phase = dispatching;
    if (this.connection?.reused === true) {
      this.replaceConnection();
      return true;
    }
    return this.#backend.retryEmptyResponse && this.retry(false);
  }

  #noResponse(status: number): void {
    this.#backend.counters.responseErrors++;
    if (this.server !== undefined) this.server.counters.responseErrors++;
    this.#answer(status);
  }

  protected override noServer(): void {
    this.#answer(503);
  }

  /** The server broke off inside a response: the client must notice, so its connection ends too. */
  #serverAborted(): void {
    this.#backend.counters.serverAborts++;
    if (this.server !== undefined) this.server.counters.serverAborts++;
    this.#countResponse();
    this.#client.close();
  }

  countClientAbort(): void {
    this.#client.frontend.counters.clientAborts++;
    if (this.backend !== undefined) this.backend.counters.clientAborts++;
    if (this.server !== undefined) this.server.counters.clientAborts++;
  }

  /** The client sends no more: what it asked for is still answered, unless its request can no longer be completed. */
  clientEnded(): void {
    if (this.#phase === tunnelling) {
      this.connection?.socket.end();
    } else if (!this.#requestBody.done && this.#client.pendingLength === 0) {
      this.countClientAbort();
      this.#client.close();
    }
  }

  clientTimedOut(): void {
    if (this.#phase === relaying && !this.#responseStarted && !this.#requestBody.done) this.refuse(408);
    else {
      this.countClientAbort();
      this.#client.close();
    }
  }

  override finish(): void {
    this.#persistent = false;
  }

  /** Only the wait before a retry, or a tunnel that went silent, has the exchange's own timer running. */
  override expire(): void {
    if (this.retryWaiting) this.retryNow();
    else if (this.#phase === tunnelling) this.#client.close();
  }

  // Tunnels.

  #beginTunnel(buffer: Buffer, bodyStart: number, length: number): void {
    this.#phase = tunnelling;
    this.#status = 101;
    this.#keepClient = false;
    this.#countResponse();
    this.#writeToClient(response.writeUpgrade());
    if (bodyStart < length) this.#sendToClient(buffer, bodyStart, length);
    this.connection?.disarm();
    this.#client.disarmClientTimeout();
    this.#armTunnel();
    if (this.#client.pendingLength > 0) this.takeBody(this.#client.takePending());
    this.#client.resume();
  }

  #armTunnel(): void {
    const { tunnel, server } = this.#backend.timeouts;
    this.context.timers.arm(this, tunnel > 0 ? tunnel : Math.min(server, this.#client.frontend.timeouts.client));
  }
}
