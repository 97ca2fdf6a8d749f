/** The log of one frontend: decides which requests and connections get a line, at which level and in which format. */
import type { AccessRecord } from './access-record.ts';
import type { ProxyCounters } from './counters.ts';
import type { WriteLine } from './log-format.ts';
import { type LogTargets, levelNumber } from './syslog.ts';

const err = levelNumber('err');
const info = levelNumber('info');

/** Lines of a frontend so far; it outlives versions. */
export interface LineCount {
  lines: number;
}

export interface AccessLogSettings {
  readonly isHttp: boolean;
  /** undefined where nothing is logged, and texts of rules alone ask what is noted. */
  readonly targets: LogTargets | undefined;
  readonly writeLine: WriteLine;
  /** For connections that brought no request one could read; undefined when these are not logged. */
  readonly writeErrorLine: WriteLine | undefined;
  /** For the structured data of lines; undefined for none. */
  readonly writeData: WriteLine | undefined;
  /** All that a line tells is known at the beginning, so it is written then. */
  readonly early: boolean;
  readonly asap: boolean;
  readonly dontlognull: boolean;
  readonly dontlogNormal: boolean;
  readonly separateErrors: boolean;
  readonly needsLocalAddress: boolean;
  readonly needsSourceAddress: boolean;
}

export class AccessLog {
  readonly frontend: string;
  readonly counters: ProxyCounters;
  readonly lineCount: LineCount;
  readonly settings: AccessLogSettings;

  constructor(frontend: string, counters: ProxyCounters, lineCount: LineCount, settings: AccessLogSettings) {
    this.frontend = frontend;
    this.counters = counters;
    this.lineCount = lineCount;
    this.settings = settings;
  }

  write(record: AccessRecord): void {
    const { dontlognull, dontlogNormal, separateErrors, writeLine, writeErrorLine, writeData, targets } = this.settings;
    const { level } = record;
    if (targets === undefined) return;
    if (level === 'silent' || (dontlognull && record.isNull)) return;
    const failed = record.hasFailed;
    if (dontlogNormal && !failed) return;
    const write = record.isUnread ? writeErrorLine : writeLine;
    if (write === undefined) return;
    const line = write(record);
    this.lineCount.lines++;
    const number = level === undefined ? (failed && separateErrors ? err : info) : levelNumber(level);
    targets.send(number, line, writeData?.(record));
  }
}
