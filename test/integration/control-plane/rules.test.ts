/** Rules of all lists as resources: written one by one, in the order of their priority, and guarded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putSite, startControlPlane } from './harness.ts';

const lists: [string, string, object, object][] = [
  [
    'frontends/web',
    'tcp-request-rules',
    { type: 'connection', action: 'reject' },
    { type: 'content', action: 'set-src', expression: 'src,ipmask(24)', if: 'WAIT_END' },
  ],
  ['frontends/web', 'http-response-rules', { action: 'deny', status: 404 }, { action: 'del-header', header: 'Server' }],
  ['frontends/web', 'http-after-response-rules', { action: 'set-status', status: 299 }, { action: 'allow' }],
  ['backends/app', 'tcp-request-rules', { type: 'content', action: 'reject' }, { type: 'content', action: 'accept' }],
  [
    'backends/app',
    'tcp-response-rules',
    { action: 'close', if: '{ res.hdr(x) a }' },
    { action: 'set-log-level', level: 'debug' },
  ],
  ['backends/app', 'http-response-rules', { action: 'deny' }, { action: 'allow' }],
  ['backends/app', 'http-after-response-rules', { action: 'allow' }, { action: 'strict-mode', strict: false }],
  ['defaults/d', 'tcp-request-rules', { type: 'session', action: 'reject' }, { type: 'content', action: 'accept' }],
  ['defaults/d', 'tcp-response-rules', { action: 'close' }, { action: 'accept' }],
  ['defaults/d', 'http-request-rules', { action: 'deny' }, { action: 'set-path', value: '/' }],
  ['defaults/d', 'http-response-rules', { action: 'deny' }, { action: 'allow' }],
  ['defaults/d', 'http-after-response-rules', { action: 'allow' }, { action: 'del-header', header: 'a' }],
  [
    'backends/app',
    'stick-rules',
    { type: 'on', pattern: 'src', table: 'web' },
    { type: 'match', pattern: 'path', table: 'shared/paths' },
  ],
  [
    'frontends/web',
    'http-request-rules',
    { action: 'track-sc0', key: 'src' },
    { action: 'sc-set-gpt0', counter: 0, value: 3 },
  ],
  ['backends/app', 'server-switching-rules', { server: 's1', if: '{ path /a }' }, { server: 's1' }],
];

for (const [parent, segment, first, second] of lists) {
  test(`${segment} of ${parent} are resources of their own`, async (t) => {
    const api = await startControlPlane(t);
    await putSite(api);
    await api.put('/v1/defaults/d', {});
    await api.put('/v1/peers/shared', { tables: [{ name: 'paths', type: 'string', size: 10 }] });
    await api.patch('/v1/frontends/web', { stickTable: { type: 'ip', size: 10 } });
    const url = `/v1/${parent}/${segment}`;
    assert.equal((await api.put(`${url}/one`, first)).status, 201);
    assert.equal((await api.put(`${url}/two`, { ...second, priority: 50 })).status, 201);
    const { body } = await api.get(url);
    assert.deepEqual(body.items.map(({ name }: { name: string }) => name).sort(), ['one', 'two']);
    const field = segment.replaceAll(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
    const document = (await api.get(`/v1/${parent}`)).body;
    assert.deepEqual(
      document[field].map(({ name }: { name: string }) => name),
      ['two', 'one'],
    );
    assert.equal((await api.put(`/v1/${parent}`, document)).status, 200);
    assert.equal((await api.delete(`${url}/one`)).status, 204);
    assert.equal((await api.get(`${url}/one`)).status, 404);
  });
}

test('a server and an error file cannot go while a rule names them', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  await api.put('/v1/error-files/sorry', { content: 'sorry' });
  await api.put('/v1/frontends/web/http-request-rules/r', { action: 'return', status: 503, errorfile: 'sorry' });
  const refused = await api.delete('/v1/error-files/sorry');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body.referencedBy, ['/v1/frontends/web/http-request-rules/r']);
  await api.put('/v1/backends/app/server-switching-rules/r', { server: 's1' });
  assert.equal((await api.delete('/v1/backends/app/servers/s1')).status, 422);
});

test('rules of defaults are guarded and kept, and what takes them is told who else does', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  await api.put('/v1/defaults/d', { acls: [{ name: 'in', criterion: 'path_beg', values: ['/in'] }] });
  const rule = { action: 'deny', if: 'in' };
  assert.equal((await api.put('/v1/defaults/d/http-request-rules/r', rule)).status, 201);
  assert.equal((await api.delete('/v1/defaults/d/acls/in')).status, 422);
  assert.equal((await api.patch('/v1/frontends/web', { from: 'd' })).status, 200);
  const refused = await api.patch('/v1/backends/app', { from: 'd' });
  assert.equal(refused.status, 422);
  assert.equal(refused.body.errors[0].pointer, '/from');
  const capturing = {
    requestCaptures: [{ length: 9 }],
    httpRequestRules: [{ name: 'c', action: 'capture', expression: 'path', slot: 0 }],
  };
  assert.equal((await api.patch('/v1/defaults/d', capturing)).status, 200);
  const text = String((await api.get('/v1/config/haproxy')).body);
  assert.match(text, /defaults d\n {4}mode http\n {4}acl in path_beg -- \/in\n {4}http-request capture path len 9\n/);
  const { status, body } = await api.call('PUT', '/v1/config/haproxy', text, { 'content-type': 'text/plain' });
  assert.equal(status, 200, JSON.stringify(body));
  const again = String((await api.get('/v1/config/haproxy')).body);
  assert.match(again, /backend app\n(?: {4}.*\n)+\ndefaults d\n/, 'what takes no defaults stands above them');
  const { requestCaptures, acls } = (await api.get('/v1/defaults/d')).body;
  assert.deepEqual([requestCaptures, acls[0].name], [[{ length: 9 }], 'in']);
});
