/** The lines of HTTP rules. */
import type { AnswerFields, RedirectRule } from '../model/answer-rules.ts';
import type { ErrorFile } from '../model/error-file.ts';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from '../model/rules.ts';
import { emptyText } from './handlers/rule-words.ts';
import { quoteWord, writeCondition } from './quote-word.ts';

type Rule = HttpRequestRule | HttpResponseRule | HttpAfterResponseRule;
type Files = ReadonlyMap<string, ErrorFile>;

/** `set` is the keyword, such as "http-request"; `pathOf` answers where an error file stands. */
export function writeHttpRule(set: string, rule: Rule, files: Files, pathOf: (name: string) => string): string[] {
  return [`${set} ${writeAction(set, rule, files, pathOf).join(' ')}${writeCondition(rule)}`];
}

/** The status of an answer that says none; undefined for "return", which needs none to be empty. */
function statusOf(set: string, action: 'deny' | 'tarpit' | 'return'): number | undefined {
  if (action === 'return') return undefined;
  if (action === 'tarpit') return 500;
  return set === 'http-response' ? 502 : 403;
}

function writeAction(set: string, rule: Rule, files: Files, pathOf: (name: string) => string): string[] {
  switch (rule.action) {
    case 'allow':
    case 'reject':
    case 'silent-drop':
      return [rule.action];
    case 'deny':
    case 'tarpit':
    case 'return':
      return [rule.action, ...writeAnswer(rule, statusOf(set, rule.action), files, pathOf)];
    case 'redirect':
      return writeRedirect(rule);
    case 'set-header':
    case 'add-header':
    case 'early-hint':
      return [rule.action, rule.header, word(rule.value)];
    case 'del-header':
      return [rule.action, word(rule.header), ...(rule.match === undefined ? [] : ['-m', rule.match])];
    case 'replace-header':
    case 'replace-value':
      return [rule.action, rule.header, word(rule.regex), word(rule.value)];
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
    case 'set-var':
      return [`set-var(${rule.variable})`, rule.expression];
    case 'set-var-fmt':
      return [`set-var-fmt(${rule.variable})`, word(rule.value)];
    case 'unset-var':
      return [`unset-var(${rule.variable})`];
    case 'strict-mode':
      return [rule.action, rule.strict ? 'on' : 'off'];
    case 'set-log-level':
      return [rule.action, rule.level];
    case 'set-status':
      return [rule.action, String(rule.status), ...pair('reason', rule.reason)];
    case 'set-timeout':
      return [rule.action, rule.timeout, rule.value];
    case 'set-nice':
      return [rule.action, String(rule.nice)];
    case 'set-mark':
      return [rule.action, String(rule.mark)];
    case 'set-tos':
      return [rule.action, String(rule.tos)];
  }
}

/** A word of its own; HAProxy takes no empty one where it expects a text, but an expression of nothing. */
function word(text: string): string {
  return quoteWord(text === '' ? emptyText : text);
}

function pair(keyword: string, value: string | undefined): string[] {
  return value === undefined ? [] : [keyword, word(value)];
}

function writeAnswer(
  rule: AnswerFields,
  fallback: number | undefined,
  files: Files,
  pathOf: (name: string) => string,
): string[] {
  const isReturn = fallback === undefined;
  const { status, contentType, string, lfString, errorfile, defaultErrorfiles, headers } = rule;
  const isPage = !isReturn && string === undefined && lfString === undefined && errorfile === undefined;
  const isPlain = isPage && headers === undefined && defaultErrorfiles === undefined;
  // A status without a content is an answer that is empty.
  const said = status ?? (string === '' && !isReturn && headers === undefined ? fallback : undefined);
  const file = errorfile === undefined ? undefined : (files.get(errorfile)?.path ?? pathOf(errorfile));
  return [
    ...pair(isPlain ? 'deny_status' : 'status', said === undefined ? undefined : String(said)),
    ...pair('content-type', contentType),
    ...(defaultErrorfiles === true || (isPage && !isPlain) ? ['default-errorfiles'] : []),
    ...pair('errorfile', file),
    ...(string === '' ? [] : pair('string', string)),
    ...pair('lf-string', lfString),
    ...(headers ?? []).flatMap(({ name, value }) => ['hdr', name, word(value)]),
  ];
}

function writeRedirect(rule: RedirectRule): string[] {
  return [
    'redirect',
    ...pair('location', rule.location),
    ...pair('prefix', rule.prefix),
    ...pair('scheme', rule.scheme),
    ...pair('code', rule.code === undefined ? undefined : String(rule.code)),
    ...(rule.dropQuery === true ? ['drop-query'] : []),
    ...(rule.appendSlash === true ? ['append-slash'] : []),
    ...(rule.ignoreEmpty === true ? ['ignore-empty'] : []),
    ...pair('set-cookie', rule.setCookie),
    ...pair('clear-cookie', rule.clearCookie),
  ];
}
