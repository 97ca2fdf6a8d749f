/** Compiles the actions that track entries of stick tables, and that change counters and tags of what is tracked. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { StickCounterRule, TrackRule } from '../../shared/model/stick-rules.ts';
import type { StickTable } from '../tables/stick-table.ts';
import type { Event, Field, TableLayout } from '../tables/table-layout.ts';
import { isFailure } from '../tables/tracked-counters.ts';
import { compileSample } from './compile-sample.ts';
import { tableNamed } from './compile-scope.ts';
import { compileTableKey } from './compile-table-key.ts';
import { asInteger } from './sample-value.ts';
import type { TrackingContext } from './transaction.ts';

/** Where a rule stands: rules of HTTP come after their request was counted. */
export type RuleSet = 'connection' | 'http-request' | 'http-response';

export type TrackingRule = TrackRule | StickCounterRule;
export type TrackingAct = (context: TrackingContext) => void;

export function isTrackingRule<Rule extends { readonly action: string }>(
  rule: Rule,
): rule is Extract<Rule, { action: TrackingRule['action'] }> {
  return rule.action.startsWith('track-sc') || rule.action.startsWith('sc-');
}

/** Throws Error on what shared/model would have refused. */
export function compileTracking(rule: TrackingRule, set: RuleSet, place: Place): TrackingAct {
  switch (rule.action) {
    case 'sc-inc-gpc': {
      const { index, counter } = rule;
      return compileIncrement(counter, (layout) => elementEvent(layout, index));
    }
    case 'sc-inc-gpc0':
      return compileIncrement(rule.counter, (layout) => layout.present('gpc0', 'gpc0_rate'));
    case 'sc-inc-gpc1':
      return compileIncrement(rule.counter, (layout) => layout.present('gpc1', 'gpc1_rate'));
    case 'sc-set-gpt': {
      const { index } = rule;
      return compileSetTag(rule, place, (layout) => layout.element('gpt', index));
    }
    case 'sc-set-gpt0':
      return compileSetTag(rule, place, (layout) => layout.named('gpt0'));
    default:
      return compileTrack(rule, set, place);
  }
}

/** As HAProxy counts, what a rule of HTTP tracks counts the request that is there already, and how it went so far. */
function compileTrack(rule: TrackRule, set: RuleSet, place: Place): TrackingAct {
  const number = Number(rule.action.at(-1));
  const table = tableNamed(rule.table);
  const keyOf = compileTableKey(table, parseSample(rule.key, place));
  return (context) => {
    if (context.tracked?.entry(number) !== undefined) return;
    const key = keyOf(context);
    const entry = key === undefined ? undefined : table.obtain(key);
    if (entry === undefined) return;
    context.track(number, entry);
    if (set === 'connection') return;
    context.tracked?.countRequest(number);
    const status = context.response?.status ?? 0;
    if (set === 'http-request' || status < 400) return;
    if (status < 500) table.count(entry, table.layout.requestError, 1);
    else if (isFailure(status)) table.count(entry, table.layout.responseFailure, 1);
  };
}

function elementEvent(layout: TableLayout, index: number): Event {
  return [layout.element('gpc', index), layout.element('gpc_rate', index)].filter((field) => field !== undefined);
}

/** What a table has is looked up once for each table that is tracked. */
function rememberFor<Found>(find: (layout: TableLayout) => Found): (table: StickTable) => Found {
  let known: StickTable | undefined;
  let found: Found;
  return (table) => {
    if (table !== known) {
      found = find(table.layout);
      known = table;
    }
    return found;
  };
}

function compileIncrement(counter: number, find: (layout: TableLayout) => Event): TrackingAct {
  const eventOf = rememberFor(find);
  return ({ tracked }) => {
    const entry = tracked?.entry(counter);
    if (entry !== undefined) entry.table.count(entry, eventOf(entry.table), 1);
  };
}

function compileSetTag(
  { counter, value, expression }: { counter: number; value?: number; expression?: string },
  place: Place,
  find: (layout: TableLayout) => Field | undefined,
): TrackingAct {
  const fieldOf = rememberFor(find);
  const get = expression === undefined ? undefined : compileSample(parseSample(expression, place)).get;
  return (context) => {
    const entry = context.tracked?.entry(counter);
    const field = entry === undefined ? undefined : fieldOf(entry.table);
    if (entry === undefined || field === undefined) return;
    if (get === undefined) {
      entry.table.set(entry, field, value ?? 0);
      return;
    }
    const sample = get(context);
    const number = sample === undefined ? undefined : asInteger(sample);
    if (number !== undefined) entry.table.set(entry, field, unsigned(number));
  };
}

/** Tags have 32 bits. */
function unsigned(number: number | bigint): number {
  return Number(BigInt.asUintN(32, BigInt(number)));
}
