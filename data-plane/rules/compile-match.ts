/** How a sample is compared with patterns: HAProxy's match methods (configuration manual 2.6, section 7.1). */
import type { IpAddress } from '../../shared/address.ts';
import { type IntegerRange, type MatchMethod, readIntegerPatterns } from '../../shared/language/match-methods.ts';
import { RegularExpression, toBytes } from '../../shared/language/regular-expression.ts';
import type { ValueTest } from './compiled.ts';
import { lower } from './converters/strings.ts';
import { compileNetworks } from './network-set.ts';
import type { Integer } from './sample-value.ts';

type StringTest = (sample: string) => boolean;

/** A test that holds when one of the patterns matches the sample by this method; it gets what the method asks for. */
export function compileMatch(match: MatchMethod, values: readonly string[], ignoreCase: boolean): ValueTest {
  switch (match) {
    case 'found':
      return () => true;
    case 'bool':
      return (value) => value !== 0 && value !== false;
    case 'int':
      return compileIntegers(values) as ValueTest;
    case 'len': {
      const test = compileIntegers(values);
      return (value) => test((value as string).length);
    }
    case 'ip':
      return compileNetworks(values) as (value: unknown) => boolean as (address: IpAddress) => boolean as ValueTest;
    case 'bin': {
      const set = new Set(values.map((value) => Buffer.from(value, 'hex').toString('latin1')));
      return (value) => set.has(value as string);
    }
    case 'reg':
      return compileRegexes(values, ignoreCase);
    default:
      // Methods are told apart by the case of their letters, whatever is asked.
      return compileStrings(
        match === 'meth' || match === 'auth' ? 'str' : match,
        values,
        ignoreCase && match !== 'meth',
      ) as ValueTest;
  }
}

function compileIntegers(values: readonly string[]): (value: Integer) => boolean {
  const ranges = readIntegerPatterns(values);
  if (!Array.isArray(ranges)) throw new Error(ranges.problem);
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) {
    const [from, to] = bounds(only);
    return (value) => value >= from && value <= to;
  }
  const all = ranges.map(bounds);
  if (all.every(([from, to]) => from === to)) {
    const set = new Set<Integer>(all.map(([from]) => from));
    return (value) => set.has(value);
  }
  return (value) => {
    for (const [from, to] of all) if (value >= from && value <= to) return true;
    return false;
  };
}

function bounds({ from, to }: IntegerRange): readonly [Integer, Integer] {
  return [from === undefined ? -Infinity : narrow(from), to === undefined ? Infinity : narrow(to)];
}

const narrow = (value: bigint): Integer => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

function compileRegexes(values: readonly string[], ignoreCase: boolean): ValueTest {
  const regexes = values.map((value) => new RegularExpression(value, ignoreCase));
  return (value) => {
    for (const regex of regexes) if (regex.test(value as string)) return true;
    return false;
  };
}

type StringMethod = 'str' | 'beg' | 'end' | 'sub' | 'dir' | 'dom';

export function compileStrings(method: StringMethod, values: readonly string[], ignoreCase: boolean): StringTest {
  const bytes = values.map(toBytes);
  const test = compileExact(method, ignoreCase ? bytes.map(lower) : bytes);
  return ignoreCase ? (sample) => test(lower(sample)) : test;
}

/** So many patterns are as quickly compared one by one. */
const few = 4;

function compileExact(method: StringMethod, patterns: readonly string[]): StringTest {
  const [only = ''] = patterns;
  switch (method) {
    case 'str': {
      if (patterns.length === 1) return (sample) => sample === only;
      const set = new Set(patterns);
      return (sample) => set.has(sample);
    }
    case 'beg':
      if (patterns.length === 1) return (sample) => sample.startsWith(only);
      if (patterns.length > few) return byLength(patterns, (sample, length) => sample.slice(0, length));
      return (sample) => patterns.some((pattern) => sample.startsWith(pattern));
    case 'end':
      if (patterns.length === 1) return (sample) => sample.endsWith(only);
      if (patterns.length > few) return byLength(patterns, (sample, length) => sample.slice(sample.length - length));
      return (sample) => patterns.some((pattern) => sample.endsWith(pattern));
    case 'sub':
      return (sample) => patterns.some((pattern) => sample.includes(pattern));
    case 'dir':
      return (sample) => patterns.some((pattern) => hasPart(sample, pattern, '/?'));
    case 'dom':
      return (sample) => patterns.some((pattern) => hasPart(sample, pattern, '/?.:'));
  }
}

/** One lookup for each length that patterns have, whatever their number. */
function byLength(patterns: readonly string[], part: (sample: string, length: number) => string): StringTest {
  const set = new Set(patterns);
  const lengths = [...new Set(patterns.map(({ length }) => length))].sort((one, other) => one - other);
  return (sample) => {
    for (const length of lengths) {
      if (length > sample.length) return false;
      if (set.has(part(sample, length))) return true;
    }
    return false;
  };
}

/** Whether the pattern, less the delimiters at its ends, stands in the sample between delimiters or its ends. */
function hasPart(sample: string, pattern: string, delimiters: string): boolean {
  let start = 0;
  let end = pattern.length;
  while (start < end && delimiters.includes(pattern[start] as string)) start++;
  while (end > start && delimiters.includes(pattern[end - 1] as string)) end--;
  const part = pattern.slice(start, end);
  if (part === '') return false;
  for (let at = sample.indexOf(part); at >= 0; at = sample.indexOf(part, at + 1)) {
    const before = sample[at - 1];
    const after = sample[at + part.length];
    if ((before === undefined || delimiters.includes(before)) && (after === undefined || delimiters.includes(after))) {
      return true;
    }
  }
  return false;
}
