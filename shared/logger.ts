/** The log of a process: JSON lines on standard error through pino. */
import { type Logger, pino } from 'pino';

export type { Logger };

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A logger whose every line bears the part of Sluice that wrote it, such as "control-plane" or "supervisor". */
export function createLogger(part: string, level: LogLevel): Logger {
  return pino({ level, base: { part, pid: process.pid } }, pino.destination({ dest: 2, sync: true }));
}

export function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text);
}
