/** Checks stick tables and the rules that use them: what no schema can say of them. */
import { longestDuration, parseDuration } from '../duration.ts';
import { parseSample } from '../language/parse-sample.ts';
import { canBecome, type Place, type SampleType, typeNames } from '../language/sample-types.ts';
import { hint } from '../language/suggest.ts';
import { LanguageError } from '../language/tokenize.ts';
import type { Backend } from './backend.ts';
import { aclsByName, checkCondition, checkSample, placeOf, type Report } from './check-expressions.ts';
import { findNameProblem, findTableProblem, type ProxyNames } from './check-samples.ts';
import { checkUniqueNames } from './check-unique-names.ts';
import type { Config } from './config.ts';
import { stickTablesOf } from './resolve-stick-tables.ts';
import type { Mode } from './snapshot.ts';
import { findStoreConflict, parseStoredData } from './stick-data.ts';
import type { StickCounterRule, TrackRule } from './stick-rules.ts';
import type { Peers, PeersTable, StickTable } from './stick-table.ts';
import type { StickTableType } from './vocabulary.ts';

/** What keys of each type are made of. */
export const keyTypes: Readonly<Record<StickTableType, SampleType>> = {
  ip: 'ipv4',
  ipv6: 'ipv6',
  integer: 'sint',
  string: 'str',
  binary: 'bin',
};

/** The types of all tables by name. Tells of two with the same name. */
export function checkTableNames(config: Config, reportFor: (resource: string) => Report): Map<string, StickTableType> {
  const types = new Map(stickTablesOf(config).map(([name, { type }]) => [name, type]));
  const frontends = new Set(
    config.frontends.filter(({ stickTable }) => stickTable !== undefined).map(({ name }) => name),
  );
  for (const { name, stickTable } of config.backends) {
    if (stickTable !== undefined && frontends.has(name)) {
      reportFor(`/backends/${name}`)('/stickTable', `the frontend "${name}" has a stick table of this name already`);
    }
  }
  return types;
}

export function checkPeers(peers: Peers, report: Report): void {
  checkUniqueNames(peers.tables ?? [], '/tables', report);
  for (const [index, table] of (peers.tables ?? []).entries()) checkTable(table, `/tables/${index}`, report);
}

export function checkStickTable(table: StickTable | undefined, peers: ReadonlySet<string>, report: Report): void {
  if (table === undefined) return;
  checkTable(table, '/stickTable', report);
  if (table.peers !== undefined && !peers.has(table.peers)) {
    report('/stickTable/peers', `there are no peers "${table.peers}"${hint(table.peers, peers)}`);
  }
}

function checkTable({ type, len, expire, store = [] }: StickTable | PeersTable, pointer: string, report: Report): void {
  if (len !== undefined && type !== 'string' && type !== 'binary') {
    report(`${pointer}/len`, `keys of type "${type}" all have the same length`);
  }
  if (expire !== undefined && parseDuration(expire) === undefined) {
    report(`${pointer}/expire`, `is longer than the longest duration, ${longestDuration}ms`);
  }
  const types: string[] = [];
  for (const [index, text] of store.entries()) {
    const data = parseStoredData(text);
    if ('problem' in data) report(`${pointer}/store/${index}`, data.problem);
    else if (types.includes(data.type)) report(`${pointer}/store/${index}`, `"${data.type}" is stored twice`);
    else types.push(data.type);
  }
  const conflict = findStoreConflict(types);
  if (conflict !== undefined) report(`${pointer}/store`, conflict);
}

/** The key of a rule and its table. */
export function checkKey(
  { key, table }: { key: string; table?: string | undefined },
  keyField: string,
  place: Place,
  names: ProxyNames,
  pointer: string,
  report: Report,
): void {
  const name = table ?? names.proxy;
  const type = names.tables.get(name);
  const missing = findTableProblem(table, names);
  if (missing !== undefined) report(`${pointer}/${table === undefined ? keyField : 'table'}`, missing);
  try {
    const sample = parseSample(key, place);
    const problem = findNameProblem(sample, names);
    if (problem !== undefined) report(`${pointer}/${keyField}`, problem);
    else if (type !== undefined && !canBecome(sample.type, keyTypes[type])) {
      const made = `a sample of type ${typeNames[sample.type]}`;
      report(`${pointer}/${keyField}`, `${made} is no key of the stick table "${name}", whose type is "${type}"`);
    }
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    report(`${pointer}/${keyField}`, `column ${error.column}: ${error.message}`);
  }
}

/** A track or counter rule of any set; answers whether it is one. */
export function checkTrackingRule(
  rule: { readonly action: string },
  place: Place,
  names: ProxyNames,
  pointer: string,
  report: Report,
): boolean {
  if (rule.action.startsWith('track-sc')) {
    checkKey(rule as TrackRule, 'key', place, names, pointer, report);
    return true;
  }
  if (rule.action === 'sc-set-gpt' || rule.action === 'sc-set-gpt0') {
    const { value, expression } = rule as Extract<StickCounterRule, { action: 'sc-set-gpt0' }>;
    if ((value === undefined) === (expression === undefined)) {
      report(pointer, `${rule.action} needs exactly one of value and expression`);
    }
    if (expression !== undefined) checkSample(expression, place, names, `${pointer}/expression`, report);
    return true;
  }
  return rule.action.startsWith('sc-');
}

export function checkStickRules(backend: Backend, mode: Mode, names: ProxyNames, report: Report): void {
  const rules = backend.stickRules ?? [];
  const acls = aclsByName(backend.acls);
  checkUniqueNames(rules, '/stickRules', report);
  for (const [index, { type, pattern, table, ...rule }] of rules.entries()) {
    const pointer = `/stickRules/${index}`;
    const place = type !== 'store-response' ? placeOf(mode) : mode === 'tcp' ? 'tcp-response' : 'http-response';
    checkKey({ key: pattern, table }, 'pattern', place, names, pointer, report);
    checkCondition(rule, { acls, place, names }, pointer, report);
  }
}
