/** ACLs, http-request rules, redirects and the choice of the backend. */
import { findAclKeyword } from '../../language/acl-keywords.ts';
import { AclError, parseAcl, readFields } from '../../language/parse-acl.ts';
import { LanguageError } from '../../language/tokenize.ts';
import type { Acl, AclTest } from '../../model/acl.ts';
import { errorStatuses } from '../../model/error-file.ts';
import type { HttpRequestRule, RedirectRule } from '../../model/rules.ts';
import { findAction, suggestAction } from '../keywords/find-keyword.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';

class RuleProblem extends Error {}

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
    const known = draft.acls.find(({ item }) => item.name === name)?.item;
    if (known === undefined) {
      const description = statement.comment === '' ? {} : { description: statement.comment };
      draft.acls.push({ item: { name, ...description, ...test }, line: statement.line });
    } else addTest(known, test);
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
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

/** Criterion, flags and values; `path -m beg` becomes `path_beg`. */
function readTest(words: readonly string[]): AclTest {
  const [first, ...rest] = words.map((text, index) => ({ text, column: index, quoted: false }));
  if (first === undefined || first.text === '') throw new RuleProblem("missing fetch method in ACL expression ''.");
  const { fields } = readFields(first, rest);
  try {
    parseAcl(fields);
  } catch (error) {
    if (!(error instanceof LanguageError || error instanceof AclError)) throw error;
    const where = error instanceof LanguageError && error.column > 1 ? `, column ${error.column}` : '';
    throw new RuleProblem(`${error.message} in ACL expression '${first.text}'${where}.`);
  }
  const criterion = withMatch(fields.criterion, fields.flags);
  // Names are never resolved, and ids have no use.
  const flags = fields.flags.filter((flag) => /^-[im]/.test(flag) && (criterion === fields.criterion || flag === '-i'));
  return {
    criterion,
    ...(flags.length > 0 && { flags: [...new Set(flags)] }),
    ...(fields.values.length > 0 && { values: [...fields.values] }),
  };
}

/** `hdr(host) -m beg` as `hdr_beg(host)`, where there is such a name. */
function withMatch(criterion: string, flags: readonly string[]): string {
  const methods = flags.filter((flag) => flag.startsWith('-m'));
  const [, name = '', rest = ''] = /^([a-z]+)(\([^()]*\))?$/s.exec(criterion) ?? [];
  const derived = `${name}_${methods[0]?.slice(3)}`;
  return methods.length === 1 && name !== '' && !('problem' in findAclKeyword(derived)) ? derived + rest : criterion;
}

/** The condition after "if" or "unless" in the words of a rule, as a field of the model; the words before it. */
function splitCondition(words: readonly string[]): {
  before: readonly string[];
  condition: { if?: string; unless?: string };
} {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return { before: words, condition: {} };
  const text = conditionText(words.slice(at + 1));
  return { before: words.slice(0, at), condition: words[at] === 'if' ? { if: text } : { unless: text } };
}

function conditionText(words: readonly string[]): string {
  if (words.length === 0) throw new RuleProblem('missing ACL name or anonymous ACL after the keyword.');
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word !== '{' && word !== '!{') {
      parts.push(word);
      continue;
    }
    const end = words.indexOf('}', at);
    if (end < 0) throw new RuleProblem("missing closing '}' in condition.");
    const { criterion, flags, values } = readTest(words.slice(at + 1, end));
    parts.push(word, quoteWord(criterion), ...(flags ?? []));
    if (values !== undefined) parts.push('--', ...values.map(quoteWord));
    parts.push('}');
    at = end;
  }
  return parts.join(' ');
}

/** A word as the language of conditions reads it back. */
function quoteWord(word: string): string {
  return /^[^\s"'\\{}]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

export function readUseBackend(statement: Statement, draft: ProxyDraft): void {
  const [backend = '', ...words] = statement.args;
  attempt(statement, 'error detected while parsing switching rule', () => {
    const { before, condition } = splitCondition(words);
    if (before.length > 0) throw new RuleProblem("expects 'if' or 'unless' after the name of the backend.");
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
    statement.alert(
      `'http-request' : unknown action '${word}'${near === undefined ? '' : `; did you mean '${near}' maybe ?`}`,
    );
    return;
  }
  if (draft.switchingRules.length > 0) {
    statement.warn("a 'http-request' rule placed after a 'use_backend' rule will still be processed before.");
  }
  const what = `error detected in ${statement.section} '${draft.name}' while parsing 'http-request ${word}' rule`;
  attempt(statement, what, () => {
    const name = `rule-${draft.httpRequestRules.length + 1}`;
    const item = readAction(found.action.name, words, { name, ...describe(statement) });
    draft.httpRequestRules.push({ item, line: statement.line });
  });
}

type RuleHead = Pick<HttpRequestRule, 'name' | 'description'>;

function readAction(action: string, words: readonly string[], head: RuleHead): HttpRequestRule {
  const { before, condition } = splitCondition(words);
  switch (action) {
    case 'allow':
      expectNothing(before);
      return { ...head, action: 'allow', ...condition };
    case 'deny':
    case 'tarpit':
      return { ...head, action, ...readStatus(before), ...condition };
    case 'redirect':
      return { ...head, ...readRedirectWords(before), ...condition };
    default:
      throw new RuleProblem(`action '${action}' is not supported by Sluice.`);
  }
}

function expectNothing(words: readonly string[]): void {
  if (words.length > 0) throw new RuleProblem(`expects 'if' or 'unless', but got '${words[0]}'.`);
}

function readStatus(words: readonly string[]): { status?: number } {
  if (words.length === 0) return {};
  const [word, value] = words;
  if (word !== 'deny_status' && word !== 'status') {
    throw new RuleProblem(`argument '${word}' is unknown, or not supported by Sluice.`);
  }
  if (words.length > 2) throw new RuleProblem(`argument '${words[2]}' is not supported by Sluice.`);
  const status = Number(value);
  if (!errorStatuses.includes(status)) throw new RuleProblem(`Unexpected status code '${value ?? ''}'.`);
  return { status };
}

/** A `redirect` line: one more rule, behind all http-request rules of the proxy. */
export function readRedirect(statement: Statement, draft: ProxyDraft): void {
  attempt(statement, `error detected in ${statement.section} '${draft.name}' while parsing redirect rule`, () => {
    const { before, condition } = splitCondition(statement.args);
    const name = `redirect-${draft.redirects.length + 1}`;
    const item = { name, ...describe(statement), ...readRedirectWords(before), ...condition };
    draft.redirects.push({ item, line: statement.line });
  });
}

function readRedirectWords(words: readonly string[]): Omit<RedirectRule, 'name'> {
  const rule: Omit<RedirectRule, 'name'> = { action: 'redirect' };
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

function describe(statement: Statement): { description?: string } {
  return statement.comment === '' ? {} : { description: statement.comment };
}

function attempt(statement: Statement, what: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    statement.alert(`${what} : ${error.message}`);
  }
}
