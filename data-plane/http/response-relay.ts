/** The response half of an exchange: reads what the server answers and relays it to the client as fast as that takes it. */

import type { ConnectionNotes } from '../listen/connection-context.ts';
import type { Termination } from '../report/termination.ts';
import { evaluateRules } from '../rules/evaluate-rules.ts';
import type { HttpResponseRules } from '../rules/http-response-rules.ts';
import type { RuleAnswer } from '../rules/rule-answer.ts';
import { judgeConnection } from '../rules/tcp-rules.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { BodyReader } from './body-reader.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { ExchangeTransaction } from './exchange-transaction.ts';
import { headLimits } from './head-limits.ts';
import { ResponseHead } from './response-head.ts';
import { fewTogether, firstLook, mostTogether, writeTogether } from './write-together.ts';

/** The heads of all responses are read into this one in turn: nothing of it is used after the call that read it. */
const response = new ResponseHead();

/** Where an exchange stands when a rule ends it: with the request, the head of the response, or what a server sends as such. */
export type RuleState = 'R' | 'H' | 'D';

export abstract class ResponseRelay extends ExchangeTransaction {
  /** The method that the server was sent: rules may have changed it. */
  protected serverMethod = '';

  /** How the exchange ended, or has gone so far. */
  protected termination: Termination = '--';

  /** Status of the answer that was begun; 0 before. */
  protected status = 0;
  protected responseStarted = false;
  /** The part of a response head that has come so far. */
  protected partialHead = '';
  /** Whether the client connection lives on after this exchange. */
  protected keepClient = true;
  /** Whether reading from the server waits for the client to take what was written. */
  protected serverPaused = false;
  protected tunnelling = false;
  readonly #body: BodyReader;
  #keepServer = false;
  /** A rule has closed the connection to the server, as soon as the response is through. */
  #leavesServer = false;

  constructor(context: WorkerContext, client: ExchangeClient, notes: ConnectionNotes) {
    super(context, client, notes);
    this.#body = new BodyReader({ takeBody: (buffer, start, end) => this.#sendToClient(buffer, start, end) });
  }

  /** Whether the whole request has gone to the server. */
  protected abstract get requestSent(): boolean;
  /** Whether the client connection may live on, as far as the request tells. */
  protected abstract mayKeepClient(): boolean;
  /** The server's answer is no HTTP: 502. */
  protected abstract badResponse(): void;
  /** Whether the request is sent again because of this status; nothing of the answer has gone to the client. */
  protected abstract retriesStatus(status: number): boolean;
  /** The server broke off inside its answer. */
  protected abstract serverAborted(termination: Termination): void;
  /** Counts the answer and ends the exchange. */
  protected abstract end(keepServer: boolean): void;
  protected abstract countResponse(): void;
  /** Answers with the error page for a status. */
  protected abstract answer(status: number, termination: Termination): void;
  /** Ends the exchange as a rule of the proxy says. */
  protected abstract answerByRule(answer: RuleAnswer, proxy: FrontendRuntime | BackendRuntime, state: RuleState): void;

  /** Value of the Connection field that tells the client whether its connection lives on; "" where that goes without saying. */
  protected connectionField(keep: boolean): string {
    if (!keep) return 'close';
    return this.minorVersion === 0 ? 'keep-alive' : '';
  }

  /** Whether the client can tell where the answer ends: not when a rule has made its request one by HEAD. */
  private get answersMethod(): boolean {
    return this.serverMethod !== 'HEAD' || this.method === 'HEAD';
  }

  /** Whether the answer ends when the server closes. */
  protected get endsWithConnection(): boolean {
    return this.responseStarted && this.#body.untilClose;
  }

  override serverData(buffer: Buffer, length: number): void {
    this.usedBackend.counters.bytesOut += length;
    (this.connection as ServerConnection).server.counters.bytesOut += length;
    if (this.responseStarted) this.#relayBody(buffer, 0, length);
    else if (this.tunnelling) {
      this.#sendToClient(buffer, 0, length);
      this.armTunnel();
    } else this.#readHead(buffer, length);
  }

