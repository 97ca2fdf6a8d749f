/** ACLs, HTTP rules, redirects and the choice of the backend. */
import type { Acl, AclTest } from '../../model/acl.ts';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from '../../model/rules.ts';
import { findAction, suggestAction } from '../keywords/find-keyword.ts';
import type { CfgDraft, Origin, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { hint } from '../understand.ts';
import { readRedirectWords } from './answer-words.ts';
import { RuleProblem, readTest, splitCondition } from './conditions.ts';
import { readHttpAction } from './http-action.ts';
import { errorIn } from './rule-places.ts';
import { attempt, describe, tellWithoutEffect } from './rule-words.ts';

/** `acl NAME CRITERION [flags] VALUE...`; a further line of one name holds too. */
export function readAcl(statement: Statement, draft: ProxyDraft): void {
  const [name = '', ...words] = statement.args;
  const bad = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
  if (bad !== undefined) {
    statement.alert(`character '${bad}' is not permitted in acl name '${name}'.`);
    return;
  }
  try {
    const test = readTest(words);
    const known = draft.aclsByName.get(name);
    if (known === undefined) {
      const item = { name, ...describe(statement), ...test };
      draft.acls.push({ item, line: statement.line });
      draft.aclsByName.set(name, item);
    } else addTest(known, test);
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    // Its name is known from here on: rules that use it would only repeat that it is missing.
    if (!draft.aclsByName.has(name)) draft.aclsByName.set(name, { name, criterion: '', values: [] });
    statement.alert(`error detected while parsing ACL '${name}' : ${error.message}`);
  }
}

function addTest(acl: Acl, test: AclTest): void {
  const same = [acl, ...(acl.or ?? [])].find(
    ({ criterion, flags }) => criterion === test.criterion && String(flags) === String(test.flags),
  );
  if (same === undefined) acl.or = [...(acl.or ?? []), test];
  else same.values = [...(same.values ?? []), ...(test.values ?? [])];
}

export function readUseBackend(statement: Statement, draft: ProxyDraft): void {
  const [backend = '', ...words] = statement.args;
  const what = 'error detected while parsing switching rule';
  attempt(statement, what, what, () => {
    if (words.length > 0 && words[0] !== 'if' && words[0] !== 'unless') {
      statement.alert(`unexpected keyword '${words[0]}' after switching rule, only 'if' and 'unless' are allowed.`);
      return;
    }
    const { condition } = splitCondition(statement, words, draft);
    const name = `rule-${draft.switchingRules.length + 1}`;
    const item = { name, ...describe(statement), backend, ...condition };
    draft.switchingRules.push({ item, line: statement.line });
  });
}

type Rule = HttpRequestRule | HttpResponseRule | HttpAfterResponseRule;

const lists = {
  'http-request': 'httpRequestRules',
  'http-response': 'httpResponseRules',
  'http-after-response': 'httpAfterResponseRules',
} as const;

/** A line of http-request, http-response or http-after-response. */
export function readHttpRule(statement: Statement, draft: ProxyDraft, cfg: CfgDraft): void {
  const set = statement.keyword as keyof typeof lists;
  const [word = '', ...words] = statement.args;
  const found = findAction(word, set);
  if (found === undefined) {
    statement.alert(`'${set}' : unknown action '${word}'${hint(suggestAction(word, set))}`);
    return;
  }
  if (set === 'http-request') warnOfOrder(statement, draft, set);
  const { name: action } = found.action;
  if (action === 'normalize-uri' && !cfg.language.experimental) {
    statement.alert(
      "'normalize-uri' action is experimental, must be allowed via a global 'expose-experimental-directives'",
    );
    return;
  }
  const what = `${errorIn(draft)} while parsing '${set} ${word}' rule`;
  const whatCondition =
    action === 'redirect'
      ? `${what} : error in condition`
      : `error detected while parsing an '${set} ${word}' condition`;
  attempt(statement, what, whatCondition, () => {
    const { before, condition } = splitCondition(statement, words, draft);
    const list: Origin<Rule>[] = draft[lists[set]];
    warnOfFinal(statement, set, list.at(-1)?.item);
    const name = `rule-${list.length + 1}`;
    if (action === 'set-timeout' && draft.kind === 'frontend') {
      throw new RuleProblem(
        `a 'set-timeout' rule needs a proxy with backend capability, which '${draft.name}' has not.`,
      );
    }
    const read = readHttpAction({ set, action, argument: found.argument, words: before, draft }, cfg);
    list.push({ item: { name, ...describe(statement), ...read, ...condition } as Rule, line: statement.line });
    tellWithoutEffect(statement, action);
  });
}

const finalActions = ['allow', 'auth', 'deny', 'redirect', 'return', 'tarpit'];

/** Behind a rule that always ends the evaluation the others of its list have no say. */
function warnOfFinal(statement: Statement, set: string, before: Rule | undefined): void {
  if (before === undefined || before.if !== undefined || before.unless !== undefined) return;
  if (!finalActions.includes(before.action)) return;
  statement.warn(`previous '${set}' action is final and has no condition attached, further entries are NOOP.`);
}

/** A `redirect` line: one more rule, behind all http-request rules of the proxy. Its texts are what they are: "%" is no sign. */
export function readRedirect(statement: Statement, draft: ProxyDraft): void {
  warnOfOrder(statement, draft, 'redirect');
  const what = `${errorIn(draft)} while parsing redirect rule`;
  attempt(statement, what, `${what} : error in condition`, () => {
    const { before, condition } = splitCondition(statement, statement.args, draft);
    const name = `redirect-${draft.redirects.length + 1}`;
    const read = readRedirectWords(before);
    for (const field of ['location', 'prefix', 'scheme'] as const) {
      if (read[field] !== undefined) read[field] = read[field].replaceAll('%', '%%');
    }
    const item = { name, ...describe(statement), ...read, ...condition };
    draft.redirects.push({ item, line: statement.line });
  });
}

/** Rules of different kinds are evaluated kind by kind, whatever their order in the file. */
function warnOfOrder(statement: Statement, draft: ProxyDraft, kind: 'http-request' | 'redirect'): void {
  const later = draft.switchingRules.length > 0 ? 'use_backend' : draft.redirects.length > 0 ? 'redirect' : kind;
  if (later !== kind) {
    statement.warn(`a '${kind}' rule placed after a '${later}' rule will still be processed before.`);
  }
}

export function readUseServer(statement: Statement, draft: ProxyDraft): void {
  const [server = '', ...words] = statement.args;
  const what = 'error detected while parsing switching rule';
  attempt(statement, what, what, () => {
    const { before, condition } = splitCondition(statement, words, draft);
    if (before.length > 0) throw new RuleProblem("expects 'if' or 'unless' after the name of the server.");
    const name = `rule-${draft.serverRules.length + 1}`;
    draft.serverRules.push({ item: { name, ...describe(statement), server, ...condition }, line: statement.line });
  });
}

/** `monitor fail { if | unless } CONDITION`. */
export function readMonitorFail(statement: Statement, draft: ProxyDraft): void {
  const what = "error detected while parsing a 'monitor fail' condition";
  attempt(statement, what, what, () => {
    const { before, condition } = splitCondition(statement, statement.args, draft);
    if (before.length > 0 || Object.keys(condition).length === 0) throw new RuleProblem("expects 'if' or 'unless'.");
    draft.monitorFails.push({ item: condition, line: statement.line });
  });
}
