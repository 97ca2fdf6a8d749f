/** Tells of stick tables that rules name and that are not there or have other keys, in HAProxy's words. */

import { parseSample } from '../language/parse-sample.ts';
import { canBecome } from '../language/sample-types.ts';
import { keyTypes } from '../model/check-stick-tables.ts';
import type { StickTableType } from '../model/vocabulary.ts';
import type { CfgDraft, ProxyDraft } from './proxy-draft.ts';
import { isTrackingRule } from './write-stick-tables.ts';

interface Messages {
  readonly missing: (table: string) => string;
  readonly incompatible: (table: string) => string;
}

/** Answers whether there was anything to tell. */
export function checkTables({ proxies, peers, report }: CfgDraft): boolean {
  const before = report.diagnostics.length;
  const types = new Map<string, StickTableType>();
  for (const { name, stickTable } of proxies) if (stickTable !== undefined) types.set(name, stickTable.item.type);
  for (const { name, tables } of peers) for (const { item } of tables) types.set(`${name}/${item.name}`, item.type);
  const check = (draft: ProxyDraft, key: string, named: string | undefined, { missing, incompatible }: Messages) => {
    const table = named ?? draft.name;
    // Defaults have no table of their own, whatever else has their name.
    const type = named === undefined && draft.kind === 'defaults' ? undefined : types.get(table);
    if (type === undefined) report.alertWhole(`Proxy '${draft.name}': ${missing(table)}.`);
    else if (!canBecome(parseSample(key).type, keyTypes[type])) {
      report.alertWhole(`Proxy '${draft.name}': ${incompatible(table)}.`);
    }
  };
  for (const draft of proxies) {
    if (draft.kind === 'defaults' && !proxies.some(({ defaults }) => defaults === draft)) continue;
    const { tcpRequestRules, httpRequestRules, httpResponseRules } = draft;
    for (const { item } of [...tcpRequestRules, ...httpRequestRules, ...httpResponseRules]) {
      if (isTrackingRule(item) && 'key' in item) check(draft, item.key, item.table, messagesOfTrack(item.action));
    }
    const sharedWith = draft.stickTable?.item.peers;
    if (sharedWith !== undefined && !peers.some(({ name }) => name === sharedWith)) {
      report.alertWhole(`Proxy '${draft.name}': unable to find sync peers '${sharedWith}'.`);
    }
    for (const { item } of draft.stickRules) check(draft, item.pattern, item.table, stickMessages);
  }
  return report.diagnostics.length > before;
}

const messagesOfTrack = (action: string): Messages => ({
  missing: (table) => `unable to find table '${table}' referenced by ${action}`,
  incompatible: (table) => `stick-table '${table}' uses a type incompatible with the '${action}' rule`,
});

const stickMessages: Messages = {
  missing: (table) => `unable to find stick-table '${table}'`,
  incompatible: (table) => `type of fetch not usable with type of stick-table '${table}'`,
};