  /** Reads heads until the final one has come; 1xx ones are passed on as they are. */
  #readHead(buffer: Buffer, length: number): void {
    const before = this.partialHead.length;
    let decoded = Math.min(length, before === 0 ? firstLook : headLimits.bytes);
    let text = this.partialHead + buffer.toString('latin1', 0, decoded);
    let start = 0;
    for (;;) {
      const end = text.indexOf('\r\n\r\n', start) + 4;
      if (end < 4) {
        if (decoded < length && decoded < headLimits.bytes) {
          decoded = Math.min(length, headLimits.bytes);
          text = this.partialHead + buffer.toString('latin1', 0, decoded);
          continue;
        }
        if (text.length - start >= headLimits.bytes) this.badResponse();
        else this.partialHead = text.slice(start);
        return;
      }
      if (!response.read(start === 0 && end === text.length ? text : text.slice(start, end), this.serverMethod)) {
        this.badResponse();
        return;
      }
      start = end;
      if (response.status >= 200) break;
      if (response.status === 101) {
        this.#noteServer();
        if (this.#judged()) return;
        this.#beginTunnel(buffer, start - before, length);
        return;
      }
      if (this.minorVersion === 1) this.writeToClient(response.write('', false));
    }
    this.partialHead = '';
    if (this.usedBackend.retryOn.size > 0 && response.status >= 400 && this.retriesStatus(response.status)) return;
    this.sample.tracked?.responseRead(response.status);
    this.#noteServer();
    if (this.#judged()) return;
    this.#begin(buffer, start - before, length, text, start);
  }

  /** Stick rules of the backend note the server that has answered. */
  #noteServer(): void {
    const { request, response: rules } = this.usedBackend.stickRules;
    if (request.length + rules.length === 0) return;
    this.#adopt();
    this.noteServer(this.sample);
  }

  /** Applies the rules of backend and frontend to the response; true when one of them has answered instead. */
  #judged(): boolean {
    const { usedBackend: backend } = this;
    const { frontend } = this.client;
    this.sample.responseVersion = response.minorVersion;
    if (this.record !== undefined) this.record.responseVersion = response.minorVersion;
    const { captures } = this.sample;
    captures?.readResponse(response.fields);
    if (backend.tcpResponseRules.content.length > 0 && this.#stopped(backend)) return true;
    if (backend.httpResponseRules.length + frontend.httpResponseRules.length > 0) {
      this.#adopt();
      if (this.#judgedBy(backend.httpResponseRules, backend)) return true;
      if (this.#judgedBy(frontend.httpResponseRules, frontend)) return true;
    }
    captures?.readResponseCookie(response.fields);
    if (!this.hasAfterRules || this.#afterRules()) return false;
    this.answer(500, 'PH');
    return true;
  }

  /**
   * Applies the tcp-response rules. As in HAProxy those of a backend without a delay were due when the server was connected
   * to, and see nothing of the response; with one they see its head, and are not asked again.
   */
  #stopped(backend: BackendRuntime): boolean {
    const { content: rules, inspectDelay } = backend.tcpResponseRules;
    this.sample.beginResponse(inspectDelay === 0 ? undefined : response, this.connection);
    const kind = judgeConnection(rules, this.sample);
    if (kind === 'reject' || kind === 'silent-drop') {
      this.status = response.status;
      this.answerByRule({ kind, status: 0, reply: undefined, fields: '' }, backend, 'D');
      return true;
    }
    if (kind === 'close') this.#leavesServer = true;
    return false;
  }

  #judgedBy(rules: HttpResponseRules, proxy: FrontendRuntime | BackendRuntime): boolean {
    if (rules.length === 0) return false;
    const answer = evaluateRules(rules, response, this.sample);
    if (answer === undefined) return false;
    this.answerByRule(answer, proxy, 'H');
    return true;
  }

  /** Rules look at the response that has been read. */
  #adopt(): void {
    this.sample.beginResponse(response, this.connection);
  }

  protected get hasAfterRules(): boolean {
    const after = this.client.frontend.httpAfterResponseRules.length;
    return after > 0 || (this.backend !== undefined && this.backend.httpAfterResponseRules.length > 0);
  }

