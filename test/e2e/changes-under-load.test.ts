/** Many changes of the configuration while traffic flows: none of them costs a request. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { runLoad } from '../../lab/load.ts';
import { api } from '../../lab/sluice.ts';
import { requireProgram } from '../support/require-program.ts';
import { startServingSite } from './site.ts';

const changes = 400;
const pace = 5;

test('200 changes a second for 2 s under load: every one is applied and no request fails', async (context) => {
  if (requireProgram(context, 'nginx') === undefined) return;
  const site = await startServingSite(context);
  const end = new AbortController();
  const load = runLoad({ url: site.web, users: 8, signal: end.signal });
  context.after(() => end.abort());
  const start = performance.now();
  const change = async (index: number) => {
    await delay(Math.max(0, start + index * pace - performance.now()));
    const path = '/v1/backends/app/servers/nginx1?wait=applied';
    await api(site.api, 'PATCH', path, { weight: 1 + (index % 200) });
  };
  await Promise.all(Array.from({ length: changes }, (_, index) => change(index)));
  const seconds = (performance.now() - start) / 1_000;
  end.abort();
  const { failures, requests } = await load;
  assert.deepEqual(failures, []);
  assert.ok(requests > 50, `only ${requests} requests`);
  assert.ok(seconds < 15, `${changes} changes took ${seconds.toFixed(1)} s`);
});
