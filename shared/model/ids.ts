/** The numbers of proxies, binds and servers: those they were given, and those they get by their position. */
import { Type } from 'typebox';

export const idField = (of: string) =>
  Type.Integer({
    minimum: 1,
    maximum: 2_147_483_647,
    description: `Number that expressions, statistics and the runtime API know it by (id), unique among ${of}. Default: that of the position, or the next one that is free.`,
  });

/** HAProxy counts the one proxy of all its stats sockets. */
export function firstProxyId({ statsSockets = [] }: { readonly statsSockets?: readonly unknown[] }): number {
  return statsSockets.length > 0 ? 2 : 1;
}

/**
 * The number of each item: its own, or that of its position, counted from `first`, or the next one that is free. As in
 * HAProxy, an item with a number of its own counts as a position too.
 */
export function numberItems(first: number, items: readonly { readonly id?: number | undefined }[]): number[] {
  const taken = new Set(items.map(({ id }) => id));
  let next = first;
  return items.map(({ id }) => {
    while (id === undefined && taken.has(next)) next++;
    const position = next++;
    return id ?? position;
  });
}

interface Numbered {
  readonly name: string;
  readonly id?: number | undefined;
}

/**
 * The numbers of frontends and backends in one sequence, by name. A backend that is the default one of a frontend of its name
 * has the number of that: they are the two sides of what HAProxy has as one proxy (listen).
 */
export function numberProxies(
  first: number,
  frontends: readonly (Numbered & { readonly defaultBackend?: string | undefined })[],
  backends: readonly Numbered[],
): { readonly frontends: ReadonlyMap<string, number>; readonly backends: ReadonlyMap<string, number> } {
  const sides = new Set(frontends.flatMap(({ name, defaultBackend }) => (defaultBackend === name ? [name] : [])));
  const alone = backends.filter(({ name, id }) => id !== undefined || !sides.has(name));
  const ids = numberItems(first, [...frontends, ...alone]);
  const byName = (items: readonly Numbered[], from: number) =>
    new Map(items.map(({ name }, index) => [name, ids[from + index] ?? 0]));
  const ofFrontends = byName(frontends, 0);
  const ofOthers = byName(alone, frontends.length);
  const ofBackends = backends.map(({ name }): [string, number] => [
    name,
    ofOthers.get(name) ?? ofFrontends.get(name) ?? 0,
  ]);
  return { frontends: ofFrontends, backends: new Map(ofBackends) };
}

/** Reports each number that an earlier item has already; `pathOf` answers where an item stands. */
export function checkUniqueIds<Item extends { readonly id?: number | undefined }>(
  items: readonly Item[],
  pathOf: (item: Item, index: number) => string,
  report: (item: Item, index: number, detail: string) => void,
): void {
  const seen = new Map<number, string>();
  for (const [index, item] of items.entries()) {
    if (item.id === undefined) continue;
    const first = seen.get(item.id);
    if (first === undefined) seen.set(item.id, pathOf(item, index));
    else report(item, index, `${item.id} is already the id of ${first}`);
  }
}
