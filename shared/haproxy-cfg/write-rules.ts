/** The lines of rules on messages and connections. */
import type { AnswerFields, RedirectRule } from '../model/answer-rules.ts';
import type { AddressRule, PriorityRule, SocketRule, VariableRule } from '../model/edit-rules.ts';
import type { ErrorFile, ErrorPage } from '../model/error-file.ts';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from '../model/rules.ts';
import type { TcpRequestRule } from '../model/tcp-request-rule.ts';
import type { TcpResponseRule } from '../model/tcp-response-rule.ts';
import { emptyText } from './handlers/rule-words.ts';
import { quoteWord, writeCondition } from './quote-word.ts';
import { isTrackingRule, writeTrackingAction } from './write-stick-tables.ts';

type Rule = HttpRequestRule | HttpResponseRule | HttpAfterResponseRule;
type Files = ReadonlyMap<string, ErrorFile>;

/** `set` is the keyword, such as "http-request"; `pathOf` answers where an error file stands. */
export function writeHttpRule(set: string, rule: Rule, files: Files, pathOf: (name: string) => string): string[] {
  if (rule.action === 'redirect' && rule.afterAllow === true && !target(rule).includes('%[')) {
    return [`${writeRedirect(rule, target(rule).replaceAll('%%', '%')).join(' ')}${writeCondition(rule)}`];
  }
  return [`${set} ${writeAction(set, rule, files, pathOf).join(' ')}${writeCondition(rule)}`];
}

/** `set` is the keyword, such as "tcp-request content", `length` that of the slot for captures that the rule makes. */
export function writeTcpRule(set: string, rule: TcpRequestRule | TcpResponseRule, length?: number): string {
  if (rule.action === 'capture')
    return `${set} capture ${quoteWord(rule.expression)} len ${length}${writeCondition(rule)}`;
  const isVerdict = ['accept', 'reject', 'close', 'silent-drop'].includes(rule.action);
  const words = isTrackingRule(rule)
    ? writeTrackingAction(rule)
    : isVerdict
      ? [rule.action]
      : writeConnectionAction(rule as ConnectionRule);
  return `${set} ${words.join(' ')}${writeCondition(rule)}`;
}

type ConnectionRule = VariableRule | AddressRule | PriorityRule | SocketRule;

function writeConnectionAction(rule: ConnectionRule): string[] {
  switch (rule.action) {
    case 'set-var':
      return [`set-var(${[rule.variable, ...(rule.conditions ?? [])].join(',')})`, quoteWord(rule.expression)];
    case 'set-var-fmt':
      return [`set-var-fmt(${[rule.variable, ...(rule.conditions ?? [])].join(',')})`, word(rule.value)];
    case 'unset-var':
      return [`unset-var(${rule.variable})`];
    case 'set-src':
    case 'set-src-port':
    case 'set-dst':
    case 'set-dst-port':
    case 'set-priority-class':
    case 'set-priority-offset':
      return [rule.action, quoteWord(rule.expression)];
    case 'set-log-level':
      return [rule.action, rule.level];
    case 'set-nice':
      return [rule.action, String(rule.nice)];
    case 'set-mark':
      return [rule.action, String(rule.mark)];
    case 'set-tos':
      return [rule.action, String(rule.tos)];
  }
}

