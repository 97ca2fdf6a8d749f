/** Checks rules, ACLs and conditions: what no schema can say of them. */
import { longestDuration, parseDuration } from '../duration.ts';
import { checkPattern, parseCriterion } from '../language/criteria.ts';
import { parseCondition } from '../language/parse-condition.ts';
import { parseRegularExpression } from '../language/regular-expression.ts';
import { hint } from '../language/suggest.ts';
import { parseText } from '../language/text.ts';
import { LanguageError } from '../language/tokenize.ts';
import type { Acl, AclTest } from './acl.ts';
import type { AnswerFields, RedirectRule } from './answer-rules.ts';
import type { Backend } from './backend.ts';
import { checkUniqueNames } from './check-unique-names.ts';
import type { Frontend } from './frontend.ts';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from './rules.ts';
import type { Mode } from './snapshot.ts';
import { errorStatuses, headerNamePattern } from './vocabulary.ts';

type Report = (pointer: string, detail: string) => void;
type HttpRule = HttpRequestRule | HttpResponseRule | HttpAfterResponseRule;

/** The tcp-request rules of a proxy; a backend comes into play when the connection has long been accepted. */
export function checkTcpRules(proxy: Frontend | Backend, mode: Mode, isBackend: boolean, report: Report): void {
  const rules = proxy.tcpRequestRules ?? [];
  checkUniqueNames(rules, '/tcpRequestRules', report);
  for (const [index, rule] of rules.entries()) {
    const pointer = `/tcpRequestRules/${index}`;
    if (isBackend && rule.type !== 'content') report(`${pointer}/type`, 'a backend has rules of type "content" only');
    // Before a request has been read there is none to ask of.
    checkCondition(rule, aclNames(proxy.acls), rule.type === 'content' ? mode : 'tcp', pointer, report);
  }
}

export interface RuleNames {
  readonly acls: ReadonlySet<string>;
  readonly errorFiles: ReadonlySet<string>;
}

/** Header fields that say where a message ends or what becomes of its connection, lower case. */
const framing = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const lists = ['httpRequestRules', 'httpResponseRules', 'httpAfterResponseRules'] as const;

/** The ACLs of a proxy and its HTTP rules. */
export function checkRules(
  proxy: Frontend | Backend,
  mode: Mode,
  isBackend: boolean,
  errorFiles: ReadonlySet<string>,
  report: Report,
): void {
  const acls = proxy.acls ?? [];
  checkUniqueNames(acls, '/acls', report);
  for (const [index, acl] of acls.entries()) checkAcl(acl, mode, `/acls/${index}`, report);
  const names = { acls: aclNames(acls), errorFiles };
  for (const list of lists) {
    const rules: readonly HttpRule[] = proxy[list] ?? [];
    checkUniqueNames(rules, `/${list}`, report);
    for (const [index, rule] of rules.entries()) {
      const pointer = `/${list}/${index}`;
      const kind = list.slice(0, -1).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      if (mode === 'tcp') report(pointer, `${kind.replace('-rule', '')} rules need mode http`);
      if (rule.action === 'set-timeout' && !isBackend)
        report(pointer, 'a frontend has no servers: the rule belongs to a backend');
      checkHttpRule(rule, list === 'httpRequestRules', names, (field, detail) => report(`${pointer}${field}`, detail));
      checkCondition(rule, names.acls, mode, pointer, report);
    }
  }
}

function checkHttpRule(rule: HttpRule, isRequest: boolean, { errorFiles }: RuleNames, report: Report): void {
  switch (rule.action) {
    case 'redirect':
      checkRedirect(rule, isRequest, report);
      break;
    case 'deny':
    case 'tarpit':
    case 'return':
      checkAnswer(rule, rule.action === 'return', errorFiles, report);
      break;
    case 'del-header':
      checkDelHeader(rule.header, rule.match ?? 'str', report);
      break;
    case 'add-header':
      if (isRequest && rule.header.toLowerCase() === 'host') {
        report('/header', 'a request has one Host; set-header replaces it');
      }
      checkHeaderRule(rule, report);
      break;
    case 'set-header':
    case 'early-hint':
    case 'replace-header':
    case 'replace-value':
      checkHeaderRule(rule, report);
      break;
    case 'set-timeout':
      if (parseDuration(rule.value) === undefined) report('/value', `is longer than ${longestDuration}ms`);
      break;
    case 'set-var':
      attempt(() => parseText(`%[${rule.expression}]`), '/expression', report);
      break;
    case 'set-method':
    case 'set-path':
    case 'set-pathq':
    case 'set-query':
    case 'set-uri':
    case 'set-var-fmt':
      checkText(rule.value, '/value', report);
      break;
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      checkRegex(rule.regex, '/regex', report);
      checkText(rule.value, '/value', report);
  }
}

function checkHeaderRule(rule: { header: string; value: string; regex?: string }, report: Report): void {
  checkHeaderName(rule.header, '/header', report);
  checkText(rule.value, '/value', report);
  if (rule.regex !== undefined) checkRegex(rule.regex, '/regex', report);
}

