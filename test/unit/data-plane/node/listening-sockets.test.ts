/** Binding sockets: what goes wrong is told in plain words, and changes of address on one port work. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ListeningSockets } from '../../../../data-plane/node/listening-sockets.ts';
import { freePort } from '../../../../lab/free-port.ts';
import type { Bind } from '../../../../shared/model/bind.ts';
import { snapshotOf } from '../../../support/versions.ts';

function snapshotWith(...binds: Partial<Bind>[]) {
  const named = binds.map((bind, index) => ({ name: `b${index}`, port: 1, ...bind }));
  return snapshotOf({ frontends: [{ name: 'web', binds: named }] });
}

test('a port in use by another program, and no socket left open beside it', async (context) => {
  const other = createServer().listen(0, '127.0.0.1');
  context.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const free = await freePort();
  const sockets = new ListeningSockets();
  context.after(() => sockets.closeAll());
  const snapshot = snapshotWith({ address: '127.0.0.1', port: free }, { address: '127.0.0.1', port });
  const { opened, errors } = sockets.open(snapshot);
  assert.deepEqual(opened, []);
  assert.deepEqual(errors, [
    {
      resource: '/frontends/web',
      pointer: '/binds/1/port',
      detail: `127.0.0.1:${port} is already in use by another program`,
    },
  ]);
  assert.deepEqual(sockets.select(new Set([`127.0.0.1:${free}`])), []);
});

test('an address this machine does not have', () => {
  const { errors } = new ListeningSockets().open(snapshotWith({ address: '192.0.2.77', port: 8081 }));
  assert.deepEqual(errors, [
    {
      resource: '/frontends/web',
      pointer: '/binds/0/address',
      detail: '192.0.2.77:8081 cannot be opened: this machine has no such address',
    },
  ]);
});

test('the same port may go from every address to one while both are open', async (context) => {
  const port = await freePort();
  const sockets = new ListeningSockets();
  const everywhere = snapshotWith({ port });
  const [wide] = sockets.open(everywhere).opened;
  assert.ok(wide);
  const server = createServer().listen(wide.handle);
  context.after(() => server.close());
  await once(server, 'listening');
  const { opened, errors } = sockets.open(snapshotWith({ address: '127.0.0.1', port }));
  assert.deepEqual(errors, []);
  assert.equal(opened.length, 1);
  const rival = new ListeningSockets();
  assert.equal(rival.open(everywhere).errors.length, 1, 'another node does not share the port by accident');
  sockets.closeAll();
});

test('a disabled frontend opens nothing', async () => {
  const snapshot = snapshotOf({ frontends: [{ name: 'web', disabled: true, binds: [{ name: 'a', port: 1 }] }] });
  assert.deepEqual(new ListeningSockets().open(snapshot), { opened: [], errors: [] });
});
