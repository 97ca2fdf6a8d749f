/** Userlists as resources: written as a whole and user by user, and guarded while a rule asks them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putSite, startControlPlane } from './harness.ts';

const password = '$5$abcdefgh$GzAL/HPD/MYJIjVUUnvBTiqueLrt/LVxJEZtz0qaNX2';

test('a userlist is kept, its users change one by one, and it cannot go while it is asked', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const created = await api.put('/v1/userlists/staff', { groups: ['admin'], users: [{ name: 'ann', password }] });
  assert.equal(created.status, 201);
  const bob = { insecurePassword: 'elgato', groups: ['admin'] };
  assert.equal((await api.put('/v1/userlists/staff/users/bob', bob)).status, 201);
  assert.equal((await api.patch('/v1/userlists/staff/users/ann', { groups: ['admin'] })).status, 200);
  const { users } = (await api.get('/v1/userlists/staff')).body;
  assert.deepEqual(users, [
    { name: 'ann', password, groups: ['admin'] },
    { name: 'bob', ...bob },
  ]);
  const rule = { action: 'auth', realm: 'site', unless: '{ http_auth_group(staff) admin }' };
  assert.equal((await api.put('/v1/backends/app/http-request-rules/ask', rule)).status, 201);
  const refused = await api.delete('/v1/userlists/staff');
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body.referencedBy, ['/v1/backends/app']);
  const groups = await api.patch('/v1/userlists/staff', { groups: [] });
  assert.equal(groups.status, 422);
  assert.equal((await api.delete('/v1/backends/app/http-request-rules/ask')).status, 204);
  assert.equal((await api.delete('/v1/userlists/staff/users/bob')).status, 204);
  assert.equal((await api.delete('/v1/userlists/staff')).status, 204);
});

test('what is wrong with users is told where it stands', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const { status, body } = await api.put('/v1/userlists/staff', {
    groups: ['admin'],
    users: [
      { name: 'ann', password: '$2y$10$abc', insecurePassword: 'x' },
      { name: 'ann', groups: ['amin'] },
    ],
  });
  assert.equal(status, 422);
  assert.deepEqual(
    body.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => `${pointer}: ${detail}`),
    [
      '/users/1/name: "ann" is already the name of /users/0',
      '/users/0/insecurePassword: a user has either password or insecurePassword, not both',
      '/users/0/password: is a hash of bcrypt, which Sluice has not got; it knows DES, MD5 ("$1$"), SHA-256 ("$5$") and SHA-512 ("$6$")',
      '/users/1/groups/0: there is no group "amin"; did you mean "admin"?',
    ],
  );
  const rule = { action: 'auth', unless: '{ http_auth(stuff) }' };
  const unknown = await api.put('/v1/backends/app/http-request-rules/ask', rule);
  assert.equal(unknown.body.errors[0].detail, 'column 1: "http_auth": there is no userlist "stuff"');
});
