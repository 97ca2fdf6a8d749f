/** One client connection in mode tcp: a server is chosen at once and bytes pass both ways until both sides have ended. */
import type { Socket } from 'node:net';
import { type ClientReader, openClientSocket, type TcpHandle } from '../listen/client-socket.ts';
import { ReadBuffer } from '../listen/read-buffer.ts';
import { SessionContext } from '../listen/session-context.ts';
import { AccessRecord } from '../report/access-record.ts';
import type { Termination } from '../report/termination.ts';
import { judgeConnection } from '../rules/tcp-request-rules.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import { UpstreamSession } from '../upstream/upstream-session.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';

interface OwnedSocket extends Socket {
  session?: TcpSession;
}

export class TcpSession extends UpstreamSession implements ClientReader {
  readonly #frontend: FrontendRuntime;
  readonly #socket: Socket;
  readonly #readBuffer = new ReadBuffer();
  /** What the connection tracks from its beginning. */
  readonly #tracked: TrackedCounters | undefined;
  readonly #sample: SessionContext;
  #closed = false;
  #termination: Termination = '--';
  #clientEnded = false;
  #serverEnded = false;
  #serverPaused = false;
  #clientPaused = true;

  constructor(
    context: WorkerContext,
    frontend: FrontendRuntime,
    handle: TcpHandle,
    tracked: TrackedCounters | undefined,
  ) {
    super(context);
    this.#frontend = frontend;
    this.#tracked = tracked;
    const socket: OwnedSocket = openClientSocket(handle, this, this.#readBuffer);
    this.#socket = socket;
    socket.session = this;
    socket.pause();
    socket.on('end', onEnd).on('drain', onDrain).on('error', onGone).on('close', onGone);
    context.sessions.add(this);
    frontend.counters.connections++;
    frontend.counters.beginSession();
    const sample = new SessionContext(context.environment, frontend, { socket }, tracked);
    this.#sample = sample;
    if (frontend.log !== undefined) this.#beginRecord();
    if (this.#stopped(frontend, sample)) return;
    const backend = frontend.chooseBackend(sample);
    if (backend === undefined) {
      this.#termination = 'SC';
      this.#close();
      return;
    }
    this.beginBackend(backend);
    sample.backend = backend;
    if (this.#stopped(backend, sample)) return;
    if (backend.serverRules.length > 0) this.assignServer(sample);
    if (backend.stickRules.request.length > 0) this.stick(sample);
    this.connectToServer('none');
  }

  /** Applies the tcp-request content rules of a proxy; true when one of them has ended the connection. */
  #stopped(proxy: FrontendRuntime | BackendRuntime, sample: SessionContext): boolean {
    const { content } = proxy.tcpRequestRules;
    if (content.length === 0) return false;
    const verdict = judgeConnection(content, sample);
    if (verdict === 'accept') return false;
    proxy.counters.deniedRequests++;
    this.#termination = 'PR';
    if (verdict === 'silent-drop') this.#socket.resetAndDestroy();
    this.#close();
    return true;
  }

  #beginRecord(): void {
    const { log } = this.#frontend;
    if (log === undefined) return;
    this.record = new AccessRecord(this.context, log, this.#socket);
    this.record.sample = this.#sample;
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
    const { request, response } = (this.backend as BackendRuntime).stickRules;
    if (request.length + response.length > 0) this.noteServer(this.#sample);
    this.#resumeClient();
    if (this.#clientEnded) (this.connection as ServerConnection).socket.end();
    this.#arm();
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
    if (connection === undefined || !connection.connected) return;
    this.#frontend.counters.bytesIn += length;
    (this.backend as BackendRuntime).counters.bytesIn += length;
    connection.server.counters.bytesIn += length;
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
    const connection = this.connection as ServerConnection;
    this.#frontend.counters.bytesOut += length;
    (this.backend as BackendRuntime).counters.bytesOut += length;
    connection.server.counters.bytesOut += length;
    const bytes = buffer.subarray(0, length);
    const { isShared } = connection.readBuffer;
    const accepted = this.#socket.write(isShared ? Buffer.from(bytes) : bytes);
    if (!isShared && this.#socket.writableLength > 0) connection.readBuffer.giveAway();
    if (!accepted) {
      this.#serverPaused = true;
      connection.socket.pause();
    }
    this.#arm();
  }

  drained(): void {
    if (!this.#serverPaused) return;
    this.#serverPaused = false;
    this.connection?.socket.resume();
  }

  /** The client has sent its last byte: the server is told, and may go on sending. */
  clientEnded(): void {
    this.#clientEnded = true;
    if (this.connection?.connected === true) {
      this.connection.socket.end();
      this.#arm();
    }
    if (this.#serverEnded) this.#finishBoth();
  }

  override serverEnded(): void {
    this.#serverEnded = true;
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
      this.#termination = 'CD';
      this.#frontend.counters.clientAborts++;
      if (this.backend !== undefined) this.backend.counters.clientAborts++;
      if (this.server !== undefined) this.server.counters.clientAborts++;
    }
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
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
    const { tracked } = this.#sample;
    if (tracked === undefined) return;
    tracked.passed(this.#socket.bytesRead, this.#socket.bytesWritten);
    tracked.end();
    this.#tracked?.end();
  }

  /** A stream has no end of its own that a node could wait for sooner than the client's. */
  override finish(): void {}

  override expire(): void {
    if (this.retryWaiting) this.retryNow();
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
