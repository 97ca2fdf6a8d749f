/** show table, set table and clear table: the same words and columns as HAProxy's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesOf, startBoth } from './site.ts';

const all = [
  'server_id,gpt0,gpc0,gpc0_rate(10s),conn_cnt,conn_rate(10s),conn_cur,sess_cnt,sess_rate(10s)',
  'http_req_cnt,http_req_rate(10s),http_err_cnt,http_err_rate(10s),bytes_in_cnt,bytes_in_rate(10s)',
  'bytes_out_cnt,bytes_out_rate(10s),gpc1,gpc1_rate(10s),server_key,http_fail_cnt,http_fail_rate(10s)',
].join(',');

const tables = `backend all
 stick-table type ip size 1k expire 10m store ${all}
backend arr
 stick-table type string len 12 size 1k store gpt(2),gpc(3),gpc_rate(2,10s)
backend bin
 stick-table type binary len 8 size 100 store gpc0
backend six
 stick-table type ipv6 size 100 store gpc0
backend num
 stick-table type integer size 4 store gpc0
backend full
 stick-table type integer size 4 nopurge
`;

const numbers = [1, 2, 3, 4, 5, 6, 7];

/** In this order; each works on what those before it have left. "set table all" is not among them: HAProxy 2.6.12 clears it. */
const lines = [
  'show table',
  'show table nope',
  'show table all',
  'show table all key 1.2.3.4',
  'set table all key 1.2.3.4 data.gpc0 5 data.conn_cnt 7 data.http_req_rate 9 data.server_id 3 data.gpt0 1 data.conn_cur 2',
  'show table all',
  'show table all key 1.2.3.4',
  'set table all key 1.2.3.4 data.gpc0 6 data.foo 5',
  'set table all key 1.2.3.4 data.gpc 5',
  'set table all key 1.2.3.4 data.gpc0',
  'set table all key 1.2.3.4 data.gpc0 x',
  'set table all key 1.2.3.4 data.gpt0 -1',
  'set table all key 1.2.3.4 data.gpc1 4294967297 data.server_id -1 data.server_key 5',
  'show table all',
  'set table all key 1.2.3.4 foo 3',
  'set table all key',
  'set table',
  'set table nope key 1 data.gpc0 1',
  'set table all key 1.2.3.5',
  'set table all data.gpc0 eq 1',
  'set table all foo',
  ...['gt', 'ge', 'eq', 'ne', 'lt', 'le'].map((operator) => `show table all data.gpc0 ${operator} 6`),
  'show table all data.gpc0 foo 5',
  'show table all data.gpc0 gt',
  'show table all data.gpc0 gt x',
  'show table all data.gpc gt 4',
  'show table all data.foo gt 4',
  'show table all data.gpc0 gt 4 data.conn_cnt eq 7',
  'show table all data.gpc0 gt 4 data.conn_cnt eq 8',
  'show table all data.gpc0 gt 4 foo',
  `show table all${' data.gpc0 gt 1'.repeat(4)}`,
  `show table all${' data.gpc0 gt 1'.repeat(5)}`,
  'show table all data.http_req_rate gt 4',
  'show table all foo',
  'show table all key',
  'show table all key 9.9.9.9',
  'set table arr key abc data.gpc0 1',
  'set table arr key abc data.gpc 1',
  'set table arr key abc data.gpc[1] 1',
  'set table arr key abcdefghijklmnop data.gpt 5',
  'set table arr key a\\ b\\=c\\\\d',
  'show table arr',
  'show table arr key abc',
  'set table bin key 0102 data.gpc0 1',
  'show table bin key 0102',
  'clear table bin key 0102',
  'show table bin',
  'set table six key ::1 data.gpc0 1',
  'set table six key 2001:db8::1:0:0:1',
  'set table six key ::ffff:1.2.3.4',
  'set table six key 1.2.3.4 data.gpc0 1',
  'show table six',
  'set table num key -1 data.gpc0 1',
  'set table num key abc data.gpc0 1',
  'set table num key 4294967296 data.gpc0 1',
  ...numbers.map((number) => `set table num key ${number * 100} data.gpc0 ${number}`),
  'show table num',
  ...numbers.map((number) => `set table full key ${number}`),
  'show table full',
  'show table',
  'clear table',
  'clear table nope',
  'clear table num key 700',
  'clear table num key 99',
  'show table num',
  'clear table num data.gpc0 eq 6',
  'show table num',
  'clear table num data.gpc0 foo 6',
  'clear table arr foo',
  'clear table arr key',
  'clear table arr',
  'show table arr',
];

test('commands for stick tables are answered as by HAProxy', async (t) => {
  const both = await startBoth(
    t,
    1,
    ({ frontends }) => `${tables}frontend f
 bind 127.0.0.1:${frontends[0]}
 http-request track-sc0 req.hdr(k) table arr
 http-request track-sc1 req.hdr(k) table bin
 http-request return status 200
`,
    2,
  );
  if (both === undefined) return;
  for (const line of lines) {
    await t.test(line, async () => {
      const [theirs, ours] = await Promise.all([both.haproxy.ask(line), both.sluice.ask(line)]);
      const words = (text: string) => text.replaceAll(/^0x.*\n/gm, '');
      assert.equal(words(ours), words(theirs));
      assert.equal(entriesOf(ours), entriesOf(theirs));
    });
  }
});
