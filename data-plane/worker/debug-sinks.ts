/** Where a worker writes what expressions tell of themselves: its standard output and error, and the node's memory. */
import type { DebugSink } from '../../shared/language/converters.ts';
import { isoDate } from '../report/log-dates.ts';
import { createLogSender } from '../report/log-senders.ts';

/** `keep` gets the lines for the memory of the node, those of one turn of the event loop together. */
export function debugSinks(keep: (lines: string[]) => void): (sink: DebugSink, line: string) => void {
  let waiting: string[] = [];
  const flush = () => {
    const lines = waiting;
    waiting = [];
    keep(lines);
  };
  return (sink, line) => {
    if (sink !== 'buf0') createLogSender(sink)(Buffer.from(`${line}\n`));
    else if (waiting.push(`<0>${isoDate(Date.now())} ${line}`) === 1) setImmediate(flush);
  };
}
