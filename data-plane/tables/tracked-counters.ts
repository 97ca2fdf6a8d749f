/** The entries of stick tables that a connection or a request tracks, and what counts in them. */
import type { StickEntry } from './stick-entry.ts';

type EventName = 'session' | 'request' | 'requestError' | 'responseFailure' | 'bytesIn' | 'bytesOut';

/**
 * One for a connection, and one for each request on it, or stream of bytes through it, which sees those of its connection
 * too. Three entries can be tracked at once, whoever of the two tracks them.
 */
export class TrackedCounters {
  readonly #connection: TrackedCounters | undefined;
  #first: StickEntry | undefined;
  #second: StickEntry | undefined;
  #third: StickEntry | undefined;
  /** One bit for each entry in which the present request counts already. */
  #counted = 0;
  #connectionCounted = false;

  constructor(connection?: TrackedCounters) {
    this.#connection = connection;
  }

  #own(number: number): StickEntry | undefined {
    return number === 0 ? this.#first : number === 1 ? this.#second : number === 2 ? this.#third : undefined;
  }

  /** The entry tracked as number 0, 1 or 2. */
  entry(number: number): StickEntry | undefined {
    return this.#own(number) ?? this.#connection?.entry(number);
  }

  /** Tracks an entry from now on. */
  track(number: number, entry: StickEntry): void {
    if (number === 0) this.#first = entry;
    else if (number === 1) this.#second = entry;
    else this.#third = entry;
    entry.table.hold(entry);
  }

  /** A connection has passed its rules. */
  sessionBegan(): void {
    this.#count('session', 1);
  }

  /** A request has been read: it counts in all that is tracked, once, however often this is called. */
  requestRead(): void {
    for (let number = 0; number < 3; number++) this.countRequest(number);
    if (this.#connectionCounted) return;
    this.#connectionCounted = true;
    this.#connection?.missedRequest();
  }

  /** The present request counts in an entry of its own. */
  countRequest(number: number): void {
    const entry = this.#own(number);
    if (entry === undefined || (this.#counted & (1 << number)) !== 0) return;
    this.#counted |= 1 << number;
    entry.table.count(entry, entry.table.layout.request, 1);
  }

  /** What was read is no request, which counts as one that failed. */
  badRequest(): void {
    this.#count('request', 1);
    this.#count('requestError', 1);
  }

  /** A request came that is no exchange, or none came in time. */
  missedRequest(): void {
    this.#count('request', 1);
  }

  requestFailed(): void {
    this.#count('requestError', 1);
    this.#connection?.requestFailed();
  }

  responseFailed(): void {
    this.#count('responseFailure', 1);
    this.#connection?.responseFailed();
  }

  /** A response of a server has come. */
  responseRead(status: number): void {
    if (status < 400) return;
    if (status < 500) this.requestFailed();
    else if (isFailure(status)) this.responseFailed();
  }

  /** So many bytes came from the client and went to it. */
  passed(bytesIn: number, bytesOut: number): void {
    this.#count('bytesIn', bytesIn);
    this.#count('bytesOut', bytesOut);
    this.#connection?.passed(bytesIn, bytesOut);
  }

  #count(event: EventName, amount: number): void {
    for (let number = 0; number < 3; number++) {
      const entry = this.#own(number);
      if (entry !== undefined) entry.table.count(entry, entry.table.layout[event], amount);
    }
  }

  /** Nothing is tracked any more but what the connection tracks. */
  end(): void {
    const [first, second, third] = [this.#first, this.#second, this.#third];
    this.#first = undefined;
    this.#second = undefined;
    this.#third = undefined;
    this.#counted = 0;
    this.#connectionCounted = false;
    first?.table.release(first);
    second?.table.release(second);
    third?.table.release(third);
  }
}

/** Whether a status tells of a failing server, as HAProxy counts. */
export function isFailure(status: number): boolean {
  return status >= 500 && status < 600 && status !== 501 && status !== 505;
}
