/** tcp-request and tcp-response rules: whether a connection, or a request on it, may go on. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { SnapshotRule } from '../../shared/model/snapshot.ts';
import type { TcpRequestRule } from '../../shared/model/tcp-request-rule.ts';
import type { TcpResponseRule } from '../../shared/model/tcp-response-rule.ts';
import { compileAddressRule } from './compile-addresses.ts';
import type { Test } from './compile-condition.ts';
import { compileInspection, type Decide, fails, undecided } from './compile-inspection.ts';
import { compilePriorityRule } from './compile-priorities.ts';
import { compileSample, textOf } from './compile-sample.ts';
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
  if (isTrackingRule(rule)) {
    const act = compileTracking(rule, 'connection', place);
    return rule.action.startsWith('track-sc') ? onceThere(act, Number(rule.action.at(-1))) : before(act);
  }
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
    case 'capture':
      return compileCapture(rule, place);
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

/** As in HAProxy, a sample is waited for that is not there yet; what is there is taken, though more may come of it. */
function compileCapture({ expression, slot }: { expression: string; slot: number }, place: Place): CompiledRule['act'] {
  const sample = parseSample(expression, place);
  const { get } = compileSample(sample);
  const show = textOf(sample);
  return (context) => {
    const { captures, content } = context;
    if (content !== undefined) content.mayChange = false;
    const value = get(context);
    if (value !== undefined) captures?.keepRequest(slot, show(value));
    else if (content?.mayChange === true && !content.final) return 'wait';
    return 'next';
  };
}

/** As in HAProxy, a key is waited for that is not there yet. */
function onceThere(track: (context: ConnectionRuleContext) => void, number: number): CompiledRule['act'] {
  return (context) => {
    const { content } = context;
    if (content !== undefined) content.mayChange = false;
    track(context);
    if (content?.mayChange !== true || content.final) return 'next';
    return context.tracked?.entry(number) === undefined ? 'wait' : 'next';
  };
}

/** Goes on once something is done. */
function before(act: (context: ConnectionRuleContext) => void): CompiledRule['act'] {
  return (context) => {
    act(context);
    return 'next';
  };
}

/**
 * What the first rule that applies says; "accept" when none does. A rule whose action waits is carried out again, and none
 * before it; where a condition waits, all are asked again, as in HAProxy.
 */
export function judgeConnection(rules: TcpRules, context: ConnectionRuleContext): TcpVerdict {
  const { content } = context;
  const waited = content === undefined ? -1 : content.waitingRule;
  if (content !== undefined) content.waitingRule = -1;
  for (let place = Math.max(0, waited); place < rules.length; place++) {
    const { decide, act, origin } = rules[place] as CompiledRule;
    if (decide !== undefined && place !== waited) {
      const decided = decide(context);
      if (decided === undecided) return 'wait';
      if (decided === fails) continue;
    }
    const outcome = act(context);
    if (outcome === 'next') continue;
    if (outcome === 'wait') {
      if (content !== undefined) content.waitingRule = place;
      return 'wait';
    }
    context.transaction.noteFinalRule(origin);
    return outcome;
  }
  return 'accept';
}
