/** One client connection in mode tcp: rules may look at what comes first, then a server is chosen and bytes pass both ways. */
import type { Socket } from 'node:net';
import { type ClientReader, openClientSocket, type TcpHandle } from '../listen/client-socket.ts';
import type { ConnectionNotes } from '../listen/connection-context.ts';
import { ReadBuffer } from '../listen/read-buffer.ts';
import { AccessRecord } from '../report/access-record.ts';
import { takeCount } from '../report/request-count.ts';
import type { Termination } from '../report/termination.ts';
import { Captures } from '../rules/captures.ts';
import { judgeConnection, type TcpVerdict } from '../rules/tcp-rules.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import { UpstreamSession } from '../upstream/upstream-session.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import { ResponseInspection } from './response-inspection.ts';
import { StreamContent } from './stream-content.ts';
import { StreamContext } from './stream-context.ts';

interface OwnedSocket extends Socket {
  session?: TcpSession;
}

export class TcpSession extends UpstreamSession implements ClientReader {
  readonly #frontend: FrontendRuntime;
  readonly #socket: Socket;
  readonly #readBuffer = new ReadBuffer();
  /** What the connection tracks from its beginning. */
  readonly #tracked: TrackedCounters | undefined;
  readonly #sample: StreamContext;
  /** What the client has sent for rules to look at; undefined where there are none. */
  #content: StreamContent | undefined;
  /** The proxy whose rules wait for more of it. */
  #inspecting: FrontendRuntime | BackendRuntime | undefined;
  /** Rules that have yet to let pass what the server sends. */
  #response: ResponseInspection | undefined;
  #closed = false;
  #termination: Termination = '--';
  #clientEnded = false;
  #serverEnded = false;
  #serverPaused = false;
  #clientPaused = true;

