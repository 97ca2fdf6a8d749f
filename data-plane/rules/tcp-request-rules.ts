/** tcp-request rules: whether a connection, or a request on it, may go on, and what is noted of it. */
import type { Place } from '../../shared/language/sample-types.ts';
import type { Mode } from '../../shared/model/snapshot.ts';
import type { TcpRequestRule } from '../../shared/model/tcp-request-rule.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import { compileTracking, isTrackingRule, type TrackingAct } from './compile-tracking.ts';
import type { TrackingContext } from './transaction.ts';

export type TcpVerdict = 'accept' | 'reject' | 'silent-drop';

/** It says what becomes of the connection, or notes something. */
interface CompiledRule {
  readonly holds: Test | undefined;
  readonly act: TcpVerdict | TrackingAct;
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
  mode: Mode,
): TcpRequestRules {
  const ofType = (type: TcpRequestRule['type']) => {
    const place = type !== 'content' ? 'connection' : mode === 'http' ? 'http-request' : 'tcp';
    return rules
      .filter((rule) => rule.type === type)
      .map((rule) => ({ holds: compileRuleCondition(rule, acls), act: compileAct(rule, place) }));
  };
  return { connection: ofType('connection'), session: ofType('session'), content: ofType('content') };
}

function compileAct(rule: TcpRequestRule, place: Place): TcpVerdict | TrackingAct {
  return isTrackingRule(rule) ? compileTracking(rule, 'connection', place) : rule.action;
}

/** What the first rule that applies and says so makes of it; "accept" when none does. */
export function judgeConnection(rules: readonly CompiledRule[], context: TrackingContext): TcpVerdict {
  for (const { holds, act } of rules) {
    if (holds !== undefined && !holds(context)) continue;
    if (typeof act === 'string') return act;
    act(context);
  }
  return 'accept';
}
