/** The log of a node that runs a haproxy.cfg: what happens to servers and workers, in the form of haproxy's own messages. */
import { type Logger, pino } from 'pino';
import type { Arguments } from './arguments.ts';
import { tell } from './load-configuration.ts';

/** Warnings and worse go to standard error; with -d or -V also what is only of interest. */
export function processLogger(args: Arguments): Logger {
  if (args.quiet) return pino({ level: 'silent' });
  const level = args.debug || args.verbose ? 'info' : 'warn';
  const stream = {
    write(line: string): void {
      const { level: severity, msg, phase } = JSON.parse(line) as { level: number; msg?: string; phase?: string };
      // What refuses a version is told by whoever asked for it.
      if (phase !== undefined) return;
      tell({ severity: severity >= 50 ? 'alert' : severity >= 40 ? 'warning' : 'notice' }, msg ?? '');
    },
  };
  return pino({ level, base: null }, stream);
}
