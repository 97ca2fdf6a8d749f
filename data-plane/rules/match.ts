/** How a sample is compared with patterns: HAProxy's match methods (configuration manual 2.6, section 7.1.3). */
import type { MatchMethod } from '../../shared/language/criteria.ts';

export type StringTest = (sample: string) => boolean;

/** A test that holds when one of the patterns matches the sample by this method. */
export function compileStringMatch(
  method: Exclude<MatchMethod, 'ip'>,
  values: readonly string[],
  ignoreCase: boolean,
): StringTest {
  const patterns = ignoreCase ? values.map((value) => value.toLowerCase()) : [...values];
  const test = compileExact(method, patterns);
  return ignoreCase ? (sample) => test(sample.toLowerCase()) : test;
}

function compileExact(method: Exclude<MatchMethod, 'ip'>, patterns: readonly string[]): StringTest {
  const [only] = patterns;
  switch (method) {
    case 'str': {
      if (patterns.length === 1) return (sample) => sample === only;
      const set = new Set(patterns);
      return (sample) => set.has(sample);
    }
    case 'beg':
      return (sample) => patterns.some((pattern) => sample.startsWith(pattern));
    case 'end':
      return (sample) => patterns.some((pattern) => sample.endsWith(pattern));
    case 'sub':
      return (sample) => patterns.some((pattern) => sample.includes(pattern));
    case 'dir':
      return (sample) => patterns.some((pattern) => hasPart(sample, pattern, '/?'));
    case 'dom':
      return (sample) => patterns.some((pattern) => hasPart(sample, pattern, '/?.:'));
  }
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
