/** Fetches of stick tables and of what is tracked in them (configuration manual 2.6, sections 7.3.2 and 7.3.3). */
import type { StickEntry } from '../../tables/stick-entry.ts';
import type { StickTable } from '../../tables/stick-table.ts';
import type { TableLayout } from '../../tables/table-layout.ts';
import { tableNamed } from '../compile-scope.ts';
import { compileKeyOf } from '../compile-table-key.ts';
import type { CompiledFetch, FetchCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { type MaybeValue, parseInteger } from '../sample-value.ts';

/** What is asked of an entry, made ready for a table; undefined where the table does not have it. */
type Ask = (layout: TableLayout) => ((table: StickTable, entry: StickEntry) => number) | undefined;

function field(name: string): Ask {
  return (layout) => {
    const found = layout.named(name);
    return found === undefined ? undefined : (table, entry) => table.read(entry, found);
  };
}

function kilobytes(name: string): Ask {
  return (layout) => {
    const found = layout.named(name);
    return found === undefined ? undefined : (table, entry) => Math.floor(table.read(entry, found) / 1024);
  };
}

/** Adds 1 to a counter and its rate; of a rate alone it is what came in the present period, 0 where there is neither. */
function increment(counter: string, rate: string): Ask {
  return (layout) => {
    const event = layout.present(counter, rate);
    const [first] = event;
    if (first === undefined) return () => 0;
    return (table, entry) => {
      table.count(entry, event, 1);
      return entry.values[first.slot] as number;
    };
  };
}

function clear(name: string): Ask {
  return (layout) => {
    const found = layout.named(name);
    if (found === undefined) return undefined;
    return (table, entry) => {
      const before = table.read(entry, found);
      table.count(entry, [found], -before);
      return before;
    };
  };
}

/** By the name behind "sc_", "src_" and "table_". */
export const values: Readonly<Record<string, Ask>> = {
  ...Object.fromEntries(
    [
      ...['bytes_in_rate', 'bytes_out_rate', 'conn_cnt', 'conn_cur', 'conn_rate', 'gpc0_rate', 'gpc1_rate'],
      ...['http_err_cnt', 'http_err_rate', 'http_fail_cnt', 'http_fail_rate', 'http_req_cnt', 'http_req_rate'],
      ...['sess_cnt', 'sess_rate'],
    ].map((name) => [name, field(name)]),
  ),
  kbytes_in: kilobytes('bytes_in_cnt'),
  kbytes_out: kilobytes('bytes_out_cnt'),
};

const tags: Readonly<Record<string, Ask>> = {
  get_gpc0: field('gpc0'),
  get_gpc1: field('gpc1'),
  get_gpt0: field('gpt0'),
};

const changes: Readonly<Record<string, Ask>> = {
  clr_gpc0: clear('gpc0'),
  clr_gpc1: clear('gpc1'),
  inc_gpc0: increment('gpc0', 'gpc0_rate'),
  inc_gpc1: increment('gpc1', 'gpc1_rate'),
};

/** Only of tables with arrays, whatever "gpc0" stands for elsewhere. */
function ofArray(type: string, ask: (name: string) => Ask): (index: number) => Ask {
  return (index) => (layout) => {
    const element = layout.element(type, index);
    return element === undefined ? undefined : ask(element.name)(layout);
  };
}

export const arrayValues = {
  get_gpc: ofArray('gpc', field),
  get_gpt: ofArray('gpt', field),
  gpc_rate: ofArray('gpc_rate', field),
} as const;

const arrayChanges = {
  clr_gpc: ofArray('gpc', clear),
  inc_gpc:
    (index: number): Ask =>
    (layout) => {
      const counter = layout.element('gpc', index);
      const rate = layout.element('gpc_rate', index);
      return increment(counter?.name ?? '', rate?.name ?? '')(layout);
    },
} as const;

const trackers: Ask = () => (_table, entry) => entry.uses;

/** Of the entry that is tracked by number, or of the one with its key in another table; 0 where that has none. */
function ofTracked(ask: Ask, number: number, elsewhere: string | undefined): CompiledFetch {
  if (elsewhere !== undefined) {
    const table = tableNamed(elsewhere);
    const read = ask(table.layout);
    return {
      get: ({ tracked }) => {
        const entry = tracked?.entry(number);
        if (entry === undefined) return undefined;
        const other = table.find(entry.key);
        return other === undefined ? 0 : read?.(table, other);
      },
    };
  }
  let known: StickTable | undefined;
  let read: ReturnType<Ask>;
  return {
    get: ({ tracked }) => {
      const entry = tracked?.entry(number);
      if (entry === undefined) return undefined;
      if (entry.table !== known) {
        known = entry.table;
        read = ask(known.layout);
      }
      return read?.(entry.table, entry);
    },
  };
}

/** Of the entry for the client's address; `creates` tells whether one is made where there is none. */
function ofSource(ask: Ask, name: string | undefined, creates: boolean): CompiledFetch {
  const table = tableNamed(name);
  const read = ask(table.layout);
  const keyOf = compileKeyOf(table, 'ipv4');
  return {
    get: (context: SampleContext): MaybeValue => {
      const key = keyOf(context.connection.source, context);
      if (key === undefined) return undefined;
      const entry = creates ? table.obtain(key) : table.find(key);
      return entry === undefined ? (creates ? undefined : 0) : read?.(table, entry);
    },
  };
}

const updateConnections: Ask = (layout) =>
  layout.named('conn_cnt') === undefined ? undefined : increment('conn_cnt', '')(layout);

const integer = (text: string | undefined) => Number(parseInteger(text ?? '0'));

function family(name: string, ask: Ask, creates: boolean): FetchCompilers {
  return {
    [`sc_${name}`]: ([number, table]) => ofTracked(ask, integer(number), table),
    ...Object.fromEntries(
      [0, 1, 2].map((number) => [
        `sc${number}_${name}`,
        ([table]: readonly (string | undefined)[]) => ofTracked(ask, number, table),
      ]),
    ),
    [`src_${name}`]: ([table]) => ofSource(ask, table, creates),
  };
}

function arrayFamily(name: string, ask: (index: number) => Ask, creates: boolean): FetchCompilers {
  return {
    [`sc_${name}`]: ([index, number, table]) => ofTracked(ask(integer(index)), integer(number), table),
    [`src_${name}`]: ([index, table]) => ofSource(ask(integer(index)), table, creates),
  };
}

function trackedFamily(
  name: string,
  get: (number: number, table: string | undefined) => CompiledFetch,
): FetchCompilers {
  return {
    [`sc_${name}`]: ([number, table]) => get(integer(number), table),
    [`sc0_${name}`]: ([table]) => get(0, table),
    [`sc1_${name}`]: ([table]) => get(1, table),
    [`sc2_${name}`]: ([table]) => get(2, table),
  };
}

/** As in HAProxy, it makes no difference which table is named. */
function isTracked(number: number): CompiledFetch {
  return { get: ({ tracked }) => tracked?.entry(number) !== undefined };
}

function ofTable(name: string | undefined, read: (table: StickTable) => number): CompiledFetch {
  const table = tableNamed(name);
  return { get: () => read(table) };
}

const merge = (families: readonly FetchCompilers[]): FetchCompilers => Object.assign({}, ...families);

export const stickTableFetches: FetchCompilers = {
  ...merge(Object.entries({ ...values, ...tags }).map(([name, ask]) => family(name, ask, false))),
  ...merge(Object.entries(changes).map(([name, ask]) => family(name, ask, true))),
  ...merge(Object.entries(arrayValues).map(([name, ask]) => arrayFamily(name, ask, false))),
  ...merge(Object.entries(arrayChanges).map(([name, ask]) => arrayFamily(name, ask, true))),
  ...trackedFamily('tracked', isTracked),
  ...trackedFamily('trackers', (number, table) => ofTracked(trackers, number, table)),
  src_updt_conn_cnt: ([table]) => ofSource(updateConnections, table, true),
  table_avl: ([name]) => ofTable(name, ({ available }) => available),
  table_cnt: ([name]) => ofTable(name, ({ used }) => used),
};
