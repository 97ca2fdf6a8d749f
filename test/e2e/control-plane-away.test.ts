/** Nodes live without their control plane: they go on serving, and start from their snapshot cache. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api } from '../../lab/sluice.ts';
import { waitUntil } from '../../lab/wait-until.ts';
import { requireProgram } from '../support/require-program.ts';
import { configureSite, startControlPlane, startDataPlane, startSite, waitForWeb } from './site.ts';

test('with the control plane stopped a restarted node serves from its cache, and connects again later', async (context) => {
  if (requireProgram(context, 'nginx') === undefined) return;
  const site = await startSite(context);
  const control = await startControlPlane(site);
  const node = await startDataPlane(site);
  await configureSite(site);

  await control.stop();
  assert.ok((await fetch(site.web)).ok, 'the node stopped serving with its control plane');
  await node.stop();
  await assert.rejects(fetch(site.web), 'the node still serves after it was stopped');
  await startDataPlane(site);
  await waitForWeb(site);
  await assert.rejects(fetch(`${site.api}/readyz`), 'the control plane was to be away');

  await startControlPlane(site);
  // Reconnecting backs off with jitter, up to 30 s.
  const document = await waitUntil(
    'the node to connect again',
    async () => {
      const view = await api<{ state: string; source: string }>(site.api, 'GET', '/v1/nodes/node1');
      return view.state === 'connected' && view;
    },
    { timeout: 40_000 },
  );
  assert.equal(document.source, 'cache');
});
