/** One line of a section on its way to the handler of its keyword. */
import type { CfgReport } from './cfg-report.ts';
import { parseCfgTime } from './cfg-values.ts';
import type { Section } from './keywords/keyword.ts';
import type { CfgLine } from './read-lines.ts';

/** What Sluice makes of a keyword it takes: `reason` tells why one has no effect, undefined for one that has. */
export interface KeywordStatus {
  readonly reason: string | undefined;
}

export class Statement {
  readonly report: CfgReport;
  readonly line: CfgLine;
  readonly section: Section;
  /** The keyword as the catalogue has it, such as "timeout client". */
  readonly keyword: string;
  /** The words after the keyword. */
  readonly args: readonly string[];
  /** Whether "no" stood before the keyword. */
  readonly negated: boolean;
  /** The comment lines directly above, joined by line feeds; "" without any. */
  readonly comment: string;

  constructor(given: {
    report: CfgReport;
    line: CfgLine;
    section: Section;
    keyword: string;
    args: readonly string[];
    negated: boolean;
    comment: string;
  }) {
    this.report = given.report;
    this.line = given.line;
    this.section = given.section;
    this.keyword = given.keyword;
    this.args = given.args;
    this.negated = given.negated;
    this.comment = given.comment;
  }

  alert(text: string): void {
    this.report.alert(this.line, text);
  }

  warn(text: string): void {
    this.report.warn(this.line, text);
  }

  skip(reason: string): void {
    this.report.skip(this.line, reason);
  }

  /** Refuses the line, or a word of it, by name: HAProxy knows it, Sluice does not yet. */
  refuse(what: string): void {
    this.alert(`${what} is not supported by Sluice.`);
  }

  /** Argument number `index` as a whole number in the range; undefined after an alert. */
  integer(index: number, least: number, most: number): number | undefined {
    const text = this.args[index];
    const value = text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.alert(`'${this.keyword}' expects an integer between ${least} and ${most} (got '${text ?? ''}').`);
    return undefined;
  }

  /** Argument number `index` as a duration of the model; without a unit it counts milliseconds. undefined after an alert. */
  time(index: number): string | undefined {
    const text = this.args[index];
    if (text === undefined) {
      this.alert(`'${this.keyword}' expects an integer value (in milliseconds)`);
      return undefined;
    }
    const time = parseCfgTime(text);
    if ('value' in time) return time.value;
    this.alert(
      time.problem === 'overflow'
        ? `timer overflow in argument '${text}' to '${this.keyword}' (maximum value is 2147483647 ms or ~24.8 days)`
        : `unexpected character '${time.problem}' in '${this.keyword}'`,
    );
    return undefined;
  }
}
