/** Stick tables in a config: what is wrong with them is told with its field, and what nodes get of them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Backend } from '../../../../shared/model/backend.ts';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import type { Frontend } from '../../../../shared/model/frontend.ts';
import { parseStoredData } from '../../../../shared/model/stick-data.ts';
import { snapshotOf } from '../../../support/versions.ts';

function problems(document: ConfigDocument): string[] {
  return checkReferences({ ...emptyConfig, ...document }).map(
    ({ resource, pointer, detail }) => `${resource}${pointer}: ${detail}`,
  );
}

const name = 'r';
const addresses = { type: 'ip', size: 10, store: ['gpc0'] } as const;
const stickTable = { ...addresses, store: ['gpc0'] };

const wrongFrontends: [Partial<Frontend>, RegExp][] = [
  [{ stickTable: { ...stickTable, len: 5 } }, /^\/stickTable\/len: keys of type "ip" all have the same length$/],
  [{ stickTable: { ...stickTable, expire: '999999999d' } }, /^\/stickTable\/expire: is longer than the longest/],
  [{ stickTable: { ...stickTable, peers: 'shard' } }, /peers: there are no peers "shard"; did you mean "shared"\?$/],
  [{ stickTable: { ...stickTable, store: ['gpc0', 'foo'] } }, /^\/stickTable\/store\/1: unknown store option 'foo'$/],
  [{ stickTable: { ...stickTable, store: ['http_req_rate'] } }, /store\/0: missing argument to store option/],
  [{ stickTable: { ...stickTable, store: ['http_req_rate(0)'] } }, /store\/0: error when processing store option/],
  [{ stickTable: { ...stickTable, store: ['gpc0', 'gpc0'] } }, /store\/1: "gpc0" is stored twice$/],
  [
    { stickTable: { ...stickTable, store: ['gpc0', 'gpc(2)'] } },
    /store: simultaneous usage of 'gpc' and 'gpc\[0\/1\]'/,
  ],
  [
    { tcpRequestRules: [{ name, type: 'connection', action: 'track-sc0', key: 'path', table: 'b' }] },
    /^\/tcpRequestRules\/0\/key: column 1: "path" needs the head of an HTTP request, which is not there in rules on conn/,
  ],
  [
    { httpRequestRules: [{ name, action: 'track-sc0', key: 'src' }] },
    /^\/httpRequestRules\/0\/key: "f" has no stick table of its own; say which one is meant$/,
  ],
  [
    { httpRequestRules: [{ name, action: 'track-sc1', key: 'src', table: 'shared/user' }] },
    /^\/httpRequestRules\/0\/table: there is no stick table "shared\/user"; did you mean "shared\/users"\?$/,
  ],
  [
    { httpResponseRules: [{ name, action: 'track-sc2', key: 'base32+src', table: 'b' }] },
    /key: column 1: "base32\+src" needs the head of an HTTP request/,
  ],
  [
    { httpRequestRules: [{ name, action: 'track-sc2', key: 'base32+src', table: 'b' }] },
    /key: a sample of type binary is no key of the stick table "b", whose type is "ip"$/,
  ],
  [
    { httpRequestRules: [{ name, action: 'track-sc2', key: 'src,in_table(c)', table: 'b' }] },
    /key: "in_table": there is no stick table "c"/,
  ],
  [{ httpRequestRules: [{ name, action: 'sc-set-gpt0', counter: 0 }] }, /exactly one of value and expression$/],
  [
    { httpRequestRules: [{ name, action: 'sc-set-gpt', index: 1, counter: 0, expression: 'foo' }] },
    /^\/httpRequestRules\/0\/expression: column 1: unknown fetch "foo"/,
  ],
  [
    { httpRequestRules: [{ name, action: 'deny', if: '{ src_conn_cnt gt 3 }' }] },
    /^\/httpRequestRules\/0\/if: column 1: "src_conn_cnt": "f" has no stick table of its own; say which one is meant$/,
  ],
  [
    { acls: [{ name: 'a', criterion: 'sc0_conn_cnt(c)', values: ['3'] }] },
    /^\/acls\/0\/criterion: "sc0_conn_cnt": there is no stick table "c"/,
  ],
  [
    { logFormat: '%[table_cnt]' },
    /^\/logFormat: column 1: "table_cnt": "f" has no stick table of its own; say which one is meant$/,
  ],
];

const wrongBackends: [Partial<Backend>, RegExp][] = [
  [
    { stickRules: [{ name, type: 'on', pattern: 'src', table: 'c' }] },
    /^\/stickRules\/0\/table: there is no stick table "c"/,
  ],
  [
    { stickRules: [{ name, type: 'store-response', pattern: 'path' }] },
    /^\/stickRules\/0\/pattern: column 1: "path" needs the head of an HTTP request, which is not there in rules on resp/,
  ],
  [
    { stickRules: [{ name, type: 'match', pattern: 'src', if: 'nope' }] },
    /^\/stickRules\/0\/if: column 1: there is no ACL "nope"/,
  ],
];

const peers = [{ name: 'shared', tables: [{ name: 'users', type: 'string', size: 10 }] }] as const;

suite('it is told', () => {
  for (const [fields, expected] of wrongFrontends) {
    test(expected.source, () => {
      const found = problems({
        peers: structuredClone(peers) as never,
        frontends: [{ name: 'f', ...fields }],
        backends: [{ name: 'b', stickTable }],
      });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]?.replace('/frontends/f', '') ?? '', expected);
    });
  }

  for (const [fields, expected] of wrongBackends) {
    test(expected.source, () => {
      const found = problems({ backends: [{ name: 'b', stickTable, ...fields }] });
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]?.replace('/backends/b', '') ?? '', expected);
    });
  }

  test('that two proxies have tables of one name', () => {
    const found = problems({ frontends: [{ name: 'x', stickTable }], backends: [{ name: 'x', stickTable }] });
    assert.deepEqual(found, ['/backends/x/stickTable: the frontend "x" has a stick table of this name already']);
  });

  test('that a table of peers is wrong', () => {
    const table = { name: 't', type: 'ip' as const, size: 1 };
    const found = problems({ peers: [{ name: 'p', tables: [table, { ...table, store: ['x'] }] }] });
    assert.deepEqual(found, [
      '/peers/p/tables/1/name: "t" is already the name of /tables/0',
      "/peers/p/tables/1/store/0: unknown store option 'x'",
    ]);
  });
});

test('what a node gets has every default, data in their order, and what stick rules ask for', () => {
  const { stickTables, backends } = snapshotOf({
    peers: [{ name: 'p', tables: [{ name: 't', type: 'string', size: 5, store: ['gpc(2)'] }] }],
    frontends: [{ name: 'f', stickTable: { type: 'ipv6', size: 7, expire: '1m', nopurge: true, srvkey: 'addr' } }],
    backends: [
      {
        name: 'b',
        stickTable: { type: 'binary', len: 4, size: 9, store: ['http_req_rate(10s)', 'gpc0', 'conn_cur'] },
        stickRules: [
          { name: 'on', type: 'on', pattern: 'src' },
          { name: 'match', type: 'match', pattern: 'src', table: 'f' },
        ],
      },
    ],
  });
  assert.deepEqual(stickTables, [
    {
      ...{ name: 'p/t', type: 'string', len: 32, size: 5, expire: 0, nopurge: false, srvkey: 'name' },
      store: [{ type: 'gpc', count: 2, period: 0 }],
    },
    {
      ...{ name: 'f', type: 'ipv6', len: 0, size: 7, expire: 60_000, nopurge: true, srvkey: 'addr' },
      store: ['server_id', 'server_key'].map((type) => ({ type, count: 1, period: 0 })),
    },
    {
      ...{ name: 'b', type: 'binary', len: 4, size: 9, expire: 0, nopurge: false, srvkey: 'name' },
      store: [
        { type: 'server_id', count: 1, period: 0 },
        { type: 'gpc0', count: 1, period: 0 },
        { type: 'conn_cur', count: 1, period: 0 },
        { type: 'http_req_rate', count: 1, period: 10_000 },
        { type: 'server_key', count: 1, period: 0 },
      ],
    },
  ]);
  assert.deepEqual(
    backends[0]?.stickRules.map(({ table }) => table),
    ['b', 'f'],
  );
});

test('data are read with their number and period', () => {
  const cases: [string, object][] = [
    ['gpc0', { type: 'gpc0', count: 1, period: 0 }],
    ['gpt(100)', { type: 'gpt', count: 100, period: 0 }],
    ['gpc_rate(3,10s)', { type: 'gpc_rate', count: 3, period: 10_000 }],
    ['conn_rate(250)', { type: 'conn_rate', count: 1, period: 250 }],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseStoredData(text), expected, text);
});
