/** Checks rules, ACLs and conditions: what no schema can say of them. */
import { longestDuration, parseDuration } from '../duration.ts';
import type { Place } from '../language/sample-types.ts';
import { hint } from '../language/suggest.ts';
import type { AnswerFields, RedirectRule } from './answer-rules.ts';
import type { Backend } from './backend.ts';
import type { CaptureSettings } from './capture.ts';
import {
  aclsByName,
  checkAcl,
  checkCondition,
  checkRegex,
  checkSample,
  checkText,
  placeOf,
  type Report,
} from './check-expressions.ts';
import type { ProxyNames } from './check-samples.ts';
import { checkTrackingRule } from './check-stick-tables.ts';
import { checkUniqueNames } from './check-unique-names.ts';
import type { HttpAfterResponseRule, HttpRequestRule, HttpResponseRule } from './rules.ts';
import type { Mode } from './snapshot.ts';
import type { TcpRequestRule } from './tcp-request-rule.ts';
import type { TcpResponseRule } from './tcp-response-rule.ts';
import { errorStatuses, headerNamePattern } from './vocabulary.ts';

type HttpRule = HttpRequestRule | HttpResponseRule | HttpAfterResponseRule;

/** What rules are checked in: a proxy, or what it takes of its defaults. */
export type RuleLists = Pick<
  Backend,
  'acls' | 'tcpRequestRules' | 'tcpResponseRules' | 'httpRequestRules' | 'httpResponseRules' | 'httpAfterResponseRules'
>;

/** The tcp-request rules of a proxy; a backend comes into play when the connection has long been accepted. */
export function checkTcpRules(
  proxy: RuleLists,
  mode: Mode,
  isBackend: boolean,
  names: ProxyNames,
  report: Report,
): void {
  const rules = proxy.tcpRequestRules ?? [];
  checkUniqueNames(rules, '/tcpRequestRules', report);
  for (const [index, rule] of rules.entries()) {
    const pointer = `/tcpRequestRules/${index}`;
    if (isBackend && rule.type !== 'content') report(`${pointer}/type`, 'a backend has rules of type "content" only');
    if (isBackend && rule.action === 'capture') report(`${pointer}/action`, 'a backend has no slots for captures');
    // Before a request has been read there is none to ask of.
    const place = rule.type === 'content' ? placeOf(mode) : 'connection';
    checkCondition(rule, { acls: aclsByName(proxy.acls), place, names }, pointer, report);
    checkTcpAction(rule, { place, names, report: (field, detail) => report(`${pointer}${field}`, detail) });
  }
}

/** The tcp-response rules of a backend. */
export function checkTcpResponseRules(backend: RuleLists, mode: Mode, names: ProxyNames, report: Report): void {
  const rules = backend.tcpResponseRules ?? [];
  const place = mode === 'tcp' ? 'tcp-response' : 'http-response';
  checkUniqueNames(rules, '/tcpResponseRules', report);
  for (const [index, rule] of rules.entries()) {
    const pointer = `/tcpResponseRules/${index}`;
    checkCondition(rule, { acls: aclsByName(backend.acls), place, names }, pointer, report);
    checkTcpAction(rule, { place, names, report: (field, detail) => report(`${pointer}${field}`, detail) });
  }
}

type TcpChecks = Omit<RuleChecks, 'names' | 'slots'> & { readonly names: ProxyNames };

function checkTcpAction(rule: TcpRequestRule | TcpResponseRule, { place, names, report }: TcpChecks): void {
  if (checkTrackingRule(rule, place, names, '', report)) return;
  if ('expression' in rule && rule.expression !== undefined)
    checkSample(rule.expression, place, names, '/expression', report);
  else if ('value' in rule && typeof rule.value === 'string') checkText(rule.value, place, names, '/value', report);
}

