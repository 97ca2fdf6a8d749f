/** What is tracked stands in the line of the log as in HAProxy's, while it is still tracked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Ports, type Site, startBoth } from './site.ts';

const format = [
  '%[sc_http_req_cnt(0)] %[sc0_conn_cur] %[sc1_http_req_rate] %[sc_get_gpc0(1)] %[sc_trackers(0)] %[sc2_conn_cnt]',
  '%[src_conn_cnt(t)] %[src,table_http_req_cnt(t)] %[src,in_table(u)] %[table_cnt(t)] %[sc0_tracked] %[sc2_tracked]',
].join(' ');

const text =
  (log: number) =>
  ({ frontends, servers }: Ports) =>
    `backend t
 stick-table type ip size 10 store http_req_cnt,conn_cur,conn_cnt
backend u
 stick-table type string size 10 store http_req_rate(1h),gpc0
defaults
 mode http
 timeout client 5s
 timeout server 5s
 timeout connect 5s
 log 127.0.0.1:${log} format raw local0
frontend f
 bind 127.0.0.1:${frontends[0]}
 log-format "${format}"
 tcp-request connection track-sc0 src table t
 http-request track-sc1 path table u
 http-request sc-inc-gpc0(1)
 http-request deny if { path /deny }
 default_backend b
frontend g
 mode tcp
 bind 127.0.0.1:${frontends[1]}
 log-format "%[sc0_conn_cur] %[sc1_conn_cnt] %[sc_conn_cnt(0)] %[src_conn_cnt(t)]"
 tcp-request connection track-sc0 src table t
 tcp-request content track-sc1 src table t
 default_backend c
backend b
 server s 127.0.0.1:${servers[0]}
backend c
 mode tcp
 server s 127.0.0.1:${servers[0]}
`;

test('lines of the log tell what is tracked as those of HAProxy do', async (t) => {
  const log = await startLogReceiver(t);
  const both = await startBoth(t, 2, text(log.port));
  if (both === undefined) return;
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  const closing = 'Connection: close\r\n';
  const play = async (site: Site): Promise<string[]> => {
    // Who looked whether it listens was counted.
    await site.send(0, get('/first', closing));
    await waitFor('empty tables', async () => {
      await site.ask('clear table t');
      await site.ask('clear table u');
      return / used:0\n/.test(await site.ask('show table t'));
    });
    await log.take(1);
    await site.send(0, get('/a') + get('/a') + get('/b', closing), /(?:\r\n\r\n.*){3}/s);
    await site.send(0, get('/deny', closing));
    await waitFor('their lines', () => log.lines.length === 4);
    await site.send(1, get('/', closing));
    await waitFor('the line of a stream', () => log.lines.length === 5);
    return log.take(5);
  };
  const theirs = await play(both.haproxy);
  assert.deepEqual(await play(both.sluice), theirs);
});
