/** Error files as resources: written, used, guarded while somebody answers with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putSite, startControlPlane } from './harness.ts';

const sorry = { status: 503, headers: [{ name: 'content-type', value: 'text/plain' }], content: 'sorry\n' };

test('an error file is kept, used by name, and cannot go while it is used', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const created = await api.put('/v1/error-files/sorry', sorry);
  assert.equal(created.status, 201);
  assert.equal(created.headers.get('location'), '/v1/error-files/sorry');
  const errorPages = [{ status: 503, errorfile: 'sorry' }];
  assert.equal((await api.patch('/v1/backends/app', { errorPages })).status, 200);
  assert.deepEqual((await api.get('/v1/error-files/sorry')).body, { name: 'sorry', ...sorry });
  const refused = await api.delete('/v1/error-files/sorry');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body.referencedBy, ['/v1/backends/app']);
  assert.equal((await api.patch('/v1/backends/app', { errorPages: null })).status, 200);
  assert.equal((await api.delete('/v1/error-files/sorry')).status, 204);
});

test('what is wrong about error pages is told where it stands', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  await api.put('/v1/error-files/sorry', sorry);
  const errorPages = [
    { status: 503, errorfile: 'sory' },
    { status: 404 },
    { status: 503, errorfile: 'sorry', code: 303 },
    { status: 500, string: 'x', lfString: '%[nope]' },
  ];
  const { status, body } = await api.patch('/v1/backends/app', { errorPages });
  assert.equal(status, 422);
  assert.deepEqual(
    body.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => `${pointer}: ${detail}`),
    [
      '/errorPages/0/errorfile: there is no error file "sory"; did you mean "sorry"?',
      '/errorPages/1: an error page needs exactly one of errorfile, errorloc, string, lfString and defaultErrorfiles',
      '/errorPages/2/status: status 503 is named twice',
      '/errorPages/2/code: code needs errorloc',
      '/errorPages/3: an error page needs exactly one of errorfile, errorloc, string, lfString and defaultErrorfiles',
      '/errorPages/3: a content needs contentType',
      '/errorPages/3/lfString: column 3: unknown fetch "nope"',
    ],
  );
  const framing = await api.put('/v1/error-files/bad', { headers: [{ name: 'Content-Length', value: '3' }] });
  assert.equal(framing.status, 422);
  assert.equal(framing.body.errors[0].pointer, '/headers/0/name');
});
