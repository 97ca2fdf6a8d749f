/** What expressions answer of stick tables: the same as in HAProxy, fetch by fetch and converter by converter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stickConverters, stickFetches, stickTableFetches } from '../../../shared/language/stick-samples.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Ports, type Site, startBoth } from './site.ts';

/** Rates count over an hour, so that nothing changes by itself. Bytes are counted another way than HAProxy does. */
const tables = `backend std
 stick-table type string len 40 size 1k expire 1h store server_id,gpc0,gpc1,gpc0_rate(1h),gpc1_rate(1h),gpt0,conn_cnt,conn_cur,conn_rate(1h),sess_cnt,sess_rate(1h),http_req_cnt,http_req_rate(1h),http_err_cnt,http_err_rate(1h),http_fail_cnt,http_fail_rate(1h)
backend arr
 stick-table type string len 12 size 1k store gpt(2),gpc(3),gpc_rate(2,1h)
backend ip
 stick-table type ip size 1k expire 1h store gpc0,conn_cnt,http_req_cnt
backend six
 stick-table type ipv6 size 1k store gpc0
backend num
 stick-table type integer size 1k store gpc0_rate(1h)
backend bin
 stick-table type binary len 6 size 1k store gpt0
`;

const isBytes = (name: string) => /bytes/.test(name);
/** HAProxy 2.6.12 dies of them. */
const isDeadly = (name: string) => name === 'src_clr_gpc' || name === 'src_inc_gpc';

/** Every way to write a fetch: what is tracked, what is not, in the table and in another one, and for the source. */
function waysToFetch(name: string): string[] {
  const isArray = stickFetches.some(([known, [first = '']]) => known === name && first.startsWith('index'));
  if (/^sc[0-2]_/.test(name)) return [name, `${name}(std)`, `${name}(arr)`];
  if (name.startsWith('src_'))
    return isArray ? [`${name}(1,arr)`, `${name}(0,ip)`] : [`${name}(ip)`, `${name}(std)`, `${name}(num)`];
  const index = isArray ? ['0,', '2,', '9,'] : [''];
  return index.flatMap((first) => [
    `${name}(${first}0)`,
    `${name}(${first}1)`,
    `${name}(${first}2)`,
    `${name}(${first}3)`,
    `${name}(${first}0,arr)`,
    `${name}(${first}1,std)`,
  ]);
}

const keys = ['src', 'path', 'str(none)', 'int(5)', 'str(5)', 'bool(true)', 'ipv6(::1)', 'hdr(missing)', 'src,hex'];

function waysToConvert(name: string, args: readonly string[]): string[] {
  if (name === 'table_expire' || name === 'table_idle') {
    // A minute may pass between the two.
    const minutes = 'add(60000),div(600000)';
    return [
      ...keys.map((key) => `${key},${name}(std,-9),${minutes}`),
      `path,${name}(arr),${minutes}`,
      `str(none),${name}(std)`,
    ];
  }
  const index = args[0]?.startsWith('index') === true ? ['0,', '1,', '9,'] : [''];
  // Entries that src_inc_gpc0 has made stay in use for ever in HAProxy 2.6.12.
  const named = ['std', 'arr', 'ip', 'six', 'num', 'bin'].filter(
    (table) => name !== 'table_trackers' || table !== 'num',
  );
  return named.flatMap((table) =>
    index.flatMap((first) =>
      keys
        // HAProxy refuses what can never be a key.
        .filter(
          (key) => !(key.startsWith('bool') && /^(?:ip|six)$/.test(table)) && !(key.endsWith('hex') && table === 'num'),
        )
        .map((key) => `${key},${name}(${first}${table})`),
    ),
  );
}

const expressions = [
  ...stickFetches.filter(([name]) => !isBytes(name) && !isDeadly(name)).flatMap(([name]) => waysToFetch(name)),
  ...stickTableFetches.flatMap(([name]) => [`${name}(std)`, `${name}(arr)`, `${name}(ip)`]),
  ...stickConverters.filter(([name]) => !isBytes(name)).flatMap(([name, args]) => waysToConvert(name, args)),
];

const size = 60;
const groups = Array.from({ length: Math.ceil(expressions.length / size) }, (_, index) =>
  expressions.slice(index * size, (index + 1) * size),
);

function frontend(group: readonly string[], index: number, { frontends }: Ports): string {
  const lines = group.map((expression, number) => ` http-request set-var-fmt(txn.v${number}) "%[${expression}]"\n`);
  const fields = group.map((_, number) => ` http-after-response set-header X-${number} %[var(txn.v${number})]\n`);
  return `frontend f${index}
 bind 127.0.0.1:${frontends[index]}
 tcp-request connection track-sc0 src table std
 http-request track-sc1 path table arr
 http-request sc-set-gpt(1,1) 8
 http-request sc-inc-gpc(1,1)
 http-request sc-inc-gpc0(0)
${lines.join('')} http-request return status 200
${fields.join('')}`;
}

test('expressions answer of stick tables what HAProxy answers', async (t) => {
  const both = await startBoth(t, groups.length, (ports) =>
    [tables, ...groups.map((group, index) => frontend(group, index, ports))].join(''),
  );
  if (both === undefined) return;
  // Who looked whether it listens was counted.
  for (const site of [both.haproxy, both.sluice]) {
    await site.send(0, 'GET /first HTTP/1.1\r\nHost: x\r\n\r\n');
    for (const table of ['std', 'arr']) {
      await waitFor('empty tables', async () => {
        await site.ask(`clear table ${table}`);
        return / used:0\n/.test(await site.ask(`show table ${table}`));
      });
    }
  }
  const lines = [
    'set table ip key 127.0.0.1 data.gpc0 3 data.conn_cnt 4',
    'set table six key ::1 data.gpc0 5',
    'set table num key 5 data.gpc0_rate 6',
    'set table std key 5 data.server_id 2 data.gpt0 4294967295',
  ];
  for (const line of lines) for (const site of [both.haproxy, both.sluice]) await site.ask(line);
  for (const [index, group] of groups.entries()) {
    await t.test(`${group[0]} and ${group.length - 1} more`, async () => {
      const play = async (site: Site) => {
        const heads = 'GET /abc HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2);
        const text = await site.send(index, heads, /\r\n\r\n.*\r\n\r\n/s);
        return text.split('\r\n\r\n').flatMap((head) => {
          const shown = (number: number) =>
            new RegExp(`^x-${number}: ?(.*)\r?$`, 'im').exec(head)?.[1]?.trim() ?? 'none';
          return group.map((expression, number) => `${expression} = ${shown(number)}`);
        });
      };
      const theirs = await play(both.haproxy);
      const ours = await play(both.sluice);
      assert.ok(theirs.length > 0);
      const differing = ours.flatMap((line, number) =>
        line === theirs[number] ? [] : [`${line}, HAProxy: ${theirs[number]}`],
      );
      assert.deepEqual(differing, []);
    });
  }
});