export interface RuleNames extends ProxyNames {
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

export function checkAcls({ acls = [] }: RuleLists, mode: Mode, names: RuleNames, report: Report): void {
  checkUniqueNames(acls, '/acls', report);
  for (const [index, acl] of acls.entries()) checkAcl(acl, mode, names, `/acls/${index}`, report);
}

/** The HTTP rules of a proxy; `captures` are those of a frontend, undefined where they are known only for a request. */
export function checkHttpRules(
  proxy: RuleLists,
  { mode, setsTimeouts, captures }: HttpRuleKind,
  names: RuleNames,
  report: Report,
): void {
  const byName = aclsByName(proxy.acls);
  for (const list of lists) {
    const rules: readonly HttpRule[] = proxy[list] ?? [];
    const place = list === 'httpRequestRules' ? 'http-request' : 'http-response';
    const slots = captures === undefined ? undefined : slotsOf(captures, place);
    checkUniqueNames(rules, `/${list}`, report);
    for (const [index, rule] of rules.entries()) {
      const pointer = `/${list}/${index}`;
      const kind = list.slice(0, -1).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      if (mode === 'tcp') report(pointer, `${kind.replace('-rule', '')} rules need mode http`);
      if (rule.action === 'set-timeout' && !setsTimeouts)
        report(pointer, 'a frontend has no servers: the rule belongs to a backend');
      checkHttpRule(rule, { place, slots, names, report: (field, detail) => report(`${pointer}${field}`, detail) });
      if (mode === 'http') checkCondition(rule, { acls: byName, place, names }, pointer, report);
    }
  }
}

interface HttpRuleKind {
  readonly mode: Mode;
  /** Whether rules may set timeouts of servers. */
  readonly setsTimeouts: boolean;
  readonly captures: CaptureSettings | undefined;
}

interface RuleChecks {
  readonly place: Place;
  /** Slots for captures; undefined where they are known only for a request. */
  readonly slots: number | undefined;
  readonly names: RuleNames;
  readonly report: Report;
}

function checkHttpRule(rule: HttpRule, checks: RuleChecks): void {
  const { place, names, report } = checks;
  if (checkTrackingRule(rule, place, names, '', report)) return;
  switch (rule.action) {
    case 'redirect':
      checkRedirect(rule, checks);
      break;
    case 'deny':
    case 'tarpit':
    case 'return':
      checkAnswer(rule, rule.action === 'return', checks);
      break;
    case 'del-header':
      checkDelHeader(rule.header, rule.match ?? 'str', report);
      break;
    case 'add-header':
      if (place === 'http-request' && rule.header.toLowerCase() === 'host') {
        report('/header', 'a request has one Host; set-header replaces it');
      }
      checkHeaderRule(rule, checks);
      break;
    case 'set-header':
    case 'early-hint':
    case 'replace-header':
    case 'replace-value':
      checkHeaderRule(rule, checks);
      break;
    case 'set-map':
      checkText(rule.value, place, names, '/value', report);
      checkText(rule.key, place, names, '/key', report);
      break;
    case 'del-map':
    case 'add-acl':
    case 'del-acl':
      checkText(rule.key, place, names, '/key', report);
      break;
    case 'set-timeout':
      if ((rule.value === undefined) === (rule.expression === undefined)) {
        report('', 'set-timeout needs exactly one of value and expression');
      }
      if (rule.value !== undefined && parseDuration(rule.value) === undefined) {
        report('/value', `is longer than ${longestDuration}ms`);
      }
      if (rule.expression !== undefined) checkSample(rule.expression, place, names, '/expression', report);
      break;
    case 'wait-for-body':
      if (parseDuration(rule.time) === undefined) report('/time', `is longer than ${longestDuration}ms`);
      break;
    case 'set-src':
    case 'set-src-port':
    case 'set-dst':
    case 'set-dst-port':
    case 'set-var':
    case 'set-priority-class':
    case 'set-priority-offset':
      checkSample(rule.expression, place, names, '/expression', report);
      break;
    case 'normalize-uri':
      if (rule.full !== undefined && rule.normalizer !== 'path-strip-dotdot') {
        report('/full', `only path-strip-dotdot takes it, not ${rule.normalizer}`);
      }
      if (rule.strict !== undefined && !rule.normalizer.startsWith('percent-')) {
        report('/strict', `only percent-decode-unreserved and percent-to-uppercase take it, not ${rule.normalizer}`);
      }
      break;
    case 'capture':
      checkSample(rule.expression, place, names, '/expression', report);
      if (checks.slots !== undefined && rule.slot >= checks.slots) {
        report('/slot', `there is no slot ${rule.slot} for captures: ${listOf(place)} has ${checks.slots}`);
      }
      break;
    case 'set-method':
    case 'set-path':
    case 'set-pathq':
    case 'set-query':
    case 'set-uri':
    case 'set-var-fmt':
      checkText(rule.value, place, names, '/value', report);
      break;
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri':
      checkRegex(rule.regex, '/regex', report);
      checkText(rule.value, place, names, '/value', report);
  }
}

const listOf = (place: Place) => (place === 'http-request' ? 'requestCaptures' : 'responseCaptures');

function slotsOf(proxy: CaptureSettings, place: Place): number {
  return proxy[listOf(place)]?.length ?? 0;
}

function checkHeaderRule(
  rule: { header: string; value: string; regex?: string },
  { place, names, report }: RuleChecks,
): void {
  checkHeaderName(rule.header, '/header', report);
  checkText(rule.value, place, names, '/value', report);
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

function checkAnswer(rule: AnswerFields, isReturn: boolean, { place, names, report }: RuleChecks): void {
  const { errorFiles } = names;
  const { string, lfString, errorfile, defaultErrorfiles, status } = rule;
  const given = [string, lfString, errorfile, defaultErrorfiles].filter((each) => each !== undefined).length;
  if (given > 1) report('', 'an answer has at most one of string, lfString, errorfile and defaultErrorfiles');
  if (errorfile !== undefined && !errorFiles.has(errorfile)) {
    report('/errorfile', `there is no error file "${errorfile}"${hint(errorfile, errorFiles)}`);
  }
  const isPage = defaultErrorfiles === true || (!isReturn && given === 0);
  if (isPage && status !== undefined && !errorStatuses.includes(status)) {
    report('/status', `there is no error page for ${status}, only for ${errorStatuses.join(', ')}`);
  }
  if ((status === 204 || status === 304) && (string ?? lfString ?? '') !== '') {
    report('/status', `an answer with status ${status} has no content`);
  }
  checkReply(rule, { place, names, report });
}

/** The content and the header fields of an answer. */
export function checkReply(
  { string, lfString, contentType, headers }: Pick<AnswerFields, 'string' | 'lfString' | 'contentType' | 'headers'>,
  { place, names, report }: Pick<RuleChecks, 'place' | 'names' | 'report'>,
): void {
  if (contentType === undefined && ((string ?? '') !== '' || lfString !== undefined)) {
    report('', 'a content needs contentType');
  }
  if (lfString !== undefined) checkText(lfString, place, names, '/lfString', report);
  for (const [index, { name, value }] of (headers ?? []).entries()) {
    checkHeaderName(name, `/headers/${index}/name`, report);
    checkText(value, place, names, `/headers/${index}/value`, report);
  }
}

function checkRedirect(rule: RedirectRule, { place, names, report }: RuleChecks): void {
  const kinds = ['location', 'prefix', 'scheme'] as const;
  const given = kinds.filter((field) => rule[field] !== undefined);
  if (given.length !== 1) report('', 'a redirect needs exactly one of location, prefix and scheme');
  if (place !== 'http-request' && rule.location === undefined) report('', 'the redirect of a response needs location');
  if (place !== 'http-request' && rule.afterAllow === true) report('/afterAllow', 'is for the rules of requests');
  if (rule.setCookie !== undefined && rule.clearCookie !== undefined) {
    report('/clearCookie', 'a redirect has either setCookie or clearCookie, not both');
  }
  for (const field of kinds) if (rule[field] !== undefined) checkText(rule[field], place, names, `/${field}`, report);
}
