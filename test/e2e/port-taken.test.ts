/** A frontend on a port that another program holds: the node refuses the version and says why. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../lab/free-port.ts';
import { api } from '../../lab/sluice.ts';
import { requireProgram } from '../support/require-program.ts';
import { startServingSite } from './site.ts';

interface VersionStatus {
  state: string;
  nodes: { state: string; errors: { resource: string; pointer: string; detail: string }[] }[];
}

test('a frontend on a taken port is refused with resource and reason; the old version serves on', async (context) => {
  if (requireProgram(context, 'nginx') === undefined) return;
  const site = await startServingSite(context);
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  context.after(() => other.close());
  await once(other, 'listening');

  const frontend = { binds: [{ name: 'taken', address: '127.0.0.1', port }], defaultBackend: 'app' };
  const answer = await fetch(`${site.api}/v1/frontends/second?wait=applied&timeout=10s`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(frontend),
  });
  assert.equal(answer.status, 202);
  const status = (await answer.json()) as VersionStatus;
  assert.equal(status.state, 'rejected');
  const errors = status.nodes.flatMap((node) => node.errors);
  assert.ok(
    errors.some(({ resource, detail }) => resource.startsWith('/frontends/second') && /in use|EADDRINUSE/.test(detail)),
    JSON.stringify(errors),
  );
  assert.ok((await fetch(site.web)).ok, 'the old version no longer serves');

  await api(site.api, 'DELETE', '/v1/frontends/second?wait=applied');
  assert.ok((await fetch(site.web)).ok);
});
