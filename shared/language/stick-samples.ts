/** The catalogue of fetches and converters that look into stick tables (configuration manual 2.6, 7.3.1 to 7.3.3). */
import type { SampleType } from './sample-types.ts';

export type FetchEntry = readonly [name: string, args: readonly string[], type: SampleType, description: string];
type ConverterEntry = readonly [
  name: string,
  args: readonly string[],
  input: SampleType,
  output: SampleType,
  description: string,
];

/** What an entry is asked for: the name behind "sc_", "src_" and "table_", and what it is. */
const values = {
  bytes_in_rate: 'Bytes of clients over the period.',
  bytes_out_rate: 'Bytes to clients over the period.',
  conn_cnt: 'Connections.',
  conn_cur: 'Connections that are open now.',
  conn_rate: 'Connections over the period.',
  gpc0_rate: 'Increments of gpc0 over the period.',
  gpc1_rate: 'Increments of gpc1 over the period.',
  http_err_cnt: 'Requests that were errors of the client.',
  http_err_rate: 'Requests that were errors of the client, over the period.',
  http_fail_cnt: 'Responses that were failures of a server.',
  http_fail_rate: 'Responses that were failures of a server, over the period.',
  http_req_cnt: 'Requests.',
  http_req_rate: 'Requests over the period.',
  kbytes_in: 'Kilobytes of clients.',
  kbytes_out: 'Kilobytes to clients.',
  sess_cnt: 'Sessions.',
  sess_rate: 'Sessions over the period.',
} as const;

const tags = {
  get_gpc0: 'The counter gpc0.',
  get_gpc1: 'The counter gpc1.',
  get_gpt0: 'The tag gpt0.',
} as const;

const changes = {
  clr_gpc0: 'Sets gpc0 to 0, and is what it was before.',
  clr_gpc1: 'Sets gpc1 to 0, and is what it was before.',
  inc_gpc0: 'Adds 1 to gpc0, and is the new value.',
  inc_gpc1: 'Adds 1 to gpc1, and is the new value.',
} as const;

const arrays = {
  clr_gpc: 'Sets an element of gpc to 0, and is what it was before.',
  get_gpc: 'An element of gpc.',
  get_gpt: 'An element of gpt.',
  gpc_rate: 'Increments of an element of gpc over the period.',
  inc_gpc: 'Adds 1 to an element of gpc, and is the new value.',
} as const;

const trackers = 'Connections and requests that track the entry now.';

/** "other-table": where it is left out, the entry is looked at where it is tracked. */
const elsewhere = 'table?:other-table';

/** "sc_x(counter)", and "sc0_x" for each counter. */
function tracked(name: string, type: SampleType, description: string): FetchEntry[] {
  const numbered = ([0, 1, 2] as const).map(
    (number): FetchEntry => [`sc${number}_${name}`, [elsewhere], type, `sc_${name}(${number}).`],
  );
  return [[`sc_${name}`, ['counter:integer', elsewhere], type, `${description} Of a tracked entry.`], ...numbered];
}

function ofSource(name: string, description: string): FetchEntry {
  return [`src_${name}`, ['table?:table'], 'sint', `${description} Of the entry for the address of the client.`];
}

const named = Object.entries({ ...values, ...tags, ...changes });

/** They need a client. */
export const stickFetches: readonly FetchEntry[] = [
  ...named.flatMap(([name, description]) => [...tracked(name, 'sint', description), ofSource(name, description)]),
  ...Object.entries(arrays).flatMap(([name, description]): FetchEntry[] => [
    [`sc_${name}`, ['index:integer', 'counter:integer', elsewhere], 'sint', `${description} Of a tracked entry.`],
    [
      `src_${name}`,
      ['index:integer', 'table:table'],
      'sint',
      `${description} Of the entry for the address of the client.`,
    ],
  ]),
  ...tracked('tracked', 'bool', 'Whether an entry is tracked.'),
  ...tracked('trackers', 'sint', trackers),
  [
    'src_updt_conn_cnt',
    ['table?:table'],
    'sint',
    'Counts a connection of the address of the client, and is the new conn_cnt.',
  ],
];

/** They need nothing. */
export const stickTableFetches: readonly FetchEntry[] = [
  ['table_avl', ['table?:table'], 'sint', 'Entries the stick table has room for.'],
  ['table_cnt', ['table?:table'], 'sint', 'Entries of the stick table.'],
];

const ofKey = 'Of the entry for the sample; 0 without one.';

export const stickConverters: readonly ConverterEntry[] = [
  ['in_table', ['table?:table'], 'any', 'bool', 'Whether the stick table has an entry for the sample.'],
  ...Object.entries(values).map(
    ([name, description]): ConverterEntry => [
      `table_${name}`,
      ['table?:table'],
      'any',
      'sint',
      `${description} ${ofKey}`,
    ],
  ),
  ...(['gpc0', 'gpc1', 'gpt0'] as const).map(
    (name): ConverterEntry => [`table_${name}`, ['table?:table'], 'any', 'sint', `${tags[`get_${name}`]} ${ofKey}`],
  ),
  ...(
    [
      ['gpc', arrays.get_gpc],
      ['gpc_rate', arrays.gpc_rate],
      ['gpt', arrays.get_gpt],
    ] as const
  ).map(
    ([name, description]): ConverterEntry => [
      `table_${name}`,
      ['index:integer', 'table:table'],
      'any',
      'sint',
      `${description} ${ofKey}`,
    ],
  ),
  [
    'table_expire',
    ['table?:table', 'default?:integer'],
    'any',
    'sint',
    'Milliseconds until the entry for the sample expires; the default without one.',
  ],
  [
    'table_idle',
    ['table?:table', 'default?:integer'],
    'any',
    'sint',
    'Milliseconds since the entry for the sample was last used; the default without one.',
  ],
  ['table_server_id', ['table?:table'], 'any', 'sint', `Number of the server that was noted. ${ofKey}`],
  ['table_trackers', ['table?:table'], 'any', 'sint', `${trackers} One more as the sample is looked up. ${ofKey}`],
];
