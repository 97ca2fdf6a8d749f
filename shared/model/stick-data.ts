/** The types of data that a stick table may store with each entry (configuration manual 2.6, "stick-table"). */
import { parseDuration } from '../duration.ts';

/**
 * "counter" only rises, "rate" counts what came within a period, "gauge" rises and falls, "tag" is set; a server is known by
 * its number and by a text.
 */
export type StickDataKind = 'counter' | 'rate' | 'gauge' | 'tag' | 'server-id' | 'server-key';

export interface StickDataType {
  readonly name: string;
  readonly kind: StickDataKind;
  /** Whether an entry has several, as many as the argument says. */
  readonly isArray: boolean;
}

const single = (kind: StickDataKind, ...names: readonly string[]): StickDataType[] =>
  names.map((name) => ({ name, kind, isArray: false }));

/** A count and the rate of the same events. */
const counted = (...names: readonly string[]): StickDataType[] =>
  names.flatMap((name) => [...single('counter', `${name}_cnt`), ...single('rate', `${name}_rate`)]);

/** In the order in which HAProxy lists them. */
export const stickDataTypes: readonly StickDataType[] = [
  ...single('server-id', 'server_id'),
  ...single('tag', 'gpt0'),
  ...single('counter', 'gpc0'),
  ...single('rate', 'gpc0_rate'),
  ...counted('conn'),
  ...single('gauge', 'conn_cur'),
  ...counted('sess', 'http_req', 'http_err', 'bytes_in', 'bytes_out'),
  ...single('counter', 'gpc1'),
  ...single('rate', 'gpc1_rate'),
  ...single('server-key', 'server_key'),
  ...counted('http_fail'),
  { name: 'gpt', kind: 'tag', isArray: true },
  { name: 'gpc', kind: 'counter', isArray: true },
  { name: 'gpc_rate', kind: 'rate', isArray: true },
];

const typesByName = new Map(stickDataTypes.map((type) => [type.name, type]));

export function findStickDataType(name: string): StickDataType | undefined {
  return typesByName.get(name);
}

/** Most elements of gpt, gpc and gpc_rate. */
export const longestArray = 100;

/** One of the data that a table stores. */
export interface StoredData {
  readonly type: string;
  /** Number of elements; 1 for what is no array. */
  readonly count: number;
  /** Milliseconds over which a rate counts; 0 for what is no rate. */
  readonly period: number;
}

/**
 * Reads "gpc0", "http_req_rate(10s)", "gpc(3)" or "gpc_rate(3,10s)"; a period without a unit counts milliseconds. Answers the
 * problem in HAProxy's words.
 */
export function parseStoredData(text: string): StoredData | { readonly problem: string } {
  const [, name = '', list] = /^([^(]*)(?:\((.*)\))?$/s.exec(text) ?? [];
  const type = typesByName.get(name);
  if (type === undefined) return { problem: `unknown store option '${name === '' ? text : name}'` };
  const args = list === undefined || list === '' ? [] : list.split(',');
  const needed = (type.isArray ? 1 : 0) + (type.kind === 'rate' ? 1 : 0);
  if (args.length < needed) return { problem: `missing argument to store option '${name}'` };
  if (args.length > needed) return { problem: `unexpected argument to store option '${name}'` };
  const count = type.isArray ? Number(args.shift()) : 1;
  if (!Number.isInteger(count) || count < 1 || count > longestArray) {
    return { problem: `array size is out of allowed range (1-${longestArray}) for store option '${name}'` };
  }
  const period = type.kind === 'rate' ? readPeriod(args[0] ?? '') : 0;
  if (period === undefined || (type.kind === 'rate' && period < 1)) {
    return { problem: `error when processing store option '${name}'` };
  }
  return { type: name, count, period };
}

function readPeriod(text: string): number | undefined {
  return parseDuration(/^[0-9]+$/.test(text) ? `${text}ms` : text);
}

/** What stands for the elements of an array and must not stand beside it. */
const overridden = [
  ['gpt', ['gpt0'], 'gpt0'],
  ['gpc', ['gpc0', 'gpc1'], 'gpc[0/1]'],
  ['gpc_rate', ['gpc0_rate', 'gpc1_rate'], 'gpc[0/1]_rate'],
] as const;

/** Why these types cannot be stored together, in HAProxy's words; undefined when they can. */
export function findStoreConflict(types: readonly string[]): string | undefined {
  for (const [array, others, shown] of overridden) {
    if (types.includes(array) && others.some((name) => types.includes(name))) {
      return `simultaneous usage of '${array}' and '${shown}' in a same table is not permitted as '${array}' overrides '${shown}'`;
    }
  }
  return undefined;
}

/** In the order of {@link stickDataTypes}; of two of a type the first. */
export function sortStoredData(data: readonly StoredData[]): StoredData[] {
  return stickDataTypes.flatMap(({ name }) => data.find(({ type }) => type === name) ?? []);
}