  /** Applies http-after-response rules to the response that has been read; false when one of them failed. */
  #afterRules(): boolean {
    this.#adopt();
    if (
      this.backend !== undefined &&
      evaluateRules(this.backend.httpAfterResponseRules, response, this.sample) !== undefined
    ) {
      return false;
    }
    return evaluateRules(this.client.frontend.httpAfterResponseRules, response, this.sample) === undefined;
  }

  /** An answer of our own as http-after-response rules leave it, and its status; undefined when one of them failed. */
  protected afterRules(answer: string): { text: string; status: number } | undefined {
    const headEnd = answer.indexOf('\r\n\r\n') + 4;
    if (!response.read(answer.slice(0, headEnd), this.method)) return undefined;
    const { connection } = response.fields;
    if (!this.#afterRules()) return undefined;
    const content = response.dropsBody(this.method) ? '' : answer.slice(headEnd);
    return { text: response.write(connection, false) + content, status: response.status };
  }

  /** Sends the head on; its body follows it at buffer[bodyStart..length] and, as far as it was decoded, in text[textStart..]. */
  #begin(buffer: Buffer, bodyStart: number, length: number, text: string, textStart: number): void {
    const { framing, fields } = response;
    const decode = framing === 'chunked' && this.minorVersion === 0;
    this.responseStarted = true;
    this.status = response.status;
    if (this.record !== undefined) this.record.noteResponse();
    this.#keepServer = response.persistent && framing !== 'close';
    this.keepClient = this.mayKeepClient() && framing !== 'close' && !decode && this.answersMethod;
    const head = response.write(this.connectionField(this.keepClient), response.saysChunked && this.minorVersion > 0);
    if (response.dropsBody(this.method)) {
      this.#keepServer = false;
      this.writeToClient(head);
      if (this.record !== undefined) this.#logAsap();
      this.#endBody();
      return;
    }
    const size = framing === 'none' ? 0 : framing === 'length' ? fields.contentLength : Number.POSITIVE_INFINITY;
    if (size <= mostTogether && length - bodyStart >= size) {
      if (size === 0) this.writeToClient(head);
      else if (size <= fewTogether && text.length - textStart >= size) {
        this.writeToClient(head + text.slice(textStart, textStart + size));
      } else {
        this.client.frontend.counters.bytesOut += head.length + size;
        writeTogether(this.client.socket, head, buffer, bodyStart, bodyStart + size);
      }
      if (length - bodyStart > size) this.#keepServer = false;
      if (this.record !== undefined) this.#logAsap();
      this.#endBody();
      return;
    }
    this.#body.begin(framing, fields.contentLength, decode);
    const { socket } = this.client;
    socket.cork();
    this.writeToClient(head);
    if (this.record !== undefined) this.#logAsap();
    this.#relayBody(buffer, bodyStart, length);
    socket.uncork();
  }

  /** Writes the line in the log, unless it is to wait for the end. */
  #logAsap(): void {
    if (this.record?.log.settings.asap === true) this.log();
  }

  /** Writes the line of this exchange in the log, if it is still to be written. */
  protected log(): void {
    const { record } = this;
    this.record = undefined;
    record?.finish(this.status, this.termination, this.client.pendingLength);
  }

  #relayBody(buffer: Buffer, start: number, length: number): void {
    const body = this.#body;
    const end = body.read(buffer, start, length);
    if (body.failed) {
      this.serverAborted('PD');
    } else if (body.done) {
      if (body.ending !== '') this.writeToClient(body.ending);
      if (end < length) this.#keepServer = false;
      this.#endBody();
    } else if (!this.serverPaused) {
      (this.connection as ServerConnection).arm(this.serverTimeout);
    }
  }

  /** Writes bytes of a read buffer to the client; a full socket stops the reading from the server until it has drained. */
  #sendToClient(buffer: Buffer, start: number, end: number): void {
    const connection = this.connection as ServerConnection;
    const { socket } = this.client;
    this.client.frontend.counters.bytesOut += end - start;
    const bytes = buffer.subarray(start, end);
    const { isShared } = connection.readBuffer;
    const accepted = socket.write(isShared ? Buffer.from(bytes) : bytes);
    if (!isShared && socket.writableLength > 0) connection.readBuffer.giveAway();
    if (accepted || this.serverPaused) return;
    this.serverPaused = true;
    connection.socket.pause();
    connection.disarm();
    this.client.armClientTimeout();
  }

  /** What was written has gone to the client: the server may send on. */
  clientDrained(): void {
    if (!this.serverPaused) return;
    this.serverPaused = false;
    if (this.requestSent) this.client.disarmClientTimeout();
    const connection = this.connection as ServerConnection;
    connection.socket.resume();
    if (this.tunnelling) this.armTunnel();
    else connection.arm(this.serverTimeout);
  }

  /** All of the answer is here. */
  protected endUntilClose(): void {
    this.#endBody();
  }

  #endBody(): void {
    if (this.serverPaused) {
      this.#keepServer = false;
      this.client.disarmClientTimeout();
    }
    const keepsServer = this.#keepServer && this.requestSent && !this.#leavesServer;
    this.#leavesServer = false;
    this.end(keepsServer);
  }

  #beginTunnel(buffer: Buffer, bodyStart: number, length: number): void {
    this.tunnelling = true;
    this.status = 101;
    if (this.record !== undefined) this.record.noteResponse();
    this.keepClient = false;
    this.countResponse();
    this.writeToClient(response.writeUpgrade());
    if (this.record !== undefined) this.#logAsap();
    if (bodyStart < length) this.#sendToClient(buffer, bodyStart, length);
    this.connection?.disarm();
    this.client.disarmClientTimeout();
    this.armTunnel();
    this.tunnelBegun();
  }

  /** Bytes of the client that waited may pass. */
  protected abstract tunnelBegun(): void;

  /** Every byte in either direction pushes the end of a silent tunnel on. */
  protected armTunnel(): void {
    const tunnel = this.tunnelTimeout;
    const silence = Math.min(this.serverTimeout, this.client.frontend.timeouts.client);
    this.context.timers.arm(this, tunnel > 0 ? tunnel : silence);
  }
}