/** Framing fields are for Sluice to write. */
export function checkHeaderName(name: string, pointer: string, report: Report): void {
  if (framing.includes(name.toLowerCase())) {
    report(pointer, `"${name}" says where the message ends or what becomes of its connection: Sluice writes it itself`);
  }
}

function checkDelHeader(name: string, match: string, report: Report): void {
  if (match === 'reg') checkRegex(name, '/header', report);
  else if (match === 'str' && /^(?:content-length|transfer-encoding)$/i.test(name)) {
    report('/header', `without "${name}" nobody could tell where the message ends`);
  } else if (!new RegExp(headerNamePattern).test(name))
    report('/header', `"${name}" stands in no name of a header field`);
}

function checkAnswer(rule: AnswerFields, isReturn: boolean, errorFiles: ReadonlySet<string>, report: Report): void {
  const { string, lfString, errorfile, defaultErrorfiles, contentType, headers, status } = rule;
  const given = [string, lfString, errorfile, defaultErrorfiles].filter((each) => each !== undefined).length;
  if (given > 1) report('', 'an answer has at most one of string, lfString, errorfile and defaultErrorfiles');
  if (errorfile !== undefined && !errorFiles.has(errorfile)) {
    report('/errorfile', `there is no error file "${errorfile}"${hint(errorfile, errorFiles)}`);
  }
  const isPage = errorfile !== undefined || defaultErrorfiles === true || (!isReturn && given === 0);
  if (isPage && status !== undefined && !errorStatuses.includes(status)) {
    report('/status', `there is no error page for ${status}, only for ${errorStatuses.join(', ')}`);
  }
  if (contentType === undefined && ((string ?? '') !== '' || lfString !== undefined)) {
    report('', 'a content needs contentType');
  }
  if (lfString !== undefined) checkText(lfString, '/lfString', report);
  for (const [index, { name, value }] of (headers ?? []).entries()) {
    checkHeaderName(name, `/headers/${index}/name`, report);
    checkText(value, `/headers/${index}/value`, report);
  }
}

function checkRedirect(rule: RedirectRule, isRequest: boolean, report: Report): void {
  const kinds = ['location', 'prefix', 'scheme'] as const;
  const given = kinds.filter((field) => rule[field] !== undefined);
  if (given.length !== 1) report('', 'a redirect needs exactly one of location, prefix and scheme');
  if (!isRequest && rule.location === undefined) report('', 'the redirect of a response needs location');
  if (rule.setCookie !== undefined && rule.clearCookie !== undefined) {
    report('/clearCookie', 'a redirect has either setCookie or clearCookie, not both');
  }
  for (const field of kinds) if (rule[field] !== undefined) checkText(rule[field], `/${field}`, report);
}

function checkText(format: string, pointer: string, report: Report): void {
  attempt(() => parseText(format), pointer, report);
}

function checkRegex(text: string, pointer: string, report: Report): void {
  attempt(() => parseRegularExpression(text), pointer, report);
}

function attempt(parse: () => unknown, pointer: string, report: Report): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    report(pointer, `column ${error.column}: ${error.message}`);
  }
}

function checkAcl(acl: Acl, mode: Mode, pointer: string, report: Report): void {
  checkAclTest(acl, mode, pointer, report);
  for (const [index, test] of (acl.or ?? []).entries()) checkAclTest(test, mode, `${pointer}/or/${index}`, report);
}

function checkAclTest(acl: AclTest, mode: Mode, pointer: string, report: Report): void {
  const parsed = parseCriterion(acl.criterion);
  if ('problem' in parsed) {
    report(`${pointer}/criterion`, parsed.problem);
    return;
  }
  if (parsed.criterion.needsHttp && mode === 'tcp') {
    report(`${pointer}/criterion`, `"${acl.criterion}" needs mode http`);
  }
  for (const [index, value] of acl.values.entries()) {
    const problem = checkPattern(parsed.criterion, value);
    if (problem !== undefined) report(`${pointer}/values/${index}`, problem);
  }
}

/** The condition of a rule: names of ACLs exist, and mode tcp asks for nothing of HTTP. */
export function checkCondition(
  rule: { if?: string; unless?: string },
  acls: ReadonlySet<string>,
  mode: Mode,
  pointer: string,
  report: Report,
): void {
  if (rule.if !== undefined && rule.unless !== undefined) {
    report(`${pointer}/unless`, 'a rule has either "if" or "unless", not both');
  }
  for (const field of ['if', 'unless'] as const) {
    const text = rule[field];
    if (text === undefined) continue;
    try {
      for (const term of parseCondition(text).anyOf.flat()) {
        if ('inline' in term.test) {
          if (term.test.inline.criterion.needsHttp && mode === 'tcp') {
            report(`${pointer}/${field}`, `column ${term.column}: this criterion needs mode http`);
          }
        } else if (!acls.has(term.test.acl)) {
          report(
            `${pointer}/${field}`,
            `column ${term.column}: there is no ACL "${term.test.acl}"${hint(term.test.acl, acls)}`,
          );
        }
      }
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error;
      report(`${pointer}/${field}`, `column ${error.column}: ${error.message}`);
    }
  }
}

export function aclNames(acls: readonly Acl[] | undefined): Set<string> {
  return new Set((acls ?? []).map((acl) => acl.name));
}
