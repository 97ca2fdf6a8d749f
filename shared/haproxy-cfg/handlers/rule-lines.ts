/** ACLs, HTTP rules, redirects and the choice of the backend. */
import type { Acl, AclTest } from '../../model/acl.ts';
import type { TcpRequestRule } from '../../model/tcp-request-rule.ts';
import { findAction, suggestAction } from '../keywords/find-keyword.ts';
import type { CfgDraft, Origin, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { readRedirectWords } from './answer-words.ts';
import { readHttpAction } from './http-action.ts';
import { attempt, describe, expectNothing, RuleProblem, readTest, splitCondition } from './rule-words.ts';

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
    } else if (draft.defaults?.acls.some(({ item }) => item.name === name) === true && draft.kind !== 'defaults') {
      throw new RuleProblem('its defaults have an ACL of this name, which is not supported by Sluice.');
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
  else same.values.push(...test.values);
}

export function readUseBackend(statement: Statement, draft: ProxyDraft): void {
  const [backend = '', ...words] = statement.args;
  attempt(statement, 'error detected while parsing switching rule', () => {
    if (backend.includes('%[')) throw new RuleProblem('a backend named by an expression is not supported by Sluice.');
    const { before, condition } = splitCondition(words);
    if (before.length > 0) throw new RuleProblem("expects 'if' or 'unless' after the name of the backend.");
    const name = `rule-${draft.switchingRules.length + 1}`;
    const item = { name, ...describe(statement), backend, ...condition };
    draft.switchingRules.push({ item, line: statement.line });
  });
}

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
    const near = suggestAction(word, set);
    statement.alert(
      `'${set}' : unknown action '${word}'${near === undefined ? '' : `; did you mean '${near}' maybe ?`}`,
    );
    return;
  }
  if (set === 'http-request' && draft.switchingRules.length > 0) {
    statement.warn("a 'http-request' rule placed after a 'use_backend' rule will still be processed before.");
  }
  const { name: action } = found.action;
  const what = `error detected in ${statement.section} '${draft.name}' while parsing '${set} ${word}' rule`;
  attempt(statement, what, () => {
    const { before, condition } = splitCondition(words);
    const list: Origin<object>[] = draft[lists[set]];
    const name = `rule-${list.length + 1}`;
    if (action === 'set-timeout' && draft.kind === 'frontend') {
      throw new RuleProblem(
        `a 'set-timeout' rule needs a proxy with backend capability, which '${draft.name}' has not.`,
      );
    }
    const read = readHttpAction({ action, argument: found.argument, words: before }, cfg);
    list.push({ item: { name, ...describe(statement), ...read, ...condition }, line: statement.line });
    if (['set-nice', 'set-mark', 'set-tos'].includes(action)) statement.skip('Node.js gives no way to do this');
  });
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

/** A line of `tcp-request connection`, `session` or `content`. */
export function readTcpRule(statement: Statement, draft: ProxyDraft): void {
  const set = statement.keyword as 'tcp-request connection' | 'tcp-request session' | 'tcp-request content';
  const type = set.slice('tcp-request '.length) as TcpRequestRule['type'];
  const [word = '', ...words] = statement.args;
  if (findAction(word, set) === undefined) {
    const near = suggestAction(word, set);
    statement.alert(
      `'${set}' : unknown action '${word}'${near === undefined ? '' : `; did you mean '${near}' maybe ?`}`,
    );
    return;
  }
  attempt(
    statement,
    `error detected in ${statement.section} '${draft.name}' while parsing '${set} ${word}' rule`,
    () => {
      const { before, condition } = splitCondition(words);
      if (word !== 'accept' && word !== 'reject' && word !== 'silent-drop') {
        throw new RuleProblem(`action '${word}' is not supported by Sluice.`);
      }
      expectNothing(before);
      const name = `rule-${draft.tcpRequestRules.length + 1}`;
      const item: TcpRequestRule = { name, ...describe(statement), type, action: word, ...condition };
      draft.tcpRequestRules.push({ item, line: statement.line });
    },
  );
}

export function readUseServer(statement: Statement, draft: ProxyDraft): void {
  const [server = '', ...words] = statement.args;
  attempt(statement, 'error detected while parsing switching rule', () => {
    if (server.includes('%[')) throw new RuleProblem('a server named by an expression is not supported by Sluice.');
    const { before, condition } = splitCondition(words);
    if (before.length > 0) throw new RuleProblem("expects 'if' or 'unless' after the name of the server.");
    const name = `rule-${draft.serverRules.length + 1}`;
    draft.serverRules.push({ item: { name, ...describe(statement), server, ...condition }, line: statement.line });
  });
}

/** `monitor fail { if | unless } CONDITION`. */
export function readMonitorFail(statement: Statement, draft: ProxyDraft): void {
  attempt(statement, "error detected while parsing a 'monitor fail' condition", () => {
    const { before, condition } = splitCondition(statement.args);
    if (before.length > 0 || Object.keys(condition).length === 0) throw new RuleProblem("expects 'if' or 'unless'.");
    draft.monitorFails.push({ item: condition, line: statement.line });
  });
}
