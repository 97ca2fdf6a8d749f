/** One request and its response: the rules judge it, a server is found, and the request is sent as it comes. */

import type { HttpConnectionMode } from '../../shared/model/http-options.ts';
import type { Termination } from '../report/termination.ts';
import { Captures } from '../rules/captures.ts';
import type { SampleContext } from '../rules/sample-context.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { Reuse } from '../upstream/upstream-session.ts';
import type { BackendRuntime, FrontendRuntime } from '../worker/runtime.ts';
import { clientLines } from './client-address.ts';
import { PasswordWait } from './password-wait.ts';

/** One object serves all requests of a client connection in turn. */
export class HttpExchange extends PasswordWait {
  /** Whether the client lets its connection live on after this request. */
  #persistent = true;
  /** Whether the connection to the server may live on, as far as configuration says. */
  #keepsServer = true;
  /** Which sides of a tunnel have ended in good order. */
  #clientDone = false;
  #serverDone = false;
  /** Bytes of the client's connection before this exchange; -1 while it has not begun. */
  #bytesInBefore = -1;
  #bytesOutBefore = 0;

  // The request: judged, then sent.

  /** Begins the exchange for a request whose whole head is `text`; what of its body has come is pending at the client. */
  override begin(text: string): void {
    this.#judge(text);
    this.leaveHead();
  }

