/** http-request rules: what becomes of a request. */
import { durationToMilliseconds } from '../../shared/duration.ts';
import { parseSample } from '../../shared/language/parse-sample.ts';
import { RegularExpression } from '../../shared/language/regular-expression.ts';
import type { RequestEditRule } from '../../shared/model/edit-rules.ts';
import type { HttpRequestRule } from '../../shared/model/rules.ts';
import { compileAddressRule } from './compile-addresses.ts';
import { compileAnswer, compileAuth, compileRedirect, type ErrorFiles } from './compile-answers.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import { compileEdit, done, replaceWhole } from './compile-edits.ts';
import { compilePatternEdit } from './compile-pattern-edits.ts';
import { compilePriorityRule } from './compile-priorities.ts';
import { compileSample } from './compile-sample.ts';
import { compileText } from './compile-text.ts';
import { compileTracking, isTrackingRule } from './compile-tracking.ts';
import type { EditableHead, EditableRequest } from './editable-head.ts';
import type { Act, CompiledRules } from './evaluate-rules.ts';
import { compileNormalizeUri } from './normalize-uri.ts';
import type { RuleAnswer } from './rule-answer.ts';
import { originOf } from './rule-origin.ts';
import { asInteger } from './sample-value.ts';
import type { RuleContext } from './transaction.ts';

const place = 'http-request';

export type HttpRequestRules = CompiledRules<EditableRequest>;

/** `proxy` is the name of the proxy, `list` the path of the rules in the REST API. Throws Error on what shared/model would have refused. */
export function compileHttpRequestRules(
  rules: readonly HttpRequestRule[],
  acls: ReadonlyMap<string, Test>,
  files: ErrorFiles,
  proxy: string,
  list = '',
): HttpRequestRules {
  return rules.map((rule, index) => ({
    holds: compileRuleCondition(rule, acls),
    act: rule.action === 'early-hint' ? compileHint(rule, rules[index + 1]) : compileAction(rule, files, proxy),
    afterAllow: rule.action === 'redirect' && rule.afterAllow === true,
    origin: originOf(rule, list),
  }));
}

const rejection: RuleAnswer = { kind: 'reject', status: 0, reply: undefined, fields: '' };
export const silentDrop: RuleAnswer = { kind: 'silent-drop', status: 0, reply: undefined, fields: '' };

function compileAction(
  rule: Exclude<HttpRequestRule, EarlyHint>,
  files: ErrorFiles,
  proxy: string,
): Act<EditableRequest> {
  if (isTrackingRule(rule)) return noting(compileTracking(rule, place, place));
  switch (rule.action) {
    case 'allow':
      return () => 'stop';
    case 'deny':
      return compileAnswer('deny', rule, 403, files, place);
    case 'tarpit':
      return compileAnswer('tarpit', rule, 500, files, place);
    case 'return':
      return compileAnswer('return', rule, 200, files, place);
    case 'redirect':
      return compileRedirect(rule, place);
    case 'auth':
      return compileAuth(rule, proxy);
    case 'reject':
      return () => rejection;
    case 'silent-drop':
      return () => silentDrop;
    case 'set-header':
    case 'add-header':
    case 'del-header':
    case 'replace-header':
    case 'replace-value':
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
    case 'capture':
    case 'strict-mode':
    case 'set-log-level':
    case 'set-nice':
    case 'set-mark':
    case 'set-tos':
      return compileEdit(rule, place);
    case 'set-map':
    case 'del-map':
    case 'add-acl':
    case 'del-acl':
      return compilePatternEdit(rule, place);
    default:
      return compileRequestEdit(rule);
  }
}

/** What is noted never keeps a message from passing. */
export function noting(note: (context: RuleContext) => void): Act<EditableHead> {
  return (_head, context) => {
    note(context);
    return 'next';
  };
}

type EarlyHint = Extract<RequestEditRule, { action: 'early-hint' }>;

/** As in HAProxy, hints whose rules stand one behind the other, the later ones without condition, go out together. */
function compileHint(rule: EarlyHint, next: HttpRequestRule | undefined): Act<EditableRequest> {
  const more = next?.action === 'early-hint' && next.if === undefined && next.unless === undefined;
  const text = compileText(rule.value, place);
  return (_head, context) => {
    const value = text(context);
    const legal = /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    context.transaction.sendEarlyHint(legal ? `${rule.header}: ${value}\r\n` : '', more);
    return done(legal);
  };
}

/** The longest time that a timer can have. */
const longest = 2_147_483_647;

