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
