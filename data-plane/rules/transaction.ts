/** What rules change beside the message itself. */
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import type { RuleOrigin, SampleContext, StreamView } from './sample-context.ts';

/** One request and its response. */
export interface Transaction extends StreamView {
  setLogLevel(level: LogLevel | 'silent'): void;
  /** For this transaction alone; `milliseconds` is above 0. */
  setTimeout(which: 'server' | 'tunnel', milliseconds: number): void;
  /** Lower is served first from the queue of a backend; from -2047 to 2047. */
  setPriorityClass(value: number): void;
  /** Milliseconds later than others of the class; from -524287 to 524287. */
  setPriorityOffset(value: number): void;
  /** A rule has ended the evaluation of its list; undefined where nobody knows where it stands. */
  noteFinalRule(origin: RuleOrigin | undefined): void;
  /** Sends the client a response 103 with header lines, if it can take one; with `more` once another line has come. */
  sendEarlyHint(line: string, more: boolean): void;
}

/** What rules look at, and what they change beside the message. */
export interface RuleContext extends SampleContext {
  readonly transaction: Transaction;
}
