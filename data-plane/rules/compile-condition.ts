/** Compiles ACLs and conditions into functions of the request. */

import { matchInputs, needsPatterns } from '../../shared/language/match-methods.ts';
import { type AclExpression, parseAcl } from '../../shared/language/parse-acl.ts';
import { parseCondition, type Term } from '../../shared/language/parse-condition.ts';
import type { Sample } from '../../shared/language/parse-sample.ts';
import { predefinedAcls } from '../../shared/language/predefined-acls.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Acl } from '../../shared/model/acl.ts';
import { compileMatch } from './compile-match.ts';
import { compileSample, compileSampleTest } from './compile-sample.ts';
import { presentScope } from './compile-scope.ts';
import type { ValueTest } from './compiled.ts';
import { compileFileTest } from './converters/maps.ts';
import type { SampleContext } from './sample-context.ts';
import { asText } from './sample-value.ts';

export type Test = (context: SampleContext) => boolean;

/** The ACLs of one proxy by name, each compiled once, which are those of its scope from now on. Throws Error on one that shared/model would have refused. */
export function compileAcls(acls: readonly Acl[]): Map<string, Test> {
  const compiled = new Map(
    acls.map((acl) => [acl.name, anyOf([acl, ...(acl.or ?? [])].map((test) => compileExpression(parseAcl(test))))]),
  );
  presentScope().findAcl = (name) => findAcl(name, compiled);
  return compiled;
}

/** The condition of a rule; undefined when it has none. Throws LanguageError, or Error on an unknown ACL. */
export function compileRuleCondition(
  rule: { readonly if?: string; readonly unless?: string },
  acls: ReadonlyMap<string, Test>,
): Test | undefined {
  const text = rule.if ?? rule.unless;
  if (text === undefined) return undefined;
  const holds = anyOf(parseCondition(text).anyOf.map((terms) => allOf(terms.map((term) => compileTerm(term, acls)))));
  return rule.if === undefined ? (context) => !holds(context) : holds;
}

function compileTerm(term: Term, acls: ReadonlyMap<string, Test>): Test {
  const test = compileTest(term.test, acls, term.column);
  return term.negated ? (context) => !test(context) : test;
}

/** What a term tests, its negation aside. Throws Error on an unknown ACL. */
export function compileTest(tested: Term['test'], acls: ReadonlyMap<string, Test>, column: number): Test {
  const test = 'inline' in tested ? compileExpression(tested.inline) : findAcl(tested.acl, acls);
  if (test === undefined) throw new Error(`unknown ACL in column ${column}`);
  return test;
}

function findAcl(name: string, acls: ReadonlyMap<string, Test>): Test | undefined {
  const own = acls.get(name);
  if (own !== undefined) return own;
  const predefined = predefinedAcls.get(name);
  return predefined === undefined ? undefined : compileExpression(predefined);
}

function anyOf(tests: readonly Test[]): Test {
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (context) => {
    for (const test of tests) if (test(context)) return true;
    return false;
  };
}

function allOf(tests: readonly Test[]): Test {
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (context) => {
    for (const test of tests) if (!test(context)) return false;
    return true;
  };
}

/** What tests of one expression were compiled from. */
const expressions = new WeakMap<Test, AclExpression>();

/** The expression that a test is, and nothing beside it; undefined for combined and negated ones. */
export function expressionOf(test: Test): AclExpression | undefined {
  return expressions.get(test);
}

/** Whether the user that a sample tells is in one of the groups of the userlist it names. */
function compileGroupTest(sample: Sample, groups: readonly string[]): Test {
  const [list = ''] = sample.arguments;
  const { get } = compileSample(sample);
  const names = groups.map(toBytes);
  return (context) => {
    const user = get(context);
    return (
      user !== undefined && context.environment.proxies.userlists.get(list)?.isInGroup(asText(user), names) === true
    );
  };
}

export function compileExpression(expression: AclExpression): Test {
  const { sample, match, values } = expression;
  if (match === 'auth') return compileGroupTest(sample, values);
  const test = compileSampleTest(sample, matchInputs[match], compilePatterns(expression));
  expressions.set(test, expression);
  return test;
}

/** A test of one value against the patterns of an expression and those of its files. */
function compilePatterns({ match, values, ignoreCase, files }: AclExpression): ValueTest {
  if (files.length === 0 || !needsPatterns(match)) return compileMatch(match, values, ignoreCase);
  const tests = files.map((file) => compileFileTest(file, match));
  if (values.length > 0) tests.unshift(compileMatch(match, values, ignoreCase));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (value, context) => {
    for (const test of tests) if (test(value, context)) return true;
    return false;
  };
}
