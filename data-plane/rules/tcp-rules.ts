/** tcp-request and tcp-response rules: whether a connection, or a request on it, may go on. */
import type { Place } from '../../shared/language/sample-types.ts';
import type { SnapshotRule } from '../../shared/model/snapshot.ts';
import type { TcpRequestRule } from '../../shared/model/tcp-request-rule.ts';
import type { TcpResponseRule } from '../../shared/model/tcp-response-rule.ts';
import { compileAddressRule } from './compile-addresses.ts';
import type { Test } from './compile-condition.ts';
import { compileInspection, type Decide, fails, undecided } from './compile-inspection.ts';
import { compilePriorityRule } from './compile-priorities.ts';
import { compileTracking, isTrackingRule } from './compile-tracking.ts';
import { compileVariableRule } from './compile-variables.ts';
import { originOf } from './rule-origin.ts';
import type { RuleOrigin } from './sample-context.ts';
import type { AddressLevel, ConnectionRuleContext } from './transaction.ts';

/** "wait": nothing can be said before more has come, or the wait is over. */
export type TcpVerdict = 'accept' | 'reject' | 'close' | 'silent-drop' | 'wait';

interface CompiledRule {
  readonly decide: Decide | undefined;
  /** "next" goes on with the rule behind it. */
  readonly act: (context: ConnectionRuleContext) => TcpVerdict | 'next';
  /** Where it stands, of a rule that ends the evaluation. */
  readonly origin: RuleOrigin | undefined;
}

export type TcpRules = readonly CompiledRule[];

/** The rules of one proxy by the moment they are evaluated: as a connection begins (its session too), or for its content. */
export interface TcpRequestRules {
  readonly connection: TcpRules;
  readonly session: TcpRules;
  readonly content: TcpRules;
  /** Longest wait for content, in milliseconds; 0 for none. */
  readonly inspectDelay: number;
}

/** `path` is that of the proxy in the REST API. Throws Error on what shared/model would have refused. */
export function compileTcpRequestRules(
  { tcpRequestRules, inspectDelay, mode }: ProxyRules,
  path: string,
  acls: ReadonlyMap<string, Test>,
): TcpRequestRules {
  const ofType = (type: TcpRequestRule['type'], place: Place, level: AddressLevel) =>
    compileRules(
      tcpRequestRules.filter((rule) => rule.type === type),
      `${path}/tcp-request-rules`,
      acls,
      place,
      level,
    );
  return {
    connection: ofType('connection', 'connection', 'connection'),
    session: ofType('session', 'connection', 'session'),
    content: ofType('content', mode === 'tcp' ? 'tcp' : 'http-request', 'request'),
    inspectDelay,
  };
}

interface ProxyRules {
  readonly tcpRequestRules: readonly SnapshotRule<TcpRequestRule>[];
  readonly inspectDelay: number;
  readonly mode: 'http' | 'tcp';
}

export interface TcpResponseRules {
  readonly content: TcpRules;
  /** Longest wait for content, in milliseconds; 0 for none. */
  readonly inspectDelay: number;
}

/** `path` is that of the proxy in the REST API. Throws Error on what shared/model would have refused. */
export function compileTcpResponseRules(
  { tcpResponseRules, responseInspectDelay, mode }: BackendRules,
  path: string,
  acls: ReadonlyMap<string, Test>,
): TcpResponseRules {
  const place = mode === 'tcp' ? 'tcp-response' : 'http-response';
  const content = compileRules(tcpResponseRules, `${path}/tcp-response-rules`, acls, place, 'request');
  return { content, inspectDelay: responseInspectDelay };
}

interface BackendRules {
  readonly tcpResponseRules: readonly SnapshotRule<TcpResponseRule>[];
  readonly responseInspectDelay: number;
  readonly mode: 'http' | 'tcp';
}

function compileRules(
  rules: readonly SnapshotRule<TcpRequestRule | TcpResponseRule>[],
  list: string,
  acls: ReadonlyMap<string, Test>,
  place: Place,
  level: AddressLevel,
): TcpRules {
  return rules.map((rule) => ({
    decide: compileInspection(rule, acls),
    act: compileAction(rule, place, level),
    origin: originOf(rule, list),
  }));
}

function compileAction(rule: TcpRequestRule | TcpResponseRule, place: Place, level: AddressLevel): CompiledRule['act'] {
  if (isTrackingRule(rule)) return before(compileTracking(rule, 'connection', place));
  switch (rule.action) {
    case 'accept':
    case 'reject':
    case 'close':
    case 'silent-drop': {
      const verdict = rule.action;
      return () => verdict;
    }
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
      return before(compileVariableRule(rule, place));
    case 'set-src':
    case 'set-src-port':
    case 'set-dst':
    case 'set-dst-port':
      return before(compileAddressRule(rule, place, level));
    case 'set-priority-class':
    case 'set-priority-offset':
      return before(compilePriorityRule(rule, place));
    case 'set-log-level':
      return before(({ transaction }) => transaction.setLogLevel(rule.level));
    case 'set-nice':
    case 'set-mark':
    case 'set-tos':
      return () => 'next';
  }
}

/** Goes on once something is done. */
function before(act: (context: ConnectionRuleContext) => void): CompiledRule['act'] {
  return (context) => {
    act(context);
    return 'next';
  };
}

/** What the first rule that applies says; "accept" when none does. */
export function judgeConnection(rules: TcpRules, context: ConnectionRuleContext): TcpVerdict {
  for (const { decide, act, origin } of rules) {
    if (decide !== undefined) {
      const decided = decide(context);
      if (decided === undecided) return 'wait';
      if (decided === fails) continue;
    }
    const outcome = act(context);
    if (outcome === 'next') continue;
    context.transaction.noteFinalRule(origin);
    return outcome;
  }
  return 'accept';
}
