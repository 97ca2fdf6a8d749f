/** The request half of an exchange: sends the request to the server, and its body as it comes. */
import type { ConnectionNotes } from '../listen/connection-context.ts';
import { writeText } from '../listen/write-text.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { WorkerContext } from '../worker/runtime.ts';
import { BodyReader } from './body-reader.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { ResponseRelay } from './response-relay.ts';
import { mostTogether } from './write-together.ts';

export abstract class RequestRelay extends ResponseRelay {
  /** Whether a server has taken the request, or part of it. */
  protected relaying = false;
  protected idempotent = false;
  /** The head for the server; with its body once an idempotent request was sent with a small one: what a retry sends. */
  protected outgoing = '';
  /** Bytes of a small body that wait at the client whole, to go out with the head. */
  protected wholeBody = 0;
  protected readonly requestBody: BodyReader;
  /** The last line of `outgoing` where it names the server; "" before. */
  #nameLine = '';
  /** Whether bytes of the body have gone to a server, so that the request cannot be sent again. */
  protected bodySent = false;

  constructor(context: WorkerContext, client: ExchangeClient, notes: ConnectionNotes) {
    super(context, client, notes);
    this.requestBody = new BodyReader({ takeBody: (buffer, start, end) => this.#sendToServer(buffer, start, end) });
  }

  /** The body of the request turned out to be malformed. */
  protected abstract badRequestBody(): void;

  /** A small body that has come whole goes out with the head; any other is relayed as it comes. */
  protected beginBody(chunked: boolean, contentLength: number): void {
    const { client } = this;
    this.wholeBody = 0;
    this.#nameLine = '';
    if (!chunked && contentLength <= 0) return;
    if (!chunked && contentLength <= mostTogether && client.pendingLength >= contentLength) {
      this.wholeBody = contentLength;
      return;
    }
    this.requestBody.begin(chunked ? 'chunked' : 'length', contentLength, false);
    client.pause();
  }

  override serverConnected(): void {
    const connection = this.connection as ServerConnection;
    this.relaying = true;
    if (this.record !== undefined) this.record.noteConnected(connection);
    const { nameHeader } = this.usedBackend;
    if (nameHeader !== '') this.#nameServer(`${nameHeader}: ${connection.server.name}\r\n`);
    if (this.wholeBody > 0) this.#sendWhole(connection);
    else this.#writeToServer(connection, this.outgoing);
    connection.arm(this.serverTimeout);
    if (this.requestBody.done) return;
    this.client.feedBody();
    if (this.connection?.socket.writableNeedDrain === false) this.client.resume();
  }

  /** Ends the head with a line that names the server, in place of the one a retry finds there. */
  #nameServer(line: string): void {
    const { outgoing } = this;
    const end = outgoing.indexOf('\r\n\r\n') + 2;
    this.outgoing = outgoing.slice(0, end - this.#nameLine.length) + line + outgoing.slice(end);
    this.#nameLine = line;
  }

  /** Head and body in one write. An idempotent request is kept, to be sent again if need be. */
  #sendWhole(connection: ServerConnection): void {
    const length = this.wholeBody;
    this.wholeBody = 0;
    if (this.idempotent) {
      this.outgoing += this.client.takeText(length);
      this.#writeToServer(connection, this.outgoing);
      return;
    }
    this.bodySent = true;
    connection.server.counters.bytesIn += this.outgoing.length + length;
    this.usedBackend.counters.bytesIn += this.outgoing.length + length;
    this.client.sendWithPending(connection.socket, this.outgoing, length);
  }

  protected override get requestSent(): boolean {
    return this.requestBody.done;
  }

  /** Whether what the client sends now belongs to the body of the request and can go on. */
  get wantsBody(): boolean {
    return this.tunnelling || (this.relaying && !this.requestBody.done);
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
    this.bodySent = true;
    const taken = this.requestBody.read(buffer, start, end);
    if (this.requestBody.failed) {
      this.badRequestBody();
      return taken;
    }
    if (this.requestBody.done && this.requestBody.ending !== '')
      this.#writeToServer(connection, this.requestBody.ending);
    this.#watchUpload(connection);
    return taken;
  }

  /** Whoever has to move next is the one whose timeout runs. */
  #watchUpload(connection: ServerConnection): void {
    if (this.requestBody.done) {
      this.client.disarmClientTimeout();
      connection.arm(this.serverTimeout);
    } else if (connection.socket.writableNeedDrain) {
      this.client.pause();
      this.client.disarmClientTimeout();
      connection.arm(this.serverTimeout);
    } else {
      if (!this.responseStarted) connection.disarm();
      this.client.armClientTimeout();
    }
  }

  #writeToServer(connection: ServerConnection, text: string): void {
    connection.server.counters.bytesIn += text.length;
    this.usedBackend.counters.bytesIn += text.length;
    writeText(connection.socket, text);
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
}
