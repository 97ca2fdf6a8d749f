/** The lines of stick tables, of the rules that track in them, and of those that stick to servers. */
import type { HttpStickRule, StickRule } from '../model/stick-rules.ts';
import type { Peers, PeersTable, StickTable } from '../model/stick-table.ts';
import type { TcpRequestRule } from '../model/tcp-request-rule.ts';
import { quoteWord, writeCondition } from './quote-word.ts';

type TrackingRule = HttpStickRule | Extract<TcpRequestRule, { action: HttpStickRule['action'] }>;

export function isTrackingRule<Rule extends { readonly action: string }>(
  rule: Rule,
): rule is Extract<Rule, { action: TrackingRule['action'] }> {
  return /^(?:track-sc|sc-)/.test(rule.action);
}

export function writeTrackingAction(rule: TrackingRule): string[] {
  switch (rule.action) {
    case 'sc-inc-gpc':
      return [`sc-inc-gpc(${rule.index},${rule.counter})`];
    case 'sc-inc-gpc0':
    case 'sc-inc-gpc1':
      return [`${rule.action}(${rule.counter})`];
    case 'sc-set-gpt':
      return [`sc-set-gpt(${rule.index},${rule.counter})`, writeValue(rule)];
    case 'sc-set-gpt0':
      return [`sc-set-gpt0(${rule.counter})`, writeValue(rule)];
    default:
      return [rule.action, quoteWord(rule.key), ...writeTable(rule.table)];
  }
}

function writeValue({ value, expression }: { value?: number; expression?: string }): string {
  return expression === undefined ? String(value ?? 0) : quoteWord(expression);
}

function writeTable(table: string | undefined): string[] {
  return table === undefined ? [] : ['table', table];
}

export function writeStickRule(rule: StickRule): string {
  const words = ['stick', rule.type, quoteWord(rule.pattern), ...writeTable(rule.table)];
  return `${words.join(' ')}${writeCondition(rule)}`;
}

export function writeStickTable(table: StickTable | undefined): string[] {
  if (table === undefined) return [];
  return [['stick-table', ...writeDefinition(table), ...pair('peers', table.peers)].join(' ')];
}

/** Not the lines that say where other nodes are, which a config does not hold. */
export function writePeers({ tables = [] }: Peers): string[] {
  return tables.flatMap((table) => [
    ...(table.description ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`# ${line}`])),
    ['table', table.name, ...writeDefinition(table)].join(' '),
  ]);
}

function writeDefinition({ type, len, size, expire, nopurge, srvkey, store }: StickTable | PeersTable): string[] {
  return [
    ...['type', type],
    ...pair('len', len),
    ...['size', String(size)],
    ...pair('expire', expire),
    ...(nopurge === true ? ['nopurge'] : []),
    ...pair('srvkey', srvkey),
    ...(store === undefined || store.length === 0 ? [] : ['store', store.join(',')]),
  ];
}

function pair(word: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [word, String(value)];
}
