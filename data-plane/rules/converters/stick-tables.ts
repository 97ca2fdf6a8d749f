/** Converters that look a sample up in a stick table (configuration manual 2.6, section 7.3.1). */
import type { SampleType } from '../../../shared/language/sample-types.ts';
import type { StickEntry } from '../../tables/stick-entry.ts';
import type { StickTable } from '../../tables/stick-table.ts';
import { tableNamed } from '../compile-scope.ts';
import { compileKeyOf } from '../compile-table-key.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { arrayValues, values } from '../fetches/stick-tables.ts';
import { type MaybeValue, parseInteger } from '../sample-value.ts';

type Read = (table: StickTable, entry: StickEntry) => MaybeValue;
type Ask = (typeof values)[string];

/** What the entry for a sample answers, `otherwise` where there is none; nothing where the sample makes no key. */
function lookUp(
  name: string | undefined,
  type: SampleType,
  otherwise: MaybeValue,
  ask: (table: StickTable) => Read,
): Convert {
  const table = tableNamed(name);
  const keyOf = compileKeyOf(table, type);
  const read = ask(table);
  return (value, context) => {
    const key = keyOf(value, context);
    if (key === undefined) return undefined;
    const entry = table.find(key);
    return entry === undefined ? otherwise : read(table, entry);
  };
}

/** Nothing where the table does not store it. */
const asking =
  (ask: Ask) =>
  ({ layout }: StickTable): Read =>
    ask(layout) ?? (() => undefined);

function field(name: string): Ask {
  return (layout) => {
    const found = layout.named(name);
    return found === undefined ? undefined : (table, entry) => table.read(entry, found);
  };
}

function plain(ask: Ask): ConverterCompilers[string] {
  return ([table], type) => lookUp(table, type, 0, asking(ask));
}

function element(ask: (index: number) => Ask): ConverterCompilers[string] {
  return ([index, table], type) => lookUp(table, type, 0, asking(ask(Number(parseInteger(index ?? '0')))));
}

function time(read: (table: StickTable, entry: StickEntry) => number): ConverterCompilers[string] {
  return ([table, otherwise], type) =>
    lookUp(table, type, otherwise === undefined ? undefined : parseInteger(otherwise), () => read);
}

export const stickTableConverters: ConverterCompilers = {
  in_table: ([table], type) => lookUp(table, type, false, () => () => true),
  ...Object.fromEntries(Object.entries(values).map(([name, ask]) => [`table_${name}`, plain(ask)])),
  table_gpc0: plain(field('gpc0')),
  table_gpc1: plain(field('gpc1')),
  table_gpt0: plain(field('gpt0')),
  table_server_id: plain(field('server_id')),
  table_gpc: element(arrayValues.get_gpc),
  table_gpt: element(arrayValues.get_gpt),
  table_gpc_rate: element(arrayValues.gpc_rate),
  table_expire: time((table, entry) => table.expiresIn(entry)),
  table_idle: time((table, entry) => Math.max(0, table.now() - entry.usedAt)),
  // As in HAProxy, who looks counts as one more.
  table_trackers: plain(() => (_table, entry) => entry.uses + 1),
};