function writeAction(set: string, rule: Rule, files: Files, pathOf: (name: string) => string): string[] {
  if (isTrackingRule(rule)) return writeTrackingAction(rule);
  switch (rule.action) {
    case 'allow':
    case 'reject':
    case 'silent-drop':
      return [rule.action];
    case 'deny':
    case 'tarpit':
    case 'return':
      return [rule.action, ...writeAnswer(rule, answerStatus(set, rule.action), files, pathOf)];
    case 'redirect':
      return writeRedirect(rule, target(rule));
    case 'auth':
      return [rule.action, ...pair('realm', rule.realm)];
    case 'set-header':
    case 'add-header':
    case 'early-hint':
      return [rule.action, quoteWord(rule.header), word(rule.value)];
    case 'del-header':
      return [rule.action, word(rule.header), ...(rule.match === undefined ? [] : ['-m', rule.match])];
    case 'replace-header':
    case 'replace-value':
      return [rule.action, quoteWord(rule.header), word(rule.regex), word(rule.value)];
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      return [rule.action, word(rule.regex), word(rule.value)];
    case 'set-method':
    case 'set-path':
    case 'set-pathq':
    case 'set-query':
    case 'set-uri':
      return [rule.action, word(rule.value)];
    case 'normalize-uri':
      return [
        rule.action,
        rule.normalizer,
        ...(rule.full === true ? ['full'] : []),
        ...(rule.strict === true ? ['strict'] : []),
      ];
    case 'capture':
      return [rule.action, quoteWord(rule.expression), 'id', String(rule.slot)];
    case 'strict-mode':
      return [rule.action, rule.strict ? 'on' : 'off'];
    case 'set-status':
      return [rule.action, String(rule.status), ...pair('reason', rule.reason)];
    case 'set-timeout':
      return [rule.action, rule.timeout, quoteWord(rule.value ?? rule.expression ?? '')];
    case 'set-map':
      return [quoteWord(`set-map(${rule.map})`), word(rule.key), word(rule.value)];
    case 'del-map':
      return [quoteWord(`del-map(${rule.map})`), word(rule.key)];
    case 'add-acl':
    case 'del-acl':
      return [quoteWord(`${rule.action}(${rule.aclFile})`), word(rule.key)];
    case 'wait-for-body':
      return [rule.action, 'time', rule.time, ...pair('at-least', rule.atLeast?.toString())];
    case 'wait-for-handshake':
      return [rule.action];
    default:
      return writeConnectionAction(rule);
  }
}

/** A word of its own; HAProxy takes no empty one where it expects a text, but an expression of nothing. */
function word(text: string): string {
  return quoteWord(text === '' ? emptyText : text);
}

function pair(keyword: string, value: string | undefined): string[] {
  return value === undefined ? [] : [keyword, word(value)];
}

/** The status of an action that says none; 0 for return, which has no page. */
function answerStatus(set: string, action: 'deny' | 'tarpit' | 'return'): number {
  if (action === 'return') return 0;
  return action === 'tarpit' ? 500 : set === 'http-request' ? 403 : 502;
}

function writeAnswer(rule: AnswerFields, fallback: number, files: Files, pathOf: (name: string) => string): string[] {
  const isReturn = fallback === 0;
  const { status, contentType, string, lfString, errorfile, defaultErrorfiles, headers } = rule;
  const isPage = !isReturn && string === undefined && lfString === undefined && errorfile === undefined;
  const isPlain = isPage && headers === undefined && defaultErrorfiles === undefined;
  // What has neither a page nor a content says its status, or it would have the page.
  const shown = string === '' && !isReturn ? (status ?? fallback) : status;
  const file = errorfile === undefined ? undefined : (files.get(errorfile)?.path ?? pathOf(errorfile));
  return [
    ...pair(isPlain ? 'deny_status' : 'status', shown === undefined ? undefined : String(shown)),
    ...pair('content-type', contentType),
    ...(defaultErrorfiles === true || (isPage && !isPlain) ? ['default-errorfiles'] : []),
    ...pair('errorfile', file),
    ...(string === '' ? [] : pair('string', string)),
    ...pair('lf-string', lfString),
    ...(headers ?? []).flatMap(({ name, value }) => ['hdr', quoteWord(name), word(value)]),
  ];
}

/** The words of an error page that is made of a content. */
export function writeReply({ string, lfString, contentType, headers, defaultErrorfiles }: ErrorPage): string[] {
  return [
    ...(defaultErrorfiles === true ? ['default-errorfiles'] : []),
    ...pair('content-type', contentType),
    ...(string === '' ? [] : pair('string', string)),
    ...pair('lf-string', lfString),
    ...(headers ?? []).flatMap(({ name, value }) => ['hdr', quoteWord(name), word(value)]),
  ];
}

function target({ location, prefix, scheme }: RedirectRule): string {
  return location ?? prefix ?? scheme ?? '';
}

/** `to` is where, as it is written. */
function writeRedirect(rule: RedirectRule, to: string): string[] {
  const kind = rule.location !== undefined ? 'location' : rule.prefix !== undefined ? 'prefix' : 'scheme';
  return [
    'redirect',
    ...pair(kind, to),
    ...pair('code', rule.code === undefined ? undefined : String(rule.code)),
    ...(rule.dropQuery === true ? ['drop-query'] : []),
    ...(rule.appendSlash === true ? ['append-slash'] : []),
    ...(rule.ignoreEmpty === true ? ['ignore-empty'] : []),
    ...pair('set-cookie', rule.setCookie),
    ...pair('clear-cookie', rule.clearCookie),
  ];
}