/** A value that is no integer, or not above 0, changes nothing. */
function compileSetTimeout(rule: Extract<RequestEditRule, { action: 'set-timeout' }>): Act<EditableRequest> {
  if (rule.expression === undefined) {
    const milliseconds = durationToMilliseconds(rule.value ?? '0');
    return (_head, { transaction }) => {
      transaction.setTimeout(rule.timeout, milliseconds);
      return 'next';
    };
  }
  const { get } = compileSample(parseSample(rule.expression, place));
  return (_head, context) => {
    const value = get(context);
    const milliseconds = Number((value === undefined ? undefined : asInteger(value)) ?? 0);
    if (milliseconds > 0) context.transaction.setTimeout(rule.timeout, Math.min(milliseconds, longest));
    return 'next';
  };
}

function compileRequestEdit(rule: Exclude<RequestEditRule, EarlyHint>): Act<EditableRequest> {
  switch (rule.action) {
    case 'set-timeout':
      return compileSetTimeout(rule);
    case 'set-priority-class':
    case 'set-priority-offset':
      return noting(compilePriorityRule(rule, place));
    case 'wait-for-body': {
      const milliseconds = durationToMilliseconds(rule.time);
      const atLeast = rule.atLeast ?? 0;
      return (_head, { transaction }) => (transaction.hasBody(milliseconds, atLeast) ? 'next' : 'wait');
    }
    case 'wait-for-handshake':
      return () => 'next';
    case 'set-src':
    case 'set-src-port':
    case 'set-dst':
    case 'set-dst-port': {
      const change = compileAddressRule(rule, place, 'request');
      return (_head, context) => {
        change(context);
        return 'next';
      };
    }
    case 'normalize-uri':
      return compileNormalizeUri(rule);
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      return compileReplaceTarget(rule);
    default:
      return compileSetTarget(rule);
  }
}

function compileSetTarget(
  rule: Extract<RequestEditRule, { action: 'set-method' | 'set-path' | 'set-pathq' | 'set-query' | 'set-uri' }>,
): Act<EditableRequest> {
  const text = compileText(rule.value, place);
  switch (rule.action) {
    case 'set-method':
      return (head, context) => done(head.setMethod(text(context)));
    case 'set-path':
      return (head, context) => done(setPath(head, text(context)));
    case 'set-pathq':
      return (head, context) => done(head.setPathAndQuery(text(context)));
    case 'set-query':
      return (head, context) => done(setQuery(head, text(context)));
    case 'set-uri':
      return (head, context) => done(head.setUri(text(context)));
  }
}

/** The query stays. */
function setPath(head: EditableRequest, path: string): boolean {
  return head.setPathAndQuery(`${path}${queryOf(head.pathAndQuery)}`);
}

/** A "?" that is there stays, even before nothing. */
function setQuery(head: EditableRequest, query: string): boolean {
  const { pathAndQuery } = head;
  const mark = pathAndQuery.indexOf('?');
  if (mark >= 0) return head.setPathAndQuery(`${pathAndQuery.slice(0, mark + 1)}${query}`);
  return query === '' || head.setPathAndQuery(`${pathAndQuery}?${query}`);
}

/** With its "?"; "" without one. */
function queryOf(pathAndQuery: string): string {
  const mark = pathAndQuery.indexOf('?');
  return mark < 0 ? '' : pathAndQuery.slice(mark);
}

function compileReplaceTarget(
  rule: Extract<RequestEditRule, { action: 'replace-path' | 'replace-pathq' | 'replace-uri' }>,
): Act<EditableRequest> {
  const expression = new RegularExpression(rule.regex, false);
  const text = compileText(rule.value, place);
  const replace = (value: string, context: RuleContext) => replaceWhole(value, expression, () => text(context));
  switch (rule.action) {
    case 'replace-path':
      return (head, context) => {
        // "*" has none.
        if (head.path === '') return 'next';
        const path = replace(head.path, context);
        return done(path === head.path || (path !== undefined && setPath(head, path)));
      };
    case 'replace-pathq':
      return (head, context) => {
        if (head.path === '') return 'next';
        const pathAndQuery = replace(head.pathAndQuery, context);
        return done(
          pathAndQuery === head.pathAndQuery || (pathAndQuery !== undefined && head.setPathAndQuery(pathAndQuery)),
        );
      };
    case 'replace-uri':
      return (head, context) => {
        const uri = replace(head.uri, context);
        return done(uri === head.uri || (uri !== undefined && head.setUri(uri)));
      };
  }
}
