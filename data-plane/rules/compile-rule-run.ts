/** Finds the first of many rules that applies; long runs of like tests take one lookup, whatever their number. */
import { type MatchMethod, matchInputs } from '../../shared/language/match-methods.ts';
import type { AclExpression } from '../../shared/language/parse-acl.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import { expressionOf, type Test } from './compile-condition.ts';
import { compileSampleTest } from './compile-sample.ts';
import type { ValueTest } from './compiled.ts';
import { lower } from './converters/strings.ts';
import type { SampleContext } from './sample-context.ts';

/** Number of the first rule that applies; -1 for none. */
export type FindFirst = (context: SampleContext) => number;

/** Fewer tests are as quickly made one by one. */
const shortest = 4;

/** Conditions by the number of their rule; undefined for a rule without one. */
export function compileFirstHolding(tests: readonly (Test | undefined)[]): FindFirst {
  const segments = findRuns(tests).map(({ start, expressions }) =>
    expressions === undefined ? compileSingle(start, tests[start]) : compileRun(start, expressions),
  );
  const [only] = segments;
  if (only !== undefined && segments.length === 1) return only;
  return (context) => {
    for (const find of segments) {
      const found = find(context);
      if (found >= 0) return found;
    }
    return -1;
  };
}

function compileSingle(index: number, test: Test | undefined): FindFirst {
  return (context) => (test === undefined || test(context) ? index : -1);
}

interface Stretch {
  readonly start: number;
  /** Those of all rules of a run; undefined for a rule that stands alone. */
  readonly expressions: AclExpression[] | undefined;
}

const inRuns: readonly MatchMethod[] = ['str', 'beg', 'end', 'meth'];

/** Rules that follow each other and compare the same sample in the same way, and those between. */
function findRuns(tests: readonly (Test | undefined)[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < tests.length; ) {
    const expressions: AclExpression[] = [];
    const first = plainExpression(tests[at]);
    const key = first === undefined ? '' : keyOf(first);
    for (let next = at; first !== undefined && next < tests.length; next++) {
      const expression = plainExpression(tests[next]);
      if (expression === undefined || keyOf(expression) !== key) break;
      expressions.push(expression);
    }
    const isRun = expressions.length >= shortest;
    stretches.push({ start: at, expressions: isRun ? expressions : undefined });
    at += isRun ? expressions.length : 1;
  }
  return stretches;
}

function plainExpression(test: Test | undefined): AclExpression | undefined {
  const expression = test === undefined ? undefined : expressionOf(test);
  if (expression === undefined || expression.files.length > 0) return undefined;
  return inRuns.includes(expression.match) ? expression : undefined;
}

function keyOf({ sample, match, ignoreCase }: AclExpression): string {
  const conversions = sample.conversions.map(({ converter, arguments: args }) => [converter.name, args]);
  return JSON.stringify([sample.fetch.name, sample.arguments, conversions, match, ignoreCase]);
}

/** What a lookup has found so far: nothing else runs meanwhile. */
let best = -1;

function note(index: number | undefined): void {
  if (index !== undefined && (best < 0 || index < best)) best = index;
}

function compileRun(start: number, expressions: readonly AclExpression[]): FindFirst {
  const { sample, match, ignoreCase } = expressions[0] as AclExpression;
  /** The first rule that has the pattern. */
  const ruleOf = new Map<string, number>();
  for (const [offset, { values }] of expressions.entries()) {
    for (const value of values) {
      const pattern = ignoreCase ? lower(toBytes(value)) : toBytes(value);
      if (!ruleOf.has(pattern)) ruleOf.set(pattern, start + offset);
    }
  }
  const look = compileLookup(match, ruleOf);
  // Every value is looked at, since a later one may match an earlier rule.
  const visit: ValueTest = (value) => {
    look(ignoreCase ? lower(value as string) : (value as string));
    return false;
  };
  const visitAll = compileSampleTest(sample, matchInputs[match], visit);
  return (context) => {
    best = -1;
    visitAll(context);
    return best;
  };
}

function compileLookup(match: MatchMethod, ruleOf: ReadonlyMap<string, number>): (sample: string) => void {
  if (match === 'str' || match === 'meth') return (sample) => note(ruleOf.get(sample));
  const lengths = [...new Set([...ruleOf.keys()].map(({ length }) => length))].sort((one, other) => one - other);
  if (match === 'beg') {
    return (sample) => {
      for (const length of lengths) {
        if (length > sample.length) return;
        note(ruleOf.get(sample.slice(0, length)));
      }
    };
  }
  return (sample) => {
    for (const length of lengths) {
      if (length > sample.length) return;
      note(ruleOf.get(sample.slice(sample.length - length)));
    }
  };
}
