/** Brings a config as a client wrote it into the one form Sluice keeps: rules numbered, lists sorted, all of it frozen. */
import { isDeepStrictEqual } from 'node:util';
import type { Config, ConfigDocument } from '../../shared/model/config.ts';
import {
  type ChildKind,
  childrenOf,
  documentsOf,
  type Fields,
  type Named,
  type TopKind,
  topKinds,
} from './resource-kinds.ts';

/** Step between the priorities of rules that Sluice numbers. */
const priorityStep = 100;

/** A config with every part there, in the order it was written, from the document of a client. */
export function fromDocument(document: ConfigDocument): Config {
  return {
    global: document.global ?? {},
    errorFiles: document.errorFiles ?? [],
    peers: document.peers ?? [],
    userlists: document.userlists ?? [],
    defaults: document.defaults ?? [],
    frontends: document.frontends ?? [],
    backends: document.backends ?? [],
  };
}

/** Numbers the rules of lists in which one lacks a priority. Keeps every order, so that pointers to what was written stay true. */
export function numberRules(config: Config): Config {
  return mapDocuments(config, (document, kind) => {
    if (Object.isFrozen(document)) return document;
    return mapChildren(document, kind, (items, child) => (child.byPriority ? numbered(items) : items));
  });
}

function numbered(rules: readonly Named[]): readonly Named[] {
  if (rules.every((rule) => rule.priority !== undefined)) return rules;
  return rules.map((rule, index) => ({ ...rule, priority: (index + 1) * priorityStep }));
}

/** The priority that puts a new rule behind all others of its list. */
export function lastPriority(rules: readonly Named[]): number {
  return rules.reduce((highest, rule) => Math.max(highest, Number(rule.priority)), 0) + priorityStep;
}

/**
 * Sorts top-level resources by name and rules by priority and name, leaves out empty lists, and puts the very objects of
 * `before` where nothing changed. The result is frozen.
 */
export function settleConfig(before: Config, written: Config): Config {
  const previous = new Map(
    topKinds.map((kind) => [kind, new Map(documentsOf(before, kind).map((item) => [item.name, item]))]),
  );
  const config = mapDocuments(written, (document, kind) => {
    if (Object.isFrozen(document)) return document;
    return deepFreeze(shareUnchanged(kind, previous.get(kind)?.get(document.name), settleDocument(document, kind)));
  });
  const sorted: Config = {
    global: isDeepStrictEqual(before.global, config.global) ? before.global : deepFreeze({ ...config.global }),
    errorFiles: sortByName(before.errorFiles, config.errorFiles),
    peers: sortByName(before.peers, config.peers),
    userlists: sortByName(before.userlists, config.userlists),
    defaults: sortByName(before.defaults, config.defaults),
    frontends: sortByName(before.frontends, config.frontends),
    backends: sortByName(before.backends, config.backends),
  };
  return Object.freeze(sorted);
}

function settleDocument(document: Named, kind: TopKind): Named {
  const settled = mapChildren(document, kind, (items, child) =>
    child.byPriority ? items.toSorted(byPriority) : items,
  );
  const empty = kind.children.filter((child) => childrenOf(settled, child).length === 0).map((child) => child.field);
  return Object.fromEntries(Object.entries(settled).filter(([field]) => !empty.includes(field))) as Named;
}

function shareUnchanged(kind: TopKind, previous: Named | undefined, document: Named): Named {
  if (previous === undefined) return document;
  if (isDeepStrictEqual(previous, document)) return previous;
  return mapChildren(document, kind, (items, child) => {
    const old = childrenOf(previous, child);
    const byName = new Map(old.map((item) => [item.name, item]));
    const shared = items.map((item) => {
      const match = byName.get(item.name);
      return match !== undefined && isDeepStrictEqual(match, item) ? match : item;
    });
    return sameElements(old, shared) ? old : shared;
  });
}

function sortByName<Item extends { name: string }>(before: Item[], items: Item[]): Item[] {
  const sorted = items.toSorted((a, b) => compareText(a.name, b.name));
  return sameElements(before, sorted) ? before : (Object.freeze(sorted) as Item[]);
}

function sameElements(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function byPriority(a: Named, b: Named): number {
  return Number(a.priority) - Number(b.priority) || compareText(a.name, b.name);
}

/** By UTF-16 code units, so that no locale changes the order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mapDocuments(config: Config, map: (document: Named, kind: TopKind) => Named): Config {
  const lists = topKinds.map((kind) => [kind.field, documentsOf(config, kind).map((item) => map(item, kind))]);
  return { ...config, ...Object.fromEntries(lists) };
}

function mapChildren(
  document: Named,
  kind: TopKind,
  map: (items: readonly Named[], child: ChildKind) => readonly Named[],
): Named {
  const lists = kind.children
    .filter((child) => document[child.field] !== undefined)
    .map((child) => [child.field, map(childrenOf(document, child), child)]);
  return { ...document, ...Object.fromEntries(lists) };
}

function deepFreeze<Value extends Fields>(value: Value): Value {
  freezeInside(value);
  return value;
}

function freezeInside(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  for (const member of Object.values(value)) freezeInside(member);
  Object.freeze(value);
}
