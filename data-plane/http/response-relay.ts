/** The response half of an exchange: reads what the server answers and relays it to the client as fast as that takes it. */

import type { ConnectionNotes } from '../listen/connection-context.ts';
import type { Termination } from '../report/termination.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { WorkerContext } from '../worker/runtime.ts';
import { BodyReader } from './body-reader.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { headLimits } from './head-limits.ts';
import { ResponseSteps } from './response-steps.ts';
import { fewTogether, firstLook, mostTogether, writeTogether } from './write-together.ts';

export abstract class ResponseRelay extends ResponseSteps {
  /** How the exchange ended, or has gone so far. */
  protected termination: Termination = '--';

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
    } else if (this.responseWaits) this.moreOfResponse(buffer, length);
    else this.#readHead(buffer, length);
  }

  /** Reads heads until the final one has come; 1xx ones are passed on as they are. */
  #readHead(buffer: Buffer, length: number): void {
    const before = this.partialHead.length;
    let decoded = Math.min(length, before === 0 ? firstLook : headLimits.bytes);
    let text = this.partialHead + buffer.toString('latin1', 0, decoded);
    let start = 0;
    let headLength = 0;
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
      if (!this.readResponse(start === 0 && end === text.length ? text : text.slice(start, end), this.serverMethod)) {
        this.badResponse();
        return;
      }
      headLength = end - start;
      start = end;
      const { status } = this.response;
      if (status >= 200) break;
      if (status === 101) {
        if (!this.passesSteps(buffer, start - before, length, headLength)) return;
        this.#beginTunnel(buffer, start - before, length);
        return;
      }
      if (this.minorVersion === 1) this.writeToClient(this.response.write('', false));
    }
    this.partialHead = '';
    const { status } = this.response;
    if (this.usedBackend.retryOn.size > 0 && status >= 400 && this.retriesStatus(status)) return;
    this.sample.tracked?.responseRead(status);
    if (!this.passesSteps(buffer, start - before, length, headLength)) return;
    this.#begin(buffer, start - before, length, text, start);
  }

  protected override sendWaited(bytes: Buffer): void {
    this.#begin(bytes, 0, bytes.length, '', 0);
  }

  /** Sends the head on; its body follows it at buffer[bodyStart..length] and, as far as it was decoded, in text[textStart..]. */
  #begin(buffer: Buffer, bodyStart: number, length: number, text: string, textStart: number): void {
    const { response } = this;
    const { framing, fields } = response;
    const dropsBody = response.dropsBody(this.method);
    const decode = framing === 'chunked' && this.minorVersion === 0 && !dropsBody;
    this.responseStarted = true;
    this.status = response.status;
    if (this.record !== undefined) this.record.noteResponse(this.headReadAt);
    this.#keepServer = response.persistent && framing !== 'close';
    this.keepClient = this.mayKeepClient() && framing !== 'close' && !decode && this.answersMethod;
    const head = response.write(this.connectionField(this.keepClient), response.saysChunked && this.minorVersion > 0);
    if (dropsBody) {
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
    this.end(this.#keepServer && this.requestSent && !this.leavesServer);
  }

  #beginTunnel(buffer: Buffer, bodyStart: number, length: number): void {
    this.tunnelling = true;
    this.status = 101;
    if (this.record !== undefined) this.record.noteResponse(-1);
    this.keepClient = false;
    this.countResponse();
    this.writeToClient(this.response.writeUpgrade());
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
