/** Evaluates a list of compiled rules, one after the other. */
import type { Test } from './compile-condition.ts';
import type { EditableHead } from './editable-head.ts';
import { internalError, type RuleAnswer } from './rule-answer.ts';
import type { RuleOrigin } from './sample-context.ts';
import type { RuleContext } from './transaction.ts';

/**
 * What carrying out a rule comes to: "next" goes on; "stop" lets the message pass; "failed" could not be done; "strict" and
 * "lenient" say what that means for the rules that follow; "wait": it is to be carried out again later, and those behind it
 * then; an answer ends it all.
 */
export type Outcome = 'next' | 'stop' | 'failed' | 'strict' | 'lenient' | 'wait' | RuleAnswer;

export type Act<Head extends EditableHead> = (head: Head, context: RuleContext) => Outcome;

export interface CompiledRule<Head extends EditableHead> {
  readonly holds: Test | undefined;
  readonly act: Act<Head>;
  /** Where it stands. */
  readonly origin: RuleOrigin | undefined;
}

/** The rules of one proxy, in order. */
export type CompiledRules<Head extends EditableHead> = readonly CompiledRule<Head>[];

/** Where an evaluation stopped to wait. */
export interface Resumption {
  /** The rule that waits, whose condition held. */
  readonly rule: number;
  readonly strict: boolean;
}

/** The answer that a rule gives, or that of an internal error; where a rule waits; undefined when the message passes. */
export function evaluateWaitingRules<Head extends EditableHead>(
  rules: CompiledRules<Head>,
  head: Head,
  context: RuleContext,
  resumption: Resumption | undefined,
): RuleAnswer | Resumption | undefined {
  let strict = resumption?.strict ?? true;
  const first = resumption?.rule ?? -1;
  for (let index = Math.max(0, first); index < rules.length; index++) {
    const rule = rules[index] as CompiledRule<Head>;
    if (rule.holds !== undefined && index !== first && !rule.holds(context)) continue;
    const outcome = rule.act(head, context);
    if (outcome === 'next') continue;
    if (outcome === 'stop') {
      context.transaction.noteFinalRule(rule.origin);
      return undefined;
    }
    if (outcome === 'failed') {
      if (strict) {
        context.transaction.noteFinalRule(rule.origin);
        return internalError;
      }
    } else if (outcome === 'strict') strict = true;
    else if (outcome === 'lenient') strict = false;
    else if (outcome === 'wait') return { rule: index, strict };
    else {
      context.transaction.noteFinalRule(rule.origin);
      return outcome;
    }
  }
  return undefined;
}

/** The same for rules of which none ever waits: those for responses. */
export function evaluateRules<Head extends EditableHead>(
  rules: CompiledRules<Head>,
  head: Head,
  context: RuleContext,
): RuleAnswer | undefined {
  return evaluateWaitingRules(rules, head, context, undefined) as RuleAnswer | undefined;
}
