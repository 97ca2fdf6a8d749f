/** Stick tables of a node: limits hold whatever the number of workers, and nothing is lost when one dies or a version comes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { type RawClient, rawClient } from '../../support/raw-http.ts';
import { ask } from '../../support/runtime-client.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

type Frontend = NonNullable<ConfigDocument['frontends']>[number];

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

async function startSite(t: TestContext, workers: number, frontend: Partial<Frontend>) {
  const control = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: control.url, workers });
  await control.heard('hello');
  const port = await freePort();
  const socket = join(await temporaryFolder(), 's');
  let number = 0;
  const apply = async (more: Partial<Frontend>) => {
    const config: ConfigDocument = {
      global: { statsSockets: [{ address: socket, level: 'admin' }] },
      frontends: [{ name: 'web', binds: [{ name: 'b', address: '127.0.0.1', port }], ...frontend, ...more }],
    };
    assert.equal((await control.apply(versionOf(++number, config))).type, 'ack');
  };
  const pids = () =>
    control.messages.findLast((message) => message.type === 'status')?.workers.map(({ pid }) => pid) ?? [];
  await apply({});
  await waitFor('all workers', () => pids().length === workers);
  return {
    port,
    pids,
    apply,
    table: () => ask(t, socket, 'show table web'),
    command: (line: string) => ask(t, socket, line),
  };
}

const clients = (t: TestContext, port: number, count: number) =>
  Promise.all(Array.from({ length: count }, () => rawClient(t, port)));

/** Sends requests round the connections at a rate (per second), and answers how many there were of each status. */
async function load(connections: readonly RawClient[], count: number, rate: number): Promise<Record<string, number>> {
  const begun = performance.now();
  let sent = 0;
  await waitFor('all to be sent', () => {
    for (; sent < Math.min(count, ((performance.now() - begun) * rate) / 1_000); sent++) {
      connections[sent % connections.length]?.send(request);
    }
    return sent >= count;
  });
  const statuses = () => connections.flatMap(({ received }) => received.match(/HTTP\/1\.1 \d{3}/g) ?? []);
  await waitFor('all answers', () => statuses().length >= count);
  const counts: Record<string, number> = {};
  for (const status of statuses()) counts[status.slice(-3)] = (counts[status.slice(-3)] ?? 0) + 1;
  return counts;
}

const limited: Partial<Frontend> = {
  stickTable: { type: 'ip', size: 1_000, expire: '1m', store: ['http_req_rate(1h)', 'http_req_cnt'] },
  httpRequestRules: [
    { name: 'track', action: 'track-sc0', key: 'src' },
    { name: 'limit', action: 'deny', status: 429, if: '{ sc_http_req_rate(0) gt 100 }' },
    { name: 'answer', action: 'return', status: 200 },
  ],
};

for (const workers of [1, 2, 4]) {
  test(`a limit of 100 requests holds within 5 % with ${workers} workers at 500 requests a second`, async (t) => {
    const site = await startSite(t, workers, limited);
    const statuses = await load(await clients(t, site.port, 16), 600, 500);
    assert.ok((statuses['200'] ?? 0) >= 95 && (statuses['200'] ?? 0) <= 105, JSON.stringify(statuses));
    assert.equal((statuses['200'] ?? 0) + (statuses['429'] ?? 0), 600);
    await waitFor('all to be counted', async () =>
      /http_req_cnt=600 http_req_rate\(3600000\)=600\n/.test(await site.table()),
    );
  });
}

test('connections of a worker that dies are not counted as open any more, those of others are', async (t) => {
  const site = await startSite(t, 2, {
    stickTable: { type: 'ip', size: 10, store: ['conn_cur', 'conn_cnt'] },
    tcpRequestRules: [{ name: 'track', type: 'connection', action: 'track-sc0', key: 'src' }],
    httpRequestRules: [{ name: 'answer', action: 'return', status: 200 }],
  });
  const open = await clients(t, site.port, 20);
  for (const client of open) client.send(request);
  await Promise.all(open.map((client) => client.until('200 OK')));
  await waitFor('all to be counted', async () => /use=20 .*conn_cnt=20 conn_cur=20\n/.test(await site.table()));
  process.kill(site.pids()[0] ?? 0, 'SIGKILL');
  const alive = () => open.filter(({ ended, failed }) => !ended && !failed).length;
  await waitFor('those of the other worker', async () => {
    const count = new RegExp(`use=${alive()} .*conn_cnt=20 conn_cur=${alive()}\n`);
    return alive() < 20 && count.test(await site.table());
  });
  assert.match(await site.command('clear table web key 127.0.0.1'), alive() > 0 ? /currently in use/ : /^\n$/);
});

test('a worker that takes the place of another knows what was counted; so does one that is added', async (t) => {
  const counting: Partial<Frontend> = {
    stickTable: { type: 'ip', size: 10, store: ['gpc0'] },
    httpRequestRules: [
      {
        name: 'answer',
        action: 'return',
        status: 200,
        headers: [{ name: 'Count', value: '%[src_inc_gpc0]' }],
      },
    ],
  };
  const site = await startSite(t, 2, counting);
  const count = async () => {
    const [client] = await clients(t, site.port, 1);
    client?.send(request);
    return Number(/count: (\d+)/i.exec((await client?.until('\r\n\r\n')) ?? '')?.[1]);
  };
  let expected = 0;
  const expectCounted = async () => {
    expected++;
    assert.ok((await count()) >= 1);
    await waitFor('it to be counted', async () => new RegExp(`gpc0=${expected}\n`).test(await site.table()));
  };
  for (let number = 0; number < 5; number++) await expectCounted();
  const before = site.pids();
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await waitFor(
    'others in their place',
    () => site.pids().length === 2 && site.pids().every((pid) => !before.includes(pid)),
  );
  assert.equal(await count(), 6);
});

test('a version that leaves the table as it is keeps what was counted; another definition begins anew', async (t) => {
  const site = await startSite(t, 2, limited);
  await load(await clients(t, site.port, 4), 40, 1_000);
  const counted = async (number: number) => new RegExp(`http_req_cnt=${number} `).test(await site.table());
  await waitFor('all to be counted', () => counted(40));
  await site.apply({ maxconn: 500 });
  await load(await clients(t, site.port, 4), 10, 1_000);
  await waitFor('all to be counted', () => counted(50));
  await site.apply({ stickTable: { ...limited.stickTable, type: 'ip', size: 2_000, store: ['http_req_rate(1h)'] } });
  assert.equal(await site.table(), '# table: web, type: ip, size:2000, used:0\n\n');
});

test('what an operator sets and clears reaches every worker', async (t) => {
  const site = await startSite(t, 4, limited);
  await site.command('set table web key 127.0.0.1 data.http_req_rate 1000');
  const before = await load(await clients(t, site.port, 8), 40, 1_000);
  assert.deepEqual(before, { 429: 40 });
  await waitFor('none to be tracked', async () => {
    await site.command('clear table web key 127.0.0.1');
    return /used:0\n/.test(await site.table());
  });
  assert.deepEqual(await load(await clients(t, site.port, 8), 40, 1_000), { 200: 40 });
});
