/** What differs between two configs, resource by resource; plans, diffs, events and the rows of the store come from this. */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../shared/model/config.ts';
import {
  childrenOf,
  documentsOf,
  type Fields,
  type Named,
  ownFields,
  type TopKind,
  topKinds,
} from './resource-kinds.ts';

/** One resource that came, went or changed; the fields are its own, without those of its children. */
export interface ResourceChange {
  /** Path such as "/backends/app/servers/s1". */
  readonly resource: string;
  /** Absent when the resource is new. */
  readonly before?: Fields;
  /** Absent when the resource is gone. */
  readonly after?: Fields;
}

/** A list whose elements no longer stand as "those that were there, then the new ones". */
export interface ListOrder {
  /** Path of the parent, such as "/backends/app". */
  readonly resource: string;
  readonly segment: string;
  readonly field: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ConfigDiff {
  readonly changes: readonly ResourceChange[];
  readonly orders: readonly ListOrder[];
}

interface Collector {
  readonly changes: ResourceChange[];
  readonly orders: ListOrder[];
}

/** Compares two configs. Documents that are the same object in both are skipped, so a small change to a large config is cheap. */
export function diffConfigs(before: Config, after: Config): ConfigDiff {
  const collector: Collector = { changes: [], orders: [] };
  compareFields('/global', before.global, after.global, collector);
  for (const kind of topKinds) {
    compareLists(documentsOf(before, kind), documentsOf(after, kind), (name, old, now) =>
      compareDocuments(kind, `/${kind.segment}/${name}`, old, now, collector),
    );
  }
  return collector;
}

type Visit = (name: string, before: Named | undefined, after: Named | undefined) => void;

function compareLists(before: readonly Named[], after: readonly Named[], visit: Visit): void {
  if (before === after) return;
  const old = new Map(before.map((item) => [item.name, item]));
  for (const item of after) {
    const previous = old.get(item.name);
    old.delete(item.name);
    if (previous !== item) visit(item.name, previous, item);
  }
  for (const [name, item] of old) visit(name, item, undefined);
}

function compareDocuments(
  kind: TopKind,
  path: string,
  before: Named | undefined,
  after: Named | undefined,
  collector: Collector,
): void {
  compareFields(path, before && ownFields(before, kind), after && ownFields(after, kind), collector);
  for (const part of kind.parts) {
    const old = before?.[part.field] as Fields | undefined;
    compareFields(`${path}/${part.segment}`, old, after?.[part.field] as Fields | undefined, collector);
  }
  for (const child of kind.children) {
    const old = before === undefined ? [] : childrenOf(before, child);
    const now = after === undefined ? [] : childrenOf(after, child);
    compareLists(old, now, (name, oldItem, newItem) =>
      compareFields(`${path}/${child.segment}/${name}`, oldItem, newItem, collector),
    );
    if (old === now || child.byPriority || before === undefined || after === undefined) continue;
    const order = compareOrder(old, now);
    if (order !== undefined)
      collector.orders.push({ resource: path, segment: child.segment, field: child.field, ...order });
  }
}

function compareFields(
  resource: string,
  before: Fields | undefined,
  after: Fields | undefined,
  collector: Collector,
): void {
  if (isDeepStrictEqual(before, after)) return;
  collector.changes.push({
    resource,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
}

function compareOrder(before: readonly Named[], after: readonly Named[]) {
  const isNow = new Set(after.map((item) => item.name));
  const was = new Set(before.map((item) => item.name));
  const expected = before.map((item) => item.name).filter((name) => isNow.has(name));
  for (const item of after) if (!was.has(item.name)) expected.push(item.name);
  const names = after.map((item) => item.name);
  return isDeepStrictEqual(expected, names) ? undefined : { before: before.map((item) => item.name), after: names };
}

/** Whether nothing differs. */
export function isEmptyDiff(diff: ConfigDiff): boolean {
  return diff.changes.length === 0 && diff.orders.length === 0;
}