  constructor(context: WorkerContext, frontend: FrontendRuntime, handle: TcpHandle, notes: ConnectionNotes) {
    super(context);
    this.#frontend = frontend;
    this.#tracked = notes.tracked;
    const socket: OwnedSocket = openClientSocket(handle, this, this.#readBuffer);
    this.#socket = socket;
    socket.session = this;
    socket.pause();
    socket.on('end', onEnd).on('drain', onDrain).on('error', onGone).on('close', onGone);
    context.sessions.add(this);
    frontend.counters.connections++;
    frontend.counters.beginSession();
    this.#sample = new StreamContext(context.environment, frontend, { socket }, this, notes);
    const { captures } = frontend;
    if (captures !== undefined) this.#sample.captures = new Captures(captures);
    if (frontend.log !== undefined) this.#beginRecord();
    if (this.#passes(frontend)) this.#chooseBackend();
  }

  // What the client sends first, as far as rules look at it.

  /**
   * Applies the tcp-request content rules of a proxy; false when one of them has ended the connection, or has to wait, which
   * none does once the time `isOver`.
   */
  #passes(proxy: FrontendRuntime | BackendRuntime, isOver = false): boolean {
    const { content: rules, inspectDelay } = proxy.tcpRequestRules;
    if (rules.length === 0) return true;
    this.#content ??= new StreamContent();
    const content = this.#content;
    this.#sample.content = content;
    content.final = inspectDelay === 0 || isOver || this.#clientEnded || content.isFull;
    const verdict = judgeConnection(rules, this.#sample);
    if (verdict === 'wait') {
      this.#waitForContent(proxy, inspectDelay);
      return false;
    }
    this.#inspecting = undefined;
    content.final = true;
    if (verdict === 'accept') return true;
    proxy.counters.deniedRequests++;
    this.#termination = 'PR';
    if (verdict === 'silent-drop') this.#socket.resetAndDestroy();
    this.#close();
    return false;
  }

  /** Reads on; the clock runs from the first time. */
  #waitForContent(proxy: FrontendRuntime | BackendRuntime, inspectDelay: number): void {
    if (this.#inspecting !== proxy) {
      this.context.timers.arm(this, Math.min(inspectDelay, this.#frontend.timeouts.client));
    }
    this.#inspecting = proxy;
    this.#resumeClient();
  }

  /** More has come, or nothing more will, or the time is over. */
  #inspectAgain(isOver: boolean): void {
    const proxy = this.#inspecting as FrontendRuntime | BackendRuntime;
    if (!this.#passes(proxy, isOver)) return;
    this.context.timers.disarm(this);
    this.#clientPaused = true;
    this.#socket.pause();
    if (this.backend === undefined) this.#chooseBackend();
    else this.#chooseServer();
  }

  #chooseBackend(): void {
    const backend = this.#frontend.chooseBackend(this.#sample);
    if (backend === undefined) {
      this.#termination = 'SC';
      this.#close();
      return;
    }
    this.beginBackend(backend);
    this.#sample.backend = backend;
    if (this.#passes(backend)) this.#chooseServer();
  }

  #chooseServer(): void {
    if ((this.backend as BackendRuntime).serverRules.length > 0) this.assignServer(this.#sample);
    if ((this.backend as BackendRuntime).stickRules.request.length > 0) this.stick(this.#sample);
    this.connectToServer('none');
  }

  #beginRecord(): void {
    const { log } = this.#frontend;
    if (log === undefined) return;
    this.record = new AccessRecord(this.context, log, this.#socket);
    this.#sample.count = takeCount();
    this.record.sample = this.#sample;
    this.#sample.record = this.record;
    this.record.captures = this.#sample.captures;
    if (log.settings.early) this.#log();
  }

  /** Writes the line in the log, if it is still to be written. */
  #log(): void {
    const { record } = this;
    this.record = undefined;
    record?.finish(0, this.#termination, 0);
  }

  override serverConnected(): void {
    if (this.record !== undefined) {
      this.record.noteConnected(this.connection as ServerConnection);
      if (this.record.log.settings.asap) this.#log();
    }
    const connection = this.connection as ServerConnection;
    if (this.#content === undefined || this.#sendWaiting(connection, this.#content)) this.#resumeClient();
    if (this.#clientEnded) connection.socket.end();
    this.#arm();
    const { tcpResponseRules } = this.backend as BackendRuntime;
    if (tcpResponseRules.content.length === 0) {
      this.#noteServer();
      return;
    }
    this.#response = new ResponseInspection(this.context, tcpResponseRules, this.#sample, this);
    this.#sample.beginResponse(connection, this.#response.content);
    this.#response.judge();
  }

  /** Stick rules note the server, once rules on what it sends have let that pass. */
  #noteServer(): void {
    const { request, response } = (this.backend as BackendRuntime).stickRules;
    if (request.length + response.length === 0) return;
    if (response.length > 0 && this.#sample.serverConnection === undefined) {
      this.#sample.beginResponse(this.connection as ServerConnection, new StreamContent());
    }
    this.noteServer(this.#sample);
  }

  /** Sends what rules have looked at; false when the server does not take all of it at once. */
  #sendWaiting(connection: ServerConnection, content: StreamContent): boolean {
    const bytes = content.take();
    if (bytes.length === 0) return true;
    this.#countIn(connection, bytes.length);
    return connection.socket.write(bytes);
  }

  #countIn({ server }: ServerConnection, length: number): void {
    this.#frontend.counters.bytesIn += length;
    (this.backend as BackendRuntime).counters.bytesIn += length;
    server.counters.bytesIn += length;
  }

  // What the server sends first, as far as rules look at it.

  /** The rules on what the server sends have decided. */
  responseJudged(verdict: Exclude<TcpVerdict, 'wait'>): void {
    const { content } = this.#response as ResponseInspection;
    this.#response = undefined;
    if (verdict === 'accept' || verdict === 'close') {
      if (verdict === 'accept') this.#noteServer();
      const bytes = content.take();
      if (bytes.length > 0) this.#sendToClient(this.connection as ServerConnection, bytes);
      if (verdict === 'close') this.#leaveServer();
      else if (this.#serverEnded) this.serverEnded();
      return;
    }
    const { counters } = this.backend as BackendRuntime;
    counters.responseErrors++;
    this.#termination = 'PD';
    if (verdict === 'silent-drop') this.#socket.resetAndDestroy();
    this.#close();
  }

  /** Closes the connection to the server at once, and that of the client once it has taken what came. */
  #leaveServer(): void {
    this.#serverEnded = true;
    this.#clientEnded = true;
    this.connection?.destroy();
    this.#socket.end();
    this.#finishBoth();
  }

  /** Every byte in either direction pushes the deadline on. */
  #arm(): void {
    const { tunnel, server, serverFin } = (this.backend as BackendRuntime).timeouts;
    const { client, clientFin } = this.#frontend.timeouts;
    const half = this.#clientEnded || this.#serverEnded;
    const limit = Math.min(this.#serverEnded ? serverFin : server, this.#clientEnded ? clientFin : client);
    this.context.timers.arm(this, tunnel > 0 && !half ? tunnel : limit);
  }

  received(buffer: Buffer, length: number): void {
    const connection = this.connection;
    if (connection === undefined || !connection.connected) {
      this.#content?.add(buffer, length);
      if (this.#inspecting !== undefined) this.#inspectAgain(false);
      return;
    }
    if (connection.closed) return;
    this.#countIn(connection, length);
    const bytes = buffer.subarray(0, length);
    const { isShared } = this.#readBuffer;
    const accepted = connection.socket.write(isShared ? Buffer.from(bytes) : bytes);
    if (!isShared && connection.socket.writableLength > 0) this.#readBuffer.giveAway();
    if (!accepted) {
      this.#clientPaused = true;
      this.#socket.pause();
    }
    this.#arm();
  }

  override serverDrained(): void {
    if (this.connection?.connected === true) this.#resumeClient();
  }

  #resumeClient(): void {
    if (!this.#clientPaused) return;
    this.#clientPaused = false;
    this.#socket.resume();
  }

  override serverData(buffer: Buffer, length: number): void {
    if (this.#response !== undefined) {
      this.#response.content.add(buffer, length);
      this.#response.judge();
      return;
    }
    const connection = this.connection as ServerConnection;
    const bytes = buffer.subarray(0, length);
    const { isShared } = connection.readBuffer;
    this.#sendToClient(connection, isShared ? Buffer.from(bytes) : bytes);
    if (!isShared && this.#socket.writableLength > 0) connection.readBuffer.giveAway();
    this.#arm();
  }

  /** A full socket stops the reading from the server until it has drained. */
  #sendToClient(connection: ServerConnection, bytes: Buffer): void {
    this.#frontend.counters.bytesOut += bytes.length;
    (this.backend as BackendRuntime).counters.bytesOut += bytes.length;
    connection.server.counters.bytesOut += bytes.length;
    if (this.#socket.write(bytes)) return;
    this.#serverPaused = true;
    connection.socket.pause();
  }

  drained(): void {
    if (!this.#serverPaused) return;
    this.#serverPaused = false;
    this.connection?.socket.resume();
  }

  /** The client has sent its last byte: the server is told, and may go on sending. */
  clientEnded(): void {
    this.#clientEnded = true;
    if (this.#inspecting !== undefined) this.#inspectAgain(false);
    else if (this.connection?.connected === true) {
      this.connection.socket.end();
      this.#arm();
    }
    if (this.#serverEnded) this.#finishBoth();
  }

  override serverEnded(): void {
    this.#serverEnded = true;
    if (this.#response !== undefined) {
      this.#response.end();
      return;
    }
    this.#socket.end();
    this.#arm();
    if (this.#clientEnded) this.#finishBoth();
  }

  /** Both sides have ended; what is still to be written goes out before the sockets close by themselves. */
  #finishBoth(): void {
    if (this.#socket.writableFinished) this.#close();
    else this.#socket.once('finish', () => this.#close());
  }

  protected override connectionBroke(): void {
    if (!this.#serverEnded) this.#termination = 'SD';
    if (this.backend !== undefined && !this.#serverEnded) this.backend.counters.serverAborts++;
    if (this.server !== undefined && !this.#serverEnded) this.server.counters.serverAborts++;
    this.#close();
  }

  protected override noServer(termination: Termination): void {
    this.#termination = termination;
    this.#close();
  }

  gone(): void {
    if (this.#closed) return;
    if (!this.#clientEnded) {
      this.#termination = this.#inspecting === undefined ? 'CD' : 'CR';
      this.#frontend.counters.clientAborts++;
      if (this.backend !== undefined) this.backend.counters.clientAborts++;
      if (this.server !== undefined) this.server.counters.clientAborts++;
    }
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#inspecting = undefined;
    this.#response?.drop();
    this.#response = undefined;
    this.endBackend(false);
    if (this.record !== undefined) this.#log();
    this.#endTracking();
    this.context.timers.forget(this);
    this.context.sessions.delete(this);
    this.#frontend.counters.endSession();
    this.#socket.destroy();
    this.#readBuffer.release();
    this.#frontend.admission.leave();
  }

  #endTracking(): void {
    this.#sample.end();
    const { tracked } = this.#sample;
    if (tracked === undefined) return;
    tracked.passed(this.#socket.bytesRead, this.#socket.bytesWritten);
    tracked.end();
    this.#tracked?.end();
  }

  /** A stream has no end of its own that a node could wait for sooner than the client's. */
  override finish(): void {}

  override expire(): void {
    if (this.#inspecting !== undefined) this.#inspectAgain(true);
    else if (this.retryWaiting) this.retryNow();
    else if (this.queued) this.queueTimedOut();
    else {
      this.#termination = this.#silentSide();
      this.#close();
    }
  }

  /** Whose timeout has passed: with both, that of the client. */
  #silentSide(): Termination {
    const { tunnel, server, serverFin } = (this.backend as BackendRuntime).timeouts;
    const { client, clientFin } = this.#frontend.timeouts;
    if (tunnel > 0 && !this.#clientEnded && !this.#serverEnded) return 'cD';
    return (this.#serverEnded ? serverFin : server) < (this.#clientEnded ? clientFin : client) ? 'sD' : 'cD';
  }
}

function onEnd(this: OwnedSocket): void {
  this.session?.clientEnded();
}

function onDrain(this: OwnedSocket): void {
  this.session?.drained();
}

function onGone(this: OwnedSocket): void {
  this.session?.gone();
}
