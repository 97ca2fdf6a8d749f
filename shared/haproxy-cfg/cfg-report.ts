/** Gathers what reading a haproxy.cfg has to say, and where each part of the config comes from. */
import type { Diagnostic } from './diagnostic.ts';
import type { CfgLine } from './read-lines.ts';

/** A line of which something is told. */
export interface LineRemark {
  readonly file: string;
  readonly line: number;
  /** The line without indentation and comment. */
  readonly text: string;
  readonly reason: string;
}

export class CfgReport {
  readonly diagnostics: Diagnostic[];
  /** Lines that were understood and have no effect in Sluice, or none that a config could carry. */
  readonly skipped: LineRemark[] = [];
  /** Lines that say something else in the config than in the file. */
  readonly changed: LineRemark[] = [];
  readonly #places = new Map<string, CfgLine>();
  readonly #lists = new Map<string, readonly { readonly line: CfgLine }[]>();

  constructor(diagnostics: readonly Diagnostic[]) {
    this.diagnostics = [...diagnostics];
  }

  get failed(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'alert');
  }

  alert(line: CfgLine, text: string): void {
    this.diagnostics.push({ severity: 'alert', file: line.file, line: line.line, text });
  }

  warn(line: CfgLine, text: string): void {
    this.diagnostics.push({ severity: 'warning', file: line.file, line: line.line, text });
  }

  /** A message about the configuration as a whole. */
  alertWhole(text: string): void {
    this.diagnostics.push({ severity: 'alert', file: '', line: 0, text });
  }

  warnWhole(text: string): void {
    this.diagnostics.push({ severity: 'warning', file: '', line: 0, text });
  }

  skip(line: CfgLine, reason: string): void {
    this.skipped.push(remark(line, reason));
  }

  change(line: CfgLine, reason: string): void {
    this.changed.push(remark(line, reason));
  }

  /** The part of the config at a path, such as "/backends/app/servers/0", comes from this line. */
  place(path: string, line: CfgLine): void {
    this.#places.set(path, line);
  }

  /** The items of the list at a path, such as "/backends/app/servers", come from these lines. */
  placeList(path: string, origins: readonly { readonly line: CfgLine }[]): void {
    this.#lists.set(path, origins);
  }

  /** The line that the part of the config at a path, or the nearest thing around it, comes from. */
  placeOf(path: string): CfgLine | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const line = this.#places.get(path.slice(0, end)) ?? this.#itemAt(path, end);
      if (line !== undefined) return line;
    }
    return undefined;
  }

  #itemAt(path: string, end: number): CfgLine | undefined {
    const slash = path.lastIndexOf('/', end - 1);
    return this.#lists.get(path.slice(0, slash))?.[Number(path.slice(slash + 1, end))]?.line;
  }
}

function remark({ file, line, words }: CfgLine, reason: string): LineRemark {
  return { file, line, text: words.map((word) => word.text).join(' '), reason };
}
