/** Log targets: which lines each takes, and how it frames them (configuration manual 2.6, "log"; RFC 3164, RFC 5424). */
import { hostname as machineName } from 'node:os';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { SnapshotLogTarget, SnapshotLogTargets } from '../../shared/model/snapshot.ts';
import { type LogLevel, type LogLineFormat, logFacilities, logLevels } from '../../shared/model/vocabulary.ts';
import { isoDate, syslogDate } from './log-dates.ts';
import { createLogSender, type LogSender } from './log-senders.ts';

/** Where the lines of one frontend or backend go. */
export interface LogTargets {
  /**
   * Sends a text of one character for each byte, without line feed, at a level, 0 (emerg) to 7 (debug). `data` are the
   * structured data of RFC 5424.
   */
  send(level: number, text: string, data?: string): void;
}

/** The number of a level in lines and comparisons. */
export function levelNumber(level: LogLevel): number {
  return logLevels.indexOf(level);
}

interface Source {
  readonly tag: string;
  readonly pid: number;
  readonly hostname: string | null;
}

type Frame = (level: number, now: number, data: string) => string;

/** What stands before the text. `priority` is 8 times the facility. */
function compileFrame(format: LogLineFormat, facility: number, { tag, pid, hostname }: Source): Frame {
  const host = hostname === '' ? machineName() : hostname;
  switch (format) {
    case 'local':
      return (level, now) => `<${facility * 8 + level}>${syslogDate(now)} ${tag}[${pid}]: `;
    case 'rfc3164':
      return (level, now) => `<${facility * 8 + level}>${syslogDate(now)} ${host ?? 'localhost'} ${tag}[${pid}]: `;
    case 'rfc5424':
      return (level, now, data) => `<${facility * 8 + level}>1 ${isoDate(now)} ${host ?? '-'} ${tag} ${pid} - ${data} `;
    case 'priority':
      return (level) => `<${facility * 8 + level}>`;
    case 'short':
      return (level) => `<${level}>`;
    case 'timed':
      return (level, now) => `<${level}>${isoDate(now)} `;
    case 'iso':
      return (_level, now) => `${isoDate(now)} `;
    case 'raw':
      return () => '';
  }
}

class Target {
  readonly #send: LogSender;
  readonly #frame: Frame;
  readonly #length: number;
  readonly #gravestSent: number;
  readonly #leastGrave: number;
  readonly #sample: SnapshotLogTarget['sample'];
  #turn = 0;

  constructor(settings: SnapshotLogTarget, source: Source, send: LogSender) {
    this.#send = send;
    this.#frame = compileFrame(settings.format, logFacilities.indexOf(settings.facility), source);
    this.#length = settings.length;
    this.#leastGrave = levelNumber(settings.level);
    this.#gravestSent = levelNumber(settings.minLevel);
    this.#sample = settings.sample;
  }

  send(level: number, text: string, data: string, now: number): void {
    if (level > this.#leastGrave || !this.#isSampled()) return;
    const line = this.#frame(Math.max(level, this.#gravestSent), now, data) + text;
    this.#send(Buffer.from(`${line.length <= this.#length ? line : line.slice(0, this.#length)}\n`, 'latin1'));
  }

  #isSampled(): boolean {
    if (this.#sample === null) return true;
    const { ranges, size } = this.#sample;
    this.#turn = (this.#turn % size) + 1;
    return ranges.some(([first, last]) => first <= this.#turn && this.#turn <= last);
  }
}

/** Makes targets ready; throws Error when this node cannot send to one. `pid` is what lines name as the process. */
export function compileLogTargets({ targets, tag, hostname }: SnapshotLogTargets, pid: number): LogTargets {
  const source = { tag: toBytes(tag), pid, hostname: hostname === null ? null : toBytes(hostname) };
  const compiled = targets.map((target) => new Target(target, source, createLogSender(target.address)));
  return {
    send(level, text, data = '-') {
      const now = Date.now();
      for (const target of compiled) target.send(level, text, data, now);
    },
  };
}
