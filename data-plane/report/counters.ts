/** The counters of one frontend, backend or server in one worker: plain fields, so that counting costs nothing. */
import type { WorkerCounters } from '../node/worker-messages.ts';

/** Names and meanings follow shared/protocol/counters.ts. */
export class ProxyCounters {
  sessions = 0;
  connections = 0;
  requests = 0;
  bytesIn = 0;
  bytesOut = 0;
  deniedRequests = 0;
  requestErrors = 0;
  connectionErrors = 0;
  responseErrors = 0;
  retries = 0;
  redispatches = 0;
  clientAborts = 0;
  serverAborts = 0;
  responses1xx = 0;
  responses2xx = 0;
  responses3xx = 0;
  responses4xx = 0;
  responses5xx = 0;
  responsesOther = 0;
  currentSessions = 0;
  idleConnections = 0;
  maxSessions = 0;
  queued = 0;
  maxQueued = 0;
  #ticked = performance.now();
  #sessionsBefore = 0;
  #sessionsLast = 0;
  #requestsBefore = 0;
  #requestsLast = 0;

  beginSession(): void {
    this.sessions++;
    if (++this.currentSessions > this.maxSessions) this.maxSessions = this.currentSessions;
  }

  endSession(): void {
    this.currentSessions--;
  }

  /** As many requests wait now. */
  countQueued(length: number): void {
    this.queued = length;
    if (length > this.maxQueued) this.maxQueued = length;
  }

  countStatus(status: number): void {
    if (status < 200) this.responses1xx++;
    else if (status < 300) this.responses2xx++;
    else if (status < 400) this.responses3xx++;
    else if (status < 500) this.responses4xx++;
    else if (status < 600) this.responses5xx++;
    else this.responsesOther++;
  }

  /** New sessions of the last second; see {@link tick}. */
  get sessionRate(): number {
    return this.#rate(this.sessions, this.#sessionsBefore, this.#sessionsLast);
  }

  get requestRate(): number {
    return this.#rate(this.requests, this.#requestsBefore, this.#requestsLast);
  }

  /** What came in the present period, and the part of the last one that is less than a second ago, as HAProxy counts. */
  #rate(now: number, before: number, last: number): number {
    const elapsed = performance.now() - this.#ticked;
    return now - before + Math.floor(last * Math.max(0, 1 - elapsed / 1_000));
  }

  /** Call it once a second: rates are those of about the last second. */
  tick(now: number): void {
    this.#sessionsLast = this.sessions - this.#sessionsBefore;
    this.#requestsLast = this.requests - this.#requestsBefore;
    this.#sessionsBefore = this.sessions;
    this.#requestsBefore = this.requests;
    this.#ticked = now;
  }

  /** The counters as the supervisor takes them. */
  report(): WorkerCounters {
    const { currentSessions, idleConnections, queued, maxSessions, maxQueued, ...total } = this;
    return {
      total,
      current: { sessions: currentSessions, idleConnections, queued },
      max: { sessions: maxSessions, queued: maxQueued },
    };
  }
}
