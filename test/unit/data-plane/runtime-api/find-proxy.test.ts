/** Numbers of proxies and servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBackend, findServer, proxiesOf, serversOf } from '../../../../data-plane/node/runtime-api/find-proxy.ts';
import { snapshotOf } from '../../../support/versions.ts';

const server = (name: string) => ({ name, address: '127.0.0.1', port: 9001 });
const snapshot = snapshotOf({
  global: { statsSockets: [{ address: 'unix@/run/cli.sock' }] },
  frontends: [{ name: 'web' }, { name: 'admin', disabled: true, id: 7 }],
  backends: [
    { name: 'app', servers: [server('s1'), { ...server('s2'), id: 1 }] },
    { name: 'web', servers: [server('#1')] },
  ],
});

test('proxies and servers have their numbers; the stats sockets are proxy 1', () => {
  assert.deepEqual(
    proxiesOf(snapshot).map(({ id, kind, proxy }) => `${id} ${kind} ${proxy.name}`),
    ['2 frontend web', '7 frontend admin', '4 backend app', '5 backend web'],
  );
  const [app] = snapshot.backends;
  assert.ok(app);
  assert.deepEqual(
    serversOf(app).map(({ id, server: { name } }) => `${id} ${name}`),
    ['2 s1', '1 s2'],
  );
});

test('servers are found by name or number, or it is said what is missing', () => {
  const found = (word: string | undefined) => {
    const answer = findServer(snapshot, word);
    return 'text' in answer ? answer.text : `${answer.backend.name}/${answer.server.name}`;
  };
  assert.equal(found('app/s2'), 'app/s2');
  assert.equal(found('#4/#2'), 'app/s1');
  assert.equal(found('web/#1'), 'web/#1');
  for (const word of [undefined, '', 'app', 'app/']) assert.equal(found(word), "Require 'backend/server'.\n");
  for (const word of ['/s1', 'admin/s1', '#2/#1', '#/s1']) assert.equal(found(word), 'No such backend.\n');
  for (const word of ['app/s3', 'app/#3']) assert.equal(found(word), 'No such server.\n');
  assert.equal(findBackend(snapshot, '4'), undefined);
});
