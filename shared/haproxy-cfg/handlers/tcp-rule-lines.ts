/** Rules on connections and what passes on them: tcp-request and tcp-response. */
import type { TcpRequestRule } from '../../model/tcp-request-rule.ts';
import type { TcpResponseRule } from '../../model/tcp-response-rule.ts';
import { findAction, suggestAction } from '../keywords/find-keyword.ts';
import type { RuleSet } from '../keywords/rule-actions.ts';
import type { Origin, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { hint } from '../understand.ts';
import { type RulePlace, RuleProblem, splitCondition } from './conditions.ts';
import { readConnectionAction } from './http-action.ts';
import { attempt, describe, expectNothing, tellWithoutEffect } from './rule-words.ts';
import { readTrackingAction } from './stick-rules.ts';

/** A line of `tcp-request connection`, `session` or `content`. */
export function readTcpRequestRule(statement: Statement, draft: ProxyDraft): void {
  const type = statement.keyword.slice('tcp-request '.length) as TcpRequestRule['type'];
  readRule(statement, draft, draft.tcpRequestRules, { type });
}

export function readTcpResponseRule(statement: Statement, draft: ProxyDraft): void {
  readRule(statement, draft, draft.tcpResponseRules, {});
}

function readRule<Rule extends TcpRequestRule | TcpResponseRule>(
  statement: Statement,
  draft: ProxyDraft,
  list: Origin<Rule>[],
  more: object,
): void {
  const set = statement.keyword as Extract<RuleSet, `tcp-${string}`>;
  const [word = '', ...words] = statement.args;
  const found = findAction(word, set);
  if (found === undefined) {
    statement.alert(`'${set}' : unknown action '${word}'${hint(suggestAction(word, set))}`);
    return;
  }
  attempt(
    statement,
    `error detected in ${statement.section} '${draft.name}' while parsing '${set} ${word}' rule`,
    `error detected while parsing an '${set} ${word}' condition`,
    () => {
      const early: RulePlace = {
        place: set.startsWith('tcp-response') ? 'http-response' : 'connection',
        name: `${draft.kind} ${set} rule`,
        warn: (text) => statement.warn(text.replace('match', `match in '${set}'`)),
      };
      const waits = set === 'tcp-request content';
      const { before, condition } = splitCondition(words, draft, waits ? undefined : early);
      const read = readAction(set, found.action.name, found.argument, before);
      const name = `rule-${list.length + 1}`;
      const item = { name, ...describe(statement), ...more, ...read, ...condition } as unknown as Rule;
      list.push({ item, line: statement.line });
      tellWithoutEffect(statement, found.action.name);
    },
  );
}

function readAction(set: string, action: string, argument: string, words: readonly string[]): object {
  switch (action) {
    case 'accept':
    case 'reject':
    case 'close':
    case 'silent-drop':
      expectNothing(`${set} ${action}`, words);
      return { action };
    case 'expect-proxy':
    case 'expect-netscaler-cip':
      if (words[0] !== 'layer4') throw new RuleProblem(`only supports 'layer4' (got '${words[0] ?? ''}').`);
      throw new RuleProblem(`action '${action}' is not supported by Sluice.`);
    default:
      return readTrackingAction(set, action, argument, words) ?? readConnectionAction(action, argument, words);
  }
}

/** `tcp-request inspect-delay` and `tcp-response inspect-delay`: 0 is none, and the first one counts, that of the defaults too. */
export function readInspectDelay(statement: Statement, draft: ProxyDraft): void {
  const field = statement.keyword === 'tcp-request inspect-delay' ? 'inspectDelay' : 'responseInspectDelay';
  const delay = /^0+(?:us|ms|s|m|h|d)?$/.test(statement.args[0] ?? '') ? undefined : statement.time(0);
  if (draft[field] === undefined && draft.defaults?.[field] === undefined) {
    draft[field] = delay;
    return;
  }
  const what = draft.kind === 'listen' ? 'proxy' : draft.kind;
  statement.warn(`ignoring ${statement.keyword} (was already defined) in ${what} '${draft.name}'`);
}
