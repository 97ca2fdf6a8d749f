/** The lists of rules that defaults may have: each is evaluated before that of the proxy which takes the defaults. */
import { Type } from 'typebox';
import { aclSchema } from './acl.ts';
import { inheritedCapturesField } from './capture.ts';
import { httpAfterResponseRuleSchema, httpRequestRuleSchema, httpResponseRuleSchema } from './rules.ts';
import { inspectDelayField, tcpRequestRuleSchema } from './tcp-request-rule.ts';
import { responseInspectDelayField, tcpResponseRuleSchema } from './tcp-response-rule.ts';

const before = 'before those of the proxy. Defaults with rules are taken by frontends alone or by backends alone.';

export const ruleListFields = {
  acls: Type.Optional(
    Type.Array(aclSchema, {
      description: 'Tests for the conditions of these rules. Proxies do not see them, and may use the same names.',
    }),
  ),
  tcpRequestRules: Type.Optional(
    Type.Array(tcpRequestRuleSchema, {
      description: `What to do with connections, ${before} Only frontends have rules of type "connection" and "session".`,
    }),
  ),
  inspectDelay: Type.Optional(inspectDelayField),
  tcpResponseRules: Type.Optional(
    Type.Array(tcpResponseRuleSchema, { description: `What to do with what servers of backends send, ${before}` }),
  ),
  responseInspectDelay: Type.Optional(responseInspectDelayField),
  requestCaptures: Type.Optional(inheritedCapturesField),
  httpRequestRules: Type.Optional(
    Type.Array(httpRequestRuleSchema, { description: `What to do with requests, ${before}` }),
  ),
  httpResponseRules: Type.Optional(
    Type.Array(httpResponseRuleSchema, { description: `What to do with the responses of servers, ${before}` }),
  ),
  httpAfterResponseRules: Type.Optional(
    Type.Array(httpAfterResponseRuleSchema, { description: `What to change in any response, ${before}` }),
  ),
};

const lists = [
  'tcpRequestRules',
  'tcpResponseRules',
  'httpRequestRules',
  'httpResponseRules',
  'httpAfterResponseRules',
] as const;

export function hasRules(defaults: { readonly [List in (typeof lists)[number]]?: readonly object[] }): boolean {
  return lists.some((list) => (defaults[list]?.length ?? 0) > 0);
}
