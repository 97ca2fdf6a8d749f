/** How samples are compared with patterns: the match methods and what their patterns look like (manual 2.6, section 7.1). */
import { expandAddress, splitHoledMask } from './argument-types.ts';
import { findRegexProblem } from './regular-expression.ts';
import type { SampleType } from './sample-types.ts';

export const matchMethods = [
  'found',
  'bool',
  'int',
  'ip',
  'bin',
  'len',
  'str',
  'beg',
  'sub',
  'dir',
  'dom',
  'end',
  'reg',
] as const;

/** "meth" is that of the fetch "method" alone, "auth" that of "http_auth_group". */
export type MatchMethod = (typeof matchMethods)[number] | 'meth' | 'auth';

/** What a sample becomes before it is compared. */
export const matchInputs: Readonly<Record<MatchMethod, SampleType>> = {
  found: 'any',
  bool: 'sint',
  int: 'sint',
  ip: 'addr',
  bin: 'bin',
  len: 'str',
  str: 'str',
  beg: 'str',
  sub: 'str',
  dir: 'str',
  dom: 'str',
  end: 'str',
  reg: 'str',
  meth: 'meth',
  auth: 'str',
};

/** How samples of a type are compared when nothing is said; undefined where something must be. */
export function defaultMatch(type: SampleType): MatchMethod | undefined {
  switch (type) {
    case 'bool':
      return 'bool';
    case 'sint':
      return 'int';
    case 'addr':
    case 'ipv4':
    case 'ipv6':
      return 'ip';
    case 'str':
      return 'str';
    default:
      return undefined;
  }
}

export function needsPatterns(match: MatchMethod): boolean {
  return match !== 'found' && match !== 'bool';
}

/** Integers from the one to the other; undefined where a side is open. */
export interface IntegerRange {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

export interface PatternProblem {
  readonly index: number;
  readonly problem: string;
}

const operators = ['eq', 'ge', 'gt', 'le', 'lt'];

/**
 * The ranges that patterns of "int" and "len" stand for: "5", "80:90", ":90", and all numbers that follow an operator. A "-"
 * is the same as ":", so that "-5" is whatever is up to 5 and no range begins below 0.
 */
export function readIntegerPatterns(values: readonly string[]): IntegerRange[] | PatternProblem {
  const ranges: IntegerRange[] = [];
  let operator = 'eq';
  for (const [index, value] of values.entries()) {
    if (operators.includes(value)) {
      operator = value;
      continue;
    }
    const range = readRange(value, operator);
    if (typeof range === 'string') return { index, problem: range };
    ranges.push(range);
  }
  if (ranges.length === 0) return { index: values.length - 1, problem: `"${operator}" has no number to compare with` };
  return ranges;
}

/** A pattern of versions, "3.1" or "3:3.1", as one of integers: major times 65536 plus minor, "3" being 3.0. */
export function versionPattern(text: string): string {
  return text.replaceAll(/([0-9]{1,5})(?:\.([0-9]{1,5}))?/g, (_all, major: string, minor = '0') =>
    String(Number(major) * 65_536 + Number(minor)),
  );
}

/**
 * The range that a line of a file stands for: "5", "5:9", ":9", "5:"; undefined for none. As in HAProxy a "-" divides too, so that
 * "5-9" is "5:9", and "-9" is ":9".
 */
export function readIntegerLine(line: string): IntegerRange | undefined {
  const divider = line.search(/[:-]/);
  if (divider < 0) {
    const number = readInteger(line);
    return number === undefined ? undefined : { from: number, to: number };
  }
  const [left, right] = [line.slice(0, divider), line.slice(divider + 1)];
  const from = left === '' ? undefined : readInteger(left);
  const to = right === '' ? undefined : readInteger(right);
  if (left === '' && right === '') return undefined;
  if ((left !== '' && from === undefined) || (right !== '' && to === undefined)) return undefined;
  return from !== undefined && to !== undefined && from > to ? undefined : { from, to };
}

/** The same of digits alone, at most 15, from the bytes of a file; -1 for all else. */
export function readNatural(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > 15) return -1;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** A number of 64 bits. */
function readInteger(text: string): bigint | undefined {
  if (!/^-?[0-9]+$/.test(text)) return undefined;
  const number = BigInt(text);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}

function readRange(value: string, operator: string): IntegerRange | string {
  const found = /^([0-9]+)?(?:([:-])(-?[0-9]+)?)?$/.exec(value);
  if (found === null || value === '' || (found[1] === undefined && found[3] === undefined)) {
    return `"${value}" is no number and no range of them, such as 5, 80:90 or gt 100`;
  }
  const from = found[1] === undefined ? undefined : BigInt(found[1]);
  if (found[2] !== undefined) {
    const to = found[3] === undefined ? undefined : BigInt(found[3]);
    if (from !== undefined && to !== undefined && from > to) return `the range ${value} ends before it begins`;
    // An operator says nothing of a range.
    return { from, to };
  }
  const number = from as bigint;
  switch (operator) {
    case 'ge':
      return { from: number, to: undefined };
    case 'gt':
      return { from: number + 1n, to: undefined };
    case 'le':
      return { from: undefined, to: number };
    case 'lt':
      return { from: undefined, to: number - 1n };
    default:
      return { from: number, to: number };
  }
}

/** What is wrong with the patterns of a test; undefined when nothing is. */
export function findPatternProblem(
  match: MatchMethod,
  values: readonly string[],
  ignoreCase: boolean,
): PatternProblem | undefined {
  if (match === 'int' || match === 'len') {
    const ranges = readIntegerPatterns(values);
    return Array.isArray(ranges) ? undefined : ranges;
  }
  const find = finders[match]?.(ignoreCase);
  if (find === undefined) return undefined;
  for (const [index, value] of values.entries()) {
    const problem = find(value);
    if (problem !== undefined) return { index, problem };
  }
  return undefined;
}

const finders: Partial<Record<MatchMethod, (ignoreCase: boolean) => (value: string) => string | undefined>> = {
  ip: () => (value) =>
    expandAddress(value) === undefined && splitHoledMask(value) === undefined
      ? `"${value}" is no IP address or network, such as 192.0.2.1 or 10.0.0.0/8`
      : undefined,
  bin: () => (value) =>
    /^(?:[0-9A-Fa-f]{2})+$/.test(value) ? undefined : `"${value}" is no pairs of hexadecimal digits`,
  reg: (ignoreCase) => (value) => findRegexProblem(value, ignoreCase),
};
