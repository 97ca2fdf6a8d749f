/** http-response and http-after-response rules: what becomes of a response. */
import { durationToMilliseconds } from '../../shared/duration.ts';
import type { HttpAfterResponseRule, HttpResponseRule } from '../../shared/model/rules.ts';
import { compileAnswer, compileRedirect, type ErrorFiles } from './compile-answers.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import { compileEdit } from './compile-edits.ts';
import { compilePatternEdit } from './compile-pattern-edits.ts';
import { compileTracking, isTrackingRule } from './compile-tracking.ts';
import type { EditableResponse } from './editable-head.ts';
import type { Act, CompiledRules } from './evaluate-rules.ts';
import { noting, silentDrop } from './http-request-rules.ts';
import { originOf } from './rule-origin.ts';

const place = 'http-response';

export type HttpResponseRules = CompiledRules<EditableResponse>;

/** Of either kind; `list` is its path in the REST API. Throws Error on what shared/model would have refused. */
export function compileHttpResponseRules(
  rules: readonly (HttpResponseRule | HttpAfterResponseRule)[],
  acls: ReadonlyMap<string, Test>,
  files: ErrorFiles,
  list = '',
): HttpResponseRules {
  return rules.map((rule) => ({
    holds: compileRuleCondition(rule, acls),
    act: compileAction(rule, files),
    afterAllow: false,
    origin: originOf(rule, list),
  }));
}

function compileAction(rule: HttpResponseRule | HttpAfterResponseRule, files: ErrorFiles): Act<EditableResponse> {
  if (isTrackingRule(rule)) return noting(compileTracking(rule, place, place));
  switch (rule.action) {
    case 'allow':
      return () => 'stop';
    case 'deny':
      return compileAnswer('deny', rule, 502, files, place);
    case 'return':
      return compileAnswer('return', rule, 200, files, place);
    case 'redirect':
      return compileRedirect(rule, place);
    case 'silent-drop':
      return () => silentDrop;
    case 'set-status': {
      const { status } = rule;
      const reason = Buffer.from(rule.reason ?? '').toString('latin1');
      return (head) => {
        head.setStatus(status, reason);
        return 'next';
      };
    }
    case 'wait-for-body': {
      const milliseconds = durationToMilliseconds(rule.time);
      const atLeast = rule.atLeast ?? 0;
      return (_head, { transaction }) => (transaction.hasResponseBody(milliseconds, atLeast) ? 'next' : 'wait');
    }
    case 'set-map':
    case 'del-map':
    case 'add-acl':
    case 'del-acl':
      return compilePatternEdit(rule, place);
    default:
      return compileEdit(rule, place);
  }
}
