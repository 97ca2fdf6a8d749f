/** ACLs, http-request rules, redirects and the choice of the backend. */
import type { Acl, AclTest } from '../../model/acl.ts';
import { errorStatuses } from '../../model/error-file.ts';
import type { HttpRequestRule, RedirectRule } from '../../model/rules.ts';
import { findAction, suggestAction } from '../keywords/find-keyword.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { hint } from '../understand.ts';
import { ConditionProblem, RuleProblem, readTest, splitCondition } from './conditions.ts';

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
  else same.values.push(...test.values);
}

export function readUseBackend(statement: Statement, draft: ProxyDraft): void {
  const [backend = '', ...words] = statement.args;
  const what = 'error detected while parsing switching rule';
  attempt(statement, what, what, () => {
    if (backend.includes('%[')) throw new RuleProblem('a backend named by an expression is not supported by Sluice.');
    if (words.length > 0 && words[0] !== 'if' && words[0] !== 'unless') {
      statement.alert(`unexpected keyword '${words[0]}' after switching rule, only 'if' and 'unless' are allowed.`);
      return;
    }
    const { condition } = splitCondition(words, draft);
    const name = `rule-${draft.switchingRules.length + 1}`;
    const item = { name, ...describe(statement), backend, ...condition };
    draft.switchingRules.push({ item, line: statement.line });
  });
}

export function readHttpRequest(statement: Statement, draft: ProxyDraft): void {
  const [word = '', ...words] = statement.args;
  const found = findAction(word, 'http-request');
  if (found === undefined) {
    const near = suggestAction(word, 'http-request');
    statement.alert(`'http-request' : unknown action '${word}'${hint(near)}`);
    return;
  }
  warnOfOrder(statement, draft, 'http-request');
  const action = found.action.name;
  const what = `error detected in ${statement.section} '${draft.name}' while parsing 'http-request ${word}' rule`;
  const whatCondition =
    action === 'redirect'
      ? `${what} : error in condition`
      : `error detected while parsing an 'http-request ${word}' condition`;
  attempt(statement, what, whatCondition, () => {
    const name = `rule-${draft.httpRequestRules.length + 1}`;
    const { before, condition } = splitCondition(words, draft);
    const item = { ...readAction(action, before, { name, ...describe(statement) }), ...condition };
    draft.httpRequestRules.push({ item, line: statement.line });
  });
}

/** What HAProxy takes behind "deny", "tarpit" and "return" besides the status. */
const responseWords: ReadonlySet<string> = new Set([
  ...['content-type', 'default-errorfiles', 'errorfile', 'errorfiles', 'file', 'hdr', 'lf-file', 'lf-string', 'string'],
]);

/** A word where only a condition may follow. */
class Unexpected extends RuleProblem {
  constructor(action: string, word: string) {
    super(`'http-request ${action}' expects either 'if' or 'unless' followed by a condition but found '${word}'.`);
  }
}

type RuleHead = Pick<HttpRequestRule, 'name' | 'description'>;

/** The rule that the words before its condition make. */
function readAction(action: string, words: readonly string[], head: RuleHead): HttpRequestRule {
  switch (action) {
    case 'allow':
      expectNothing(action, words);
      return { ...head, action: 'allow' };
    case 'deny':
    case 'tarpit':
      return { ...head, action, ...readStatus(action, words) };
    case 'redirect':
      return { ...head, ...readRedirectWords(words) };
    default:
      throw new RuleProblem(`action '${action}' is not supported by Sluice.`);
  }
}

function expectNothing(action: string, words: readonly string[]): void {
  if (words.length > 0) throw new Unexpected(action, words[0] ?? '');
}

function readStatus(action: string, words: readonly string[]): { status?: number } {
  if (words.length === 0) return {};
  const [word = '', value] = words;
  if (word !== 'deny_status' && word !== 'status') {
    if (!responseWords.has(word)) throw new Unexpected(action, word);
    throw new RuleProblem(`argument '${word}' is not supported by Sluice.`);
  }
  if (words.length > 2) throw new RuleProblem(`argument '${words[2]}' is not supported by Sluice.`);
  const status = Number(value);
  if (!errorStatuses.includes(status))
    throw new RuleProblem(`status code '${value ?? ''}' not handled by default with 'default-errorfiles' argument.`);
  return { status };
}

/** A `redirect` line: one more rule, behind all http-request rules of the proxy. */
export function readRedirect(statement: Statement, draft: ProxyDraft): void {
  warnOfOrder(statement, draft, 'redirect');
  const what = `error detected in ${statement.section} '${draft.name}' while parsing redirect rule`;
  attempt(statement, what, `${what} : error in condition`, () => {
    const { before, condition } = splitCondition(statement.args, draft);
    const name = `redirect-${draft.redirects.length + 1}`;
    const item = { name, ...describe(statement), ...readRedirectWords(before), ...condition };
    draft.redirects.push({ item, line: statement.line });
  });
}

function readRedirectWords(words: readonly string[]): Omit<RedirectRule, 'name'> {
  const rule: Omit<RedirectRule, 'name'> = { action: 'redirect' };
  if (words.length === 0) throw new RuleProblem("redirection type expected ('prefix', 'location', or 'scheme').");
  const known =
    "'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' or 'append-slash'";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'drop-query') rule.dropQuery = true;
    else if (word === 'append-slash') rule.appendSlash = true;
    else if (word === 'location' || word === 'prefix' || word === 'scheme' || word === 'code') {
      const value = words[++at];
      if (value === undefined) throw new RuleProblem(`missing argument for '${word}'.`);
      if (value.includes('%[')) throw new RuleProblem(`an expression in '${word}' is not supported by Sluice.`);
      if (word !== 'code') rule[word] = value;
      else if (['301', '302', '303', '307', '308'].includes(value)) rule.code = Number(value);
      else {
        throw new RuleProblem(`'code': unsupported HTTP code '${value}' (must be one of 301, 302, 303, 307 or 308).`);
      }
    } else if (word === 'set-cookie' || word === 'clear-cookie' || word === 'ignore-empty') {
      throw new RuleProblem(`'${word}' is not supported by Sluice.`);
    } else throw new RuleProblem(`expects ${known} (was '${word}').`);
  }
  return rule;
}

/** Rules of different kinds are evaluated kind by kind, whatever their order in the file. */
function warnOfOrder(statement: Statement, draft: ProxyDraft, kind: 'http-request' | 'redirect'): void {
  const later = draft.switchingRules.length > 0 ? 'use_backend' : draft.redirects.length > 0 ? 'redirect' : kind;
  if (later !== kind) {
    statement.warn(`a '${kind}' rule placed after a '${later}' rule will still be processed before.`);
  }
}

function describe(statement: Statement): { description?: string } {
  return statement.comment === '' ? {} : { description: statement.comment };
}

/** Carries out `read`; a problem is told behind `what`, one of the condition behind `whatCondition`. */
function attempt(statement: Statement, what: string, whatCondition: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    if (error instanceof Unexpected) statement.alert(error.message);
    else if (error instanceof ConditionProblem) {
      const separator = whatCondition.endsWith('error in condition') ? ':' : ' :';
      statement.alert(`${whatCondition}${separator} ${error.message}`);
    } else statement.alert(`${what} : ${error.message}`);
  }
}