  #judge(text: string): void {
    this.#reset();
    const refused = this.readRequest(text);
    if (refused !== 0) {
      this.refuse(refused);
      return;
    }
    const { client, request } = this;
    client.frontend = this.context.runtime.frontends.get(client.frontend.uid) ?? client.frontend;
    if (client.frontend.userlists.length > 0 && this.awaitsPassword(text)) return;
    this.method = request.method;
    this.minorVersion = request.minorVersion;
    this.#persistent = request.persistent;
    this.beginBody(request.fields.chunked, request.fields.contentLength);
    this.sample.beginRequest(request, client.frontend, client.requests);
    this.record = client.frontend.log === undefined ? undefined : client.recordForFrontend();
    if (this.context.runtime.countsBytes) this.#noteBytes(text.length);
    const { captures } = client.frontend;
    this.sample.captures = captures === undefined ? undefined : new Captures(captures);
    this.sample.record = this.record;
    if (this.record !== undefined) {
      this.record.sample = this.sample;
      this.record.captures = this.sample.captures;
    }
    this.takeSteps();
  }

  protected override findBackend(): boolean {
    const backend = this.client.frontend.chooseBackend(this.sample);
    if (backend === undefined) {
      this.sample.captures?.readRequestCookie(this.request.fields);
      if (this.record !== undefined) this.record.requestRead = -1;
      this.answer(503, 'SC');
      return false;
    }
    this.beginBackend(backend);
    this.sample.backend = backend;
    backend.counters.requests++;
    return true;
  }

  protected override sendRequest(): void {
    const { client, request, usedBackend: backend } = this;
    this.sample.captures?.readRequestCookie(request.fields);
    if (backend.serverRules.length > 0) this.assignServer(this.sample);
    else this.assigned = undefined;
    if (backend.stickRules.request.length > 0) this.stick(this.sample);
    if (backend.nameHeader !== '') request.removeHeader(backend.nameHeader.toLowerCase());
    this.serverMethod = request.method;
    this.idempotent = request.idempotent;
    this.#keepsServer = closesMore(client.frontend, backend) === 'http-keep-alive';
    const addresses = this.sample.changedAddresses === undefined ? client : this.sample;
    const added =
      uniqueIdLine(client.frontend, this.sample) + clientLines(client.frontend, backend, request, addresses);
    this.outgoing = request.write(
      this.#keepsServer || request.upgrade !== '' ? added : `${added}connection: close\r\n`,
    );
    this.connectToServer(this.#reuse(backend));
  }

  /** First requests of a client take no connection that may turn out closed, unless they can be sent again. */
  #reuse(backend: BackendRuntime): Reuse {
    if (backend.reuse === 'never' || !this.#keepsServer) return 'none';
    if (backend.reuse === 'always' || this.idempotent || this.client.requests > 1) return 'any';
    return backend.reuse === 'aggressive' ? 'lasting' : 'none';
  }

  #reset(): void {
    this.record = this.client.record;
    this.resetTransaction();
    this.method = '';
    this.termination = '--';
    this.minorVersion = 1;
    this.status = 0;
    this.responseStarted = false;
    this.partialHead = '';
    this.bodySent = false;
    this.#clientDone = false;
    this.#serverDone = false;
    this.requestBody.begin('none', 0, false);
  }

  #noteBytes(headLength: number): void {
    const { socket, pendingLength } = this.client;
    this.#bytesInBefore = socket.bytesRead - pendingLength - headLength;
    this.#bytesOutBefore = socket.bytesWritten;
  }

  /** What the exchange tracked in stick tables counts what passed in it, and is tracked no more. */
  #endTracking(tracked: TrackedCounters): void {
    if (this.#bytesInBefore >= 0) {
      const { socket, pendingLength } = this.client;
      const bytesIn = socket.bytesRead - pendingLength - this.#bytesInBefore;
      tracked.passed(bytesIn, socket.bytesWritten - this.#bytesOutBefore);
      this.#bytesInBefore = -1;
    }
    tracked.end();
  }

  protected override noteRequest(): void {
    const { record, request } = this;
    if (record === undefined) return;
    record.noteRequest(request.method, request.target, request.minorVersion);
    if (!record.log.settings.early) return;
    record.finish(0, '--', this.client.pendingLength);
    this.record = undefined;
  }

  /** It is not logged, nor counted as a request. */
  protected override answersMonitor(frontend: FrontendRuntime): boolean {
    const { request } = this;
    if (request.target !== frontend.monitorUri && request.pathAndQuery !== frontend.monitorUri) return false;
    this.record = undefined;
    frontend.counters.requests--;
    this.answer(frontend.monitorFails.some((fails) => fails(this.sample)) ? 503 : 200, 'LR');
    return true;
  }

  // Answers of our own.

  /** A request that cannot be read, or did not come in time, ends the connection. */
  override refuse(status: number): void {
    const inBody = this.relaying;
    if (!inBody) {
      this.#reset();
      if (status === 408) this.client.tracked?.missedRequest();
      else this.client.tracked?.badRequest();
    }
    this.client.frontend.counters.requestErrors++;
    this.#persistent = false;
    this.answer(status, status === 408 ? (inBody ? 'cH' : 'cR') : inBody ? 'PH' : 'PR');
  }

  /** A body that was not read to its end leaves no way to find the next request. */
  protected override mayKeepClient(): boolean {
    if (!this.#persistent || !this.requestBody.done || this.context.draining) return false;
    return this.client.frontend.connectionMode !== 'httpclose';
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
    this.relaying = false;
    this.dropHeld();
    this.dropWait();
    this.dropResponseWait();
    this.tunnelling = false;
    this.client.skip(this.wholeBody);
    this.wholeBody = 0;
    this.serverPaused = false;
    this.outgoing = '';
    this.partialHead = '';
    this.context.timers.disarm(this);
    this.dropPasswordWait();
    this.endBackend(keepServer);
    if (this.record !== undefined) this.log();
    if (this.sample.tracked !== undefined) this.#endTracking(this.sample.tracked);
    this.sample.endTransaction();
  }

  /** The client connection is closed: lets everything go. */
  cancel(): void {
    this.#release(false);
    this.sample.end();
    this.dropOwnConnection();
    this.context.timers.forget(this);
  }

  protected override badRequestBody(): void {
    if (this.responseStarted) {
      this.termination = 'PD';
      this.client.close();
    } else this.refuse(400);
  }

  protected override badResponse(): void {
    if (!this.#sentAgain('junk-response')) this.responseFailed(502, 'PH');
  }

  protected override retriesStatus(status: number): boolean {
    return this.#sentAgain(String(status));
  }

  protected override responseFailed(status: number, termination: Termination): void {
    this.usedBackend.counters.responseErrors++;
    if (this.server !== undefined) this.server.counters.responseErrors++;
    this.sample.tracked?.responseFailed();
    this.answer(status, termination);
  }

  override serverEnded(): void {
    if (this.tunnelling) {
      this.#serverDone = true;
      this.client.socket.end();
    } else if (this.endsWithConnection) this.endUntilClose();
    else if (this.responseWaits) this.#endWaited(() => this.serverEnded());
    else this.connectionBroke(false);
  }

  protected override connectionBroke(timedOut: boolean): void {
    if (this.tunnelling) {
      this.termination = timedOut ? 'sD' : 'SD';
      this.client.close();
    } else if (this.responseStarted) this.serverAborted(timedOut ? 'sD' : 'SD');
    else if (this.responseWaits) {
      if (timedOut) this.responseTimedOut();
      else this.#endWaited(() => this.connectionBroke(false));
    } else if (timedOut) {
      if (!this.#sentAgain('response-timeout')) this.responseFailed(504, 'sH');
    } else if (this.partialHead !== '') this.responseFailed(502, 'SH');
    else if (!this.#sentAgain('empty-response')) this.#connectionLost();
  }

  /** What there is of a response that waits goes on, and ends then as any other does. */
  #endWaited(end: () => void): void {
    const { connection } = this;
    this.endWait();
    if (this.responseStarted && this.connection === connection) end();
  }

  /**
   * A request that cannot be sent again met a server that closed the kept connection meanwhile. The client may be in doubt
   * about its own kept connection just so, and has to deal with it: as HAProxy does, it is closed without a word.
   */
  #connectionLost(): void {
    if (this.client.requests === 1 || this.connection === undefined || this.connection.uses === 0) {
      this.responseFailed(502, 'SH');
      return;
    }
    this.termination = 'SH';
    this.usedBackend.counters.responseErrors++;
    if (this.server !== undefined) this.server.counters.responseErrors++;
    // To be sent again by the client, as if it had not come: no line tells of it.
    this.record = undefined;
    this.client.close();
  }

  /**
   * Sends an idempotent request again, when `retryOn` has the cause and a retry is left. A server that closed a pooled
   * connection without a byte of an answer may just have closed it as idle (RFC 9112 section 9.3.1): then the request is sent
   * again at once, whatever `retryOn` says, and no retry is spent.
   */
  #sentAgain(cause: string): boolean {
    if (!this.idempotent || this.bodySent) return false;
    if (cause === 'empty-response' && this.connection !== undefined && this.connection.uses > 0) {
      this.relaying = false;
      this.replaceConnection();
      return true;
    }
    if (!this.usedBackend.retryOn.has(cause) || this.retriesLeft === 0) return false;
    this.relaying = false;
    this.partialHead = '';
    return this.retry(false);
  }

  protected override noServer(termination: Termination): void {
    this.answer(503, termination);
  }

  /** The client must notice, so its connection ends too. */
  protected override serverAborted(termination: Termination): void {
    this.termination = termination;
    this.usedBackend.counters.serverAborts++;
    if (this.server !== undefined) this.server.counters.serverAborts++;
    this.countResponse();
    this.client.close();
  }

  countClientAbort(): void {
    if (this.#clientDone && this.#serverDone) return;
    this.termination = `C${this.#stage()}`;
    this.client.frontend.counters.clientAborts++;
    if (this.backend !== undefined) this.backend.counters.clientAborts++;
    if (this.server !== undefined) this.server.counters.clientAborts++;
  }

  protected override abandonRequest(): void {
    this.countClientAbort();
    this.termination = 'CR';
    this.client.close();
  }

  /** What the exchange is waiting for; see Termination. */
  #stage(): 'R' | 'T' | 'Q' | 'C' | 'H' | 'D' {
    if (this.waitsForPassword) return 'R';
    if (this.isHeld) return 'T';
    if (this.isWaiting) return 'R';
    if (this.queued) return 'Q';
    if (this.responseStarted || this.tunnelling) return 'D';
    if (!this.relaying) return 'C';
    return this.requestBody.done ? 'H' : 'D';
  }

  /** The client sends no more: what it asked for is still answered, unless its request can no longer be completed. */
  clientEnded(): void {
    if (this.tunnelling) {
      this.#clientDone = true;
      this.connection?.socket.end();
    } else if (this.isWaiting) this.clientEndedInWait();
    else if (!this.requestBody.done && this.client.pendingLength === 0) {
      this.countClientAbort();
      this.client.close();
    }
  }

  clientTimedOut(): void {
    if (this.isWaiting) this.waitTimedOut();
    else if (this.relaying && !this.responseStarted && !this.requestBody.done) this.refuse(408);
    else {
      this.countClientAbort();
      this.termination = 'cD';
      this.client.close();
    }
  }

  override finish(): void {
    this.#persistent = false;
  }

  /** Only a tarpit, the wait for a body of either side, the wait before a retry or in the queue, or a tunnel that went silent, have the exchange's own timer running. */
  override expire(): void {
    if (this.isHeld) this.releaseHeld();
    else if (this.isWaiting) this.waitTimedOut();
    else if (this.responseWaits) this.responseTimedOut();
    else if (this.retryWaiting) this.retryNow();
    else if (this.queued) this.queueTimedOut();
    else if (this.tunnelling) {
      this.termination = this.#silentSide();
      this.client.close();
    }
  }

  /** Whose timeout ends a tunnel in which neither side says anything. */
  #silentSide(): Termination {
    return this.tunnelTimeout === 0 && this.serverTimeout < this.client.frontend.timeouts.client ? 'sD' : 'cD';
  }
}

function uniqueIdLine({ uniqueId }: FrontendRuntime, sample: SampleContext): string {
  if (uniqueId === undefined) return '';
  // It is made of the request that is sent, even where only the log asks for it.
  const text = sample.uniqueId;
  return uniqueId.header === '' ? '' : `${uniqueId.header}: ${text}\r\n`;
}

/** The stricter of the connection modes of frontend and backend. */
function closesMore(frontend: FrontendRuntime, backend: BackendRuntime): HttpConnectionMode {
  const modes = [frontend.connectionMode, backend.connectionMode];
  if (modes.includes('httpclose')) return 'httpclose';
  return modes.includes('http-server-close') ? 'http-server-close' : 'http-keep-alive';
}
