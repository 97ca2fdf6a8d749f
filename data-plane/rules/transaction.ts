/** What rules change beside the message itself. */
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import type { StickEntry } from '../tables/stick-entry.ts';
import type { SampleContext } from './sample-context.ts';

/** One request and its response. */
export interface Transaction {
  setLogLevel(level: LogLevel | 'silent'): void;
  /** For this transaction alone; `milliseconds` is above 0. */
  setTimeout(which: 'server' | 'tunnel', milliseconds: number): void;
  /** Sends the client a response 103 with header lines, if it can take one; with `more` once another line has come. */
  sendEarlyHint(line: string, more: boolean): void;
}

/** What rules on connections look at and note. */
export interface TrackingContext extends SampleContext {
  /** Tracks an entry of a stick table as number 0, 1 or 2, which tracks none yet. */
  track(number: number, entry: StickEntry): void;
}

/** What rules look at, and what they change beside the message. */
export interface RuleContext extends TrackingContext {
  readonly transaction: Transaction;
}
