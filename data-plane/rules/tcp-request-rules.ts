/** tcp-request rules: whether a connection, or a request on it, may go on. */
import type { TcpRequestRule } from '../../shared/model/tcp-request-rule.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import type { SampleContext } from './sample-context.ts';

export type TcpVerdict = TcpRequestRule['action'];

interface CompiledRule {
  readonly holds: Test | undefined;
  readonly verdict: TcpVerdict;
}

/** The rules of one proxy by the moment they are evaluated: as a connection begins (its session too), or for its content. */
export interface TcpRequestRules {
  readonly connection: readonly CompiledRule[];
  readonly session: readonly CompiledRule[];
  readonly content: readonly CompiledRule[];
}

export function compileTcpRequestRules(
  rules: readonly TcpRequestRule[],
  acls: ReadonlyMap<string, Test>,
): TcpRequestRules {
  const ofType = (type: TcpRequestRule['type']) =>
    rules
      .filter((rule) => rule.type === type)
      .map((rule) => ({ holds: compileRuleCondition(rule, acls), verdict: rule.action }));
  return { connection: ofType('connection'), session: ofType('session'), content: ofType('content') };
}

/** What the first rule that applies says; "accept" when none does. */
export function judgeConnection(rules: readonly CompiledRule[], context: SampleContext): TcpVerdict {
  for (const rule of rules) if (rule.holds === undefined || rule.holds(context)) return rule.verdict;
  return 'accept';
}
