/** What counts in an entry, by where it is tracked and what happens: the same as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawClient } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type CountingCase, countingCases, twoRequests } from './counting-cases.ts';
import { entriesOf, type Ports, type Site, startBoth } from './site.ts';

/** Bytes are left out: HAProxy counts its inner form of a head, Sluice what is on the wire. */
const stored = [
  'gpc0,gpc1,gpc0_rate(1h),gpc1_rate(1h),gpt0,conn_cnt,conn_cur,conn_rate(1h),sess_cnt,sess_rate(1h)',
  'http_req_cnt,http_req_rate(1h),http_err_cnt,http_err_rate(1h),http_fail_cnt,http_fail_rate(1h)',
].join(',');

function section({ frontend, backend = [], mode }: CountingCase, index: number, { frontends, servers }: Ports): string {
  const lines = (list: readonly string[]) =>
    list.filter((line) => line !== 'NO SERVER').map((line) => ` ${line.replace(/\btable T\b/, `table t${index}`)}\n`);
  const inMode = mode === undefined ? '' : ` mode ${mode}\n`;
  const server = backend.includes('NO SERVER') ? 1 : servers[0];
  return `backend t${index}
 stick-table type string len 40 size 1k store ${stored}
frontend f${index}
${inMode} bind 127.0.0.1:${frontends[index]}
 default_backend b${index}
${lines(frontend).join('')}backend b${index}
${inMode}${lines(backend).join('')} server s 127.0.0.1:${server}
`;
}

test('what is tracked counts as in HAProxy', async (t) => {
  const both = await startBoth(t, countingCases.length, (ports) =>
    countingCases.map((each, index) => section(each, index, ports)).join(''),
  );
  if (both === undefined) return;
  for (const [index, each] of countingCases.entries()) {
    await t.test(each.name, async (subtest) => {
      const play = async (site: Site) => {
        for (const request of each.requests ?? twoRequests) {
          // A connection may be rejected before the client knows that it stands.
          const client = await rawClient(subtest, site.ports[index] ?? 0).catch(() => undefined);
          if (client === undefined) continue;
          client.send(request);
          if (each.leaves !== true) await client.untilClosed();
          client.socket.destroy();
        }
      };
      await Promise.all([play(both.haproxy), play(both.sluice)]);
      const show = async (site: Site) => entriesOf(await site.ask(`show table t${index}`));
      let [theirs, ours] = ['', ''];
      // Both notice in their own time that a client has gone, and workers tell the supervisor in theirs.
      await waitFor(
        'the same counts',
        async () => {
          [theirs, ours] = await Promise.all([show(both.haproxy), show(both.sluice)]);
          return theirs === ours && !theirs.includes('use=1');
        },
        15_000,
      ).catch(() => assert.equal(ours, theirs));
    });
  }
});
