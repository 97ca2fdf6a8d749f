/** Sums the measurements of a row up into medians and ratios, and prints them as a table. */
import type { Measurement, Row } from './rows.ts';

/** Median with the lowest and highest value. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface ProxyResult {
  proxy: string;
  cost: Spread;
  /** Cost ÷ cost of the yardstick, repeat by repeat; undefined for the yardstick itself. */
  ratio?: Spread;
  /** What went wrong in any of the repeats; a row with errors counts for nothing. */
  errors: string[];
}

export interface RowResult {
  name: string;
  title: string;
  unit: string;
  valid: boolean;
  proxies: ProxyResult[];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** The result of a row; `measured` has the yardstick first, every proxy with as many measurements. */
export function summarize(row: Row, measured: ReadonlyMap<string, readonly Measurement[]>): RowResult {
  const [yardstick = []] = measured.values();
  const proxies = [...measured].map(([proxy, measurements]): ProxyResult => {
    const ratios = measurements.map(({ cost }, repeat) => cost / (yardstick[repeat]?.cost ?? Number.NaN));
    return {
      proxy,
      cost: spreadOf(measurements.map(({ cost }) => cost)),
      ...(measurements === yardstick ? {} : { ratio: spreadOf(ratios) }),
      errors: [...new Set(measurements.flatMap(({ errors }) => errors))],
    };
  });
  const valid = proxies.every(({ errors }) => errors.length === 0);
  return { name: row.name, title: row.title, unit: row.unit, valid, proxies };
}

/** The row as lines of text: one for each proxy, then every error loudly. */
export function printRow(result: RowResult): string {
  const lines = [`${result.title} (${result.name}), ${result.unit}${result.valid ? '' : '  *** INVALID ***'}`];
  for (const { proxy, cost, ratio, errors } of result.proxies) {
    const times = ratio === undefined ? '' : `  ratio ${printSpread(ratio)}`;
    lines.push(`  ${proxy.padEnd(12)} ${printSpread(cost).padEnd(28)}${times}`);
    for (const error of errors) lines.push(`  ${' '.repeat(12)} *** ${error}`);
  }
  return lines.join('\n');
}

function printSpread({ median, min, max }: Spread): string {
  return `${printNumber(median)} (${printNumber(min)} to ${printNumber(max)})`;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return '?';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
