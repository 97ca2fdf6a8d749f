/** Compiles conditions on content that may still come: beside "yes" and "no" there is "not to be said yet". */
import { parseCondition } from '../../shared/language/parse-condition.ts';
import { compileTest, type Test } from './compile-condition.ts';
import type { SampleContext } from './sample-context.ts';

/** Bits, so that "and" and "or" are those of numbers: what is not to be said yet becomes "yes" by "or" with it alone. */
export const fails = 0;
export const undecided = 1;
export const holds = 3;

export type Decide = (context: SampleContext) => number;

/** The condition of a rule; undefined when it has none. Throws LanguageError, or Error on an unknown ACL. */
export function compileInspection(
  rule: { readonly if?: string; readonly unless?: string },
  acls: ReadonlyMap<string, Test>,
): Decide | undefined {
  const text = rule.if ?? rule.unless;
  if (text === undefined) return undefined;
  const groups = parseCondition(text).anyOf.map((terms) =>
    terms.map((term) => ({ test: compileTest(term.test, acls, term.column), negated: term.negated })),
  );
  const inverted = rule.if === undefined;
  return (context) => {
    let all = fails;
    for (const group of groups) {
      let both = holds;
      for (const { test, negated } of group) {
        both &= decide(test, negated, context);
        if (both !== holds) break;
      }
      all |= both;
      if (all === holds) break;
    }
    return inverted && all !== undecided ? holds - all : all;
  };
}

function decide(test: Test, negated: boolean, context: SampleContext): number {
  const { content } = context;
  if (content !== undefined) content.mayChange = false;
  if (test(context)) return negated ? fails : holds;
  if (content?.mayChange === true && !content.final) return undecided;
  return negated ? holds : fails;
}
