/** Compiles ACLs and conditions into functions of the request. */
import { isInNetwork, type Network, parseNetwork } from '../../shared/address.ts';
import { type AclExpression, parseCriterion } from '../../shared/language/criteria.ts';
import { parseCondition, type Term } from '../../shared/language/parse-condition.ts';
import type { Acl, AclTest } from '../../shared/model/acl.ts';
import { compileStringMatch, type StringTest } from './match.ts';
import type { RequestView } from './request-view.ts';

export type Test = (request: RequestView) => boolean;

/** The ACLs of one proxy by name, each compiled once. Throws Error on one that shared/model would have refused. */
export function compileAcls(acls: readonly Acl[]): Map<string, Test> {
  return new Map(
    acls.map((acl) => {
      const tests = [acl, ...(acl.or ?? [])].map((each) => compileAclTest(acl.name, each));
      return [acl.name, anyOf(tests)];
    }),
  );
}

function compileAclTest(name: string, { criterion, flags, values }: AclTest): Test {
  const parsed = parseCriterion(criterion);
  if ('problem' in parsed) throw new Error(`ACL "${name}": ${parsed.problem}`);
  return compileExpression({ ...parsed, ignoreCase: flags?.includes('-i') ?? false, values });
}

/** The condition of a rule; undefined when it has none. Throws LanguageError, or Error on an unknown ACL. */
export function compileRuleCondition(
  rule: { readonly if?: string; readonly unless?: string },
  acls: ReadonlyMap<string, Test>,
): Test | undefined {
  const text = rule.if ?? rule.unless;
  if (text === undefined) return undefined;
  const holds = anyOf(parseCondition(text).anyOf.map((terms) => allOf(terms.map((term) => compileTerm(term, acls)))));
  return rule.if === undefined ? (request) => !holds(request) : holds;
}

function compileTerm(term: Term, acls: ReadonlyMap<string, Test>): Test {
  const test = 'inline' in term.test ? compileExpression(term.test.inline) : acls.get(term.test.acl);
  if (test === undefined) throw new Error(`unknown ACL in column ${term.column}`);
  return term.negated ? (request) => !test(request) : test;
}

function anyOf(tests: readonly Test[]): Test {
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (request) => {
    for (const test of tests) if (test(request)) return true;
    return false;
  };
}

function allOf(tests: readonly Test[]): Test {
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (request) => {
    for (const test of tests) if (!test(request)) return false;
    return true;
  };
}

function compileExpression(expression: AclExpression): Test {
  const { criterion, argument, values, ignoreCase } = expression;
  if (criterion.match === 'ip') return compileSource(values);
  const matches = compileStringMatch(criterion.match, values, ignoreCase);
  switch (criterion.fetch) {
    case 'path':
      return (request) => matches(request.path);
    case 'method':
      return (request) => matches(request.method);
    case 'header':
      return compileHeader(argument, matches);
    case 'source':
      throw new Error('the source address is matched as an IP address only');
  }
}

/** Each occurrence of the field and each element of its comma-separated list is a sample (manual, fetch "hdr"). */
function compileHeader(name: string, matches: StringTest): Test {
  return (request) => {
    for (let field = request.findHeader(name, 0); field >= 0; field = request.findHeader(name, field + 1)) {
      const value = request.headerValue(field);
      if (value.indexOf(',') < 0) {
        if (matches(value)) return true;
      } else {
        for (const element of value.split(',')) if (matches(element.trim())) return true;
      }
    }
    return false;
  };
}

function compileSource(values: readonly string[]): Test {
  const networks = values
    .map((value) => parseNetwork(value))
    .filter((network): network is Network => network !== undefined);
  return (request) => {
    const address = request.source;
    for (const network of networks) if (isInNetwork(address, network)) return true;
    return false;
  };
}
