/** The catalogue of ACL criteria: what each tests, how it compares, and where it is legal. */
import { parseNetwork } from '../address.ts';
import { suggest } from './suggest.ts';

export type Fetch = 'path' | 'header' | 'method' | 'source';

/** How patterns are compared with the sample (configuration manual 2.6, section 7.1.3). */
export type MatchMethod = 'str' | 'beg' | 'end' | 'sub' | 'dir' | 'dom' | 'ip';

export interface Criterion {
  readonly fetch: Fetch;
  readonly match: MatchMethod;
  /** Whether it only makes sense on an HTTP request. */
  readonly needsHttp: boolean;
}

const stringMatches = ['beg', 'end', 'sub', 'dir', 'dom'] as const;

function criteriaOf(fetch: 'path' | 'header', name: string): [string, Criterion][] {
  const plain: [string, Criterion] = [name, { fetch, match: 'str', needsHttp: true }];
  return [
    plain,
    ...stringMatches.map((match): [string, Criterion] => [`${name}_${match}`, { fetch, match, needsHttp: true }]),
  ];
}

export const criteria: ReadonlyMap<string, Criterion> = new Map([
  ...criteriaOf('path', 'path'),
  ...criteriaOf('header', 'hdr'),
  ['method', { fetch: 'method', match: 'str', needsHttp: true }],
  ['src', { fetch: 'source', match: 'ip', needsHttp: false }],
]);

/** A test ready to be compiled: criterion, its argument, flags and patterns. */
export interface AclExpression {
  readonly criterion: Criterion;
  /** Lower-case name of the header field for `hdr(...)`; "" for the others. */
  readonly argument: string;
  readonly ignoreCase: boolean;
  readonly values: readonly string[];
}

const criterionExpression = /^([a-z_.]+)(?:\((.*)\))?$/;
const tokenExpression = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Reads "hdr_beg(host)": the criterion and its argument, or why it cannot be. */
export function parseCriterion(text: string): { criterion: Criterion; argument: string } | { problem: string } {
  const match = criterionExpression.exec(text);
  const name = match?.[1] ?? text;
  const argument = match?.[2]?.trim() ?? '';
  const criterion = criteria.get(name);
  if (criterion === undefined) {
    const near = suggest(name, criteria.keys());
    return { problem: `unknown criterion "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}` };
  }
  if (criterion.fetch === 'header') {
    if (!tokenExpression.test(argument)) {
      return { problem: `"${name}" needs the name of a header field in parentheses, such as ${name}(host)` };
    }
  } else if (argument !== '') {
    return { problem: `"${name}" takes no argument` };
  }
  return { criterion, argument: argument.toLowerCase() };
}

/** Why a pattern cannot be matched by this criterion; undefined when it can. */
export function checkPattern(criterion: Criterion, pattern: string): string | undefined {
  if (criterion.match === 'ip' && parseNetwork(pattern) === undefined) {
    return `"${pattern}" is no IP address or network, such as 192.0.2.1 or 10.0.0.0/8`;
  }
  return undefined;
}
