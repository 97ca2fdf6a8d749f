/** http-request rules: what they decide about a request. */
import type { HttpRequestRule, RedirectRule } from '../../shared/model/rules.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import type { RequestView, SampleContext } from './sample-context.ts';

/** An answer that a rule gives in place of a server. */
export interface RuleAnswer {
  readonly status: number;
  /** Where a redirection leads; "" for an error page. */
  readonly location: string;
  /** Whether the client has to wait for it. */
  readonly tarpit: boolean;
}

interface CompiledRule {
  readonly holds: Test | undefined;
  /** undefined for `allow`. */
  readonly answer: ((context: SampleContext) => RuleAnswer) | undefined;
}

/** The rules of one proxy, in order. */
export type HttpRequestRules = readonly CompiledRule[];

export function compileHttpRequestRules(
  rules: readonly HttpRequestRule[],
  acls: ReadonlyMap<string, Test>,
): HttpRequestRules {
  return rules.map((rule) => ({ holds: compileRuleCondition(rule, acls), answer: compileAnswer(rule) }));
}

/** The answer of the first rule that applies and denies or redirects; undefined when the request passes. */
export function evaluateHttpRequestRules(rules: HttpRequestRules, context: SampleContext): RuleAnswer | undefined {
  for (const rule of rules) {
    if (rule.holds === undefined || rule.holds(context)) return rule.answer?.(context);
  }
  return undefined;
}

function compileAnswer(rule: HttpRequestRule): ((context: SampleContext) => RuleAnswer) | undefined {
  switch (rule.action) {
    case 'allow':
      return undefined;
    case 'deny': {
      const answer: RuleAnswer = { status: rule.status ?? 403, location: '', tarpit: false };
      return () => answer;
    }
    case 'tarpit': {
      const answer: RuleAnswer = { status: rule.status ?? 500, location: '', tarpit: true };
      return () => answer;
    }
    case 'redirect':
      return ({ request }) => ({
        status: rule.code ?? 302,
        location: redirectLocation(rule, request as RequestView),
        tarpit: false,
      });
  }
}

function redirectLocation(rule: RedirectRule, request: RequestView): string {
  if (rule.location !== undefined) return rule.location;
  const kept = rule.dropQuery === true ? request.path : request.pathAndQuery;
  const path = rule.appendSlash === true && !kept.endsWith('/') ? `${kept}/` : kept;
  if (rule.prefix !== undefined) return rule.prefix === '/' ? path : `${rule.prefix}${path}`;
  return `${rule.scheme ?? 'https'}://${request.host}${path}`;
}
