/** What rules change beside the message itself. */
import type { IpAddress } from '../../shared/address.ts';
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import type { StickEntry } from '../tables/stick-entry.ts';
import type { RuleOrigin, SampleContext, StreamView } from './sample-context.ts';

/** What rules on contents change of the request or TCP connection under way. */
export interface StreamEdits extends StreamView {
  setLogLevel(level: LogLevel | 'silent'): void;
  /** Lower is served first from the queue of a backend; from -2047 to 2047. */
  setPriorityClass(value: number): void;
  /** Milliseconds later than others of the class; from -524287 to 524287. */
  setPriorityOffset(value: number): void;
  /** A rule has ended the evaluation of its list; undefined where nobody knows where it stands. */
  noteFinalRule(origin: RuleOrigin | undefined): void;
}

/** One request and its response. */
export interface Transaction extends StreamEdits {
  /** The same for a rule whose answer goes out first: rules on that answer do not know of it yet, as in HAProxy. */
  noteAnsweringRule(origin: RuleOrigin): void;
  /** For this transaction alone; `milliseconds` is above 0. */
  setTimeout(which: 'server' | 'tunnel', milliseconds: number): void;
  /** Sends the client a response 103 with header lines, if it can take one; with `more` once another line has come. */
  sendEarlyHint(line: string, more: boolean): void;
  /**
   * Whether the body has come, or `atLeast` bytes of it (0 for all), or no more can wait. If not, it is waited for, at most
   * `milliseconds`, and the rule is to be carried out again; a malformed one has been refused.
   */
  hasBody(milliseconds: number, atLeast: number): boolean;
  /** The same for the body of the response; a malformed one is refused by whoever evaluates the rules. */
  hasResponseBody(milliseconds: number, atLeast: number): boolean;
}

/** What an address that a rule sets holds for: the connection itself, all that is done on it, or the present request. */
export type AddressLevel = 'connection' | 'session' | 'request';

export type ConnectionEnd = 'source' | 'destination';

/** What rules may change of a client connection; only what is looked at changes, not where packets go. */
export interface ConnectionEdits {
  /** The port stays. */
  setAddress(end: ConnectionEnd, level: AddressLevel, address: IpAddress): void;
  setPort(end: ConnectionEnd, level: AddressLevel, port: number): void;
}

/** What rules look at and note. */
export interface TrackingContext extends SampleContext {
  /** Tracks an entry of a stick table as number 0, 1 or 2, which tracks none yet. */
  track(number: number, entry: StickEntry): void;
}

/** What rules on connections look at and change. */
export interface ConnectionRuleContext extends TrackingContext, ConnectionEdits {
  readonly transaction: StreamEdits;
}

/** What rules look at, and what they change beside the message. */
export interface RuleContext extends ConnectionRuleContext {
  readonly transaction: Transaction;
}
