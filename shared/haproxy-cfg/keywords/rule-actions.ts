/** The actions of the HTTP and TCP rules (configuration manual 2.6, section 4.2), with where their argument stands. */

export type RuleSet =
  | 'http-request'
  | 'http-response'
  | 'http-after-response'
  | 'tcp-request connection'
  | 'tcp-request session'
  | 'tcp-request content'
  | 'tcp-response content';

export interface RuleAction {
  readonly name: string;
  /** Whether an argument in parentheses follows the name: "set-var(txn.a)". */
  readonly parentheses: boolean;
}

function plain(...names: readonly string[]): RuleAction[] {
  return names.map((name) => ({ name, parentheses: false }));
}

function inParentheses(...names: readonly string[]): RuleAction[] {
  return names.map((name) => ({ name, parentheses: true }));
}

const variables = inParentheses('set-var', 'set-var-fmt', 'unset-var');
const counters = inParentheses('sc-inc-gpc', 'sc-inc-gpc0', 'sc-inc-gpc1', 'sc-set-gpt', 'sc-set-gpt0');
const maps = inParentheses('add-acl', 'del-acl', 'del-map', 'set-map');
const tracking = plain('track-sc0', 'track-sc1', 'track-sc2');
const addresses = plain('set-dst', 'set-dst-port', 'set-src', 'set-src-port');
const packets = plain('set-mark', 'set-tos', 'silent-drop');
const priorities = plain('set-priority-class', 'set-priority-offset');
/** What concerns the stream as a whole, and the groups of the filters. */
const streams = plain('set-log-level', 'set-nice', 'send-spoe-group', 'ot-group');
const headers = plain('add-header', 'del-header', 'replace-header', 'replace-value', 'set-header', 'strict-mode');

export const ruleActions: Readonly<Record<RuleSet, readonly RuleAction[]>> = {
  'http-request': [
    ...plain('allow', 'auth', 'deny', 'redirect', 'reject', 'return', 'tarpit'),
    ...plain('cache-use', 'capture', 'disable-l7-retry', 'early-hint', 'normalize-uri', 'use-service'),
    ...plain('replace-path', 'replace-pathq', 'replace-uri'),
    ...plain('set-method', 'set-path', 'set-pathq', 'set-query', 'set-timeout', 'set-uri'),
    ...plain('wait-for-body', 'wait-for-handshake'),
    ...inParentheses('do-resolve'),
    ...[...headers, ...variables, ...counters, ...maps, ...tracking, ...addresses, ...packets, ...priorities],
    ...streams,
  ],
  'http-response': [
    ...plain('allow', 'deny', 'redirect', 'return'),
    ...plain('cache-store', 'capture', 'set-status', 'wait-for-body'),
    ...[...headers, ...variables, ...counters, ...maps, ...tracking, ...packets, ...streams],
  ],
  'http-after-response': [...plain('allow', 'capture', 'set-status', 'ot-group'), ...headers, ...variables],
  'tcp-request connection': [
    ...plain('accept', 'reject', 'expect-proxy', 'expect-netscaler-cip'),
    ...[...variables, ...counters, ...tracking, ...addresses, ...packets],
  ],
  'tcp-request session': [
    ...plain('accept', 'reject'),
    ...[...variables, ...counters, ...tracking, ...addresses, ...packets],
  ],
  'tcp-request content': [
    ...plain('accept', 'reject', 'capture', 'switch-mode', 'use-service'),
    ...inParentheses('do-resolve'),
    ...[...variables, ...counters, ...tracking, ...addresses, ...packets, ...priorities, ...streams],
  ],
  'tcp-response content': [
    ...plain('accept', 'close', 'reject'),
    ...[...variables, ...counters, ...packets, ...streams],
  ],
};
