/** The config as a haproxy.cfg: imported with a plan and all that is not carried over, exported, refused line by line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startControlPlane } from './harness.ts';

const text = { 'content-type': 'text/plain' };
const url = '/v1/config/haproxy';
const cfg = `global
    ulimit-n 2000
    user nobody
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web
    bind 127.0.0.1:8081
    default_backend app
backend app
    # the first
    server s1 127.0.0.1:9001 check
`;

test('an import is planned, carried out, and exported as it came', async (t) => {
  const api = await startControlPlane(t);
  const planned = await api.put(`${url}?dryRun=true`, cfg, text);
  assert.equal(planned.status, 200);
  assert.equal(planned.body.version, 0);
  assert.deepEqual(
    planned.body.changes.map(({ action, resource }: { action: string; resource: string }) => `${action} ${resource}`),
    [
      'create /backends/app',
      'create /backends/app/servers/s1',
      'create /defaults/defaults',
      'create /frontends/web',
      'create /frontends/web/binds/bind-1',
    ],
  );
  assert.deepEqual(
    planned.body.skipped.map(({ line, text: words }: { line: number; text: string }) => `${line}: ${words}`),
    ['2: ulimit-n 2000', '3: user nobody'],
  );
  assert.equal((await api.get('/v1/config')).headers.get('config-version'), '0');

  const imported = await api.put(url, cfg, text);
  assert.equal(imported.status, 200);
  assert.equal(imported.body.version, 1);
  assert.equal((await api.get('/v1/backends/app/servers/s1')).body.description, 'the first');

  const exported = await api.get(url);
  assert.match(exported.headers.get('content-type') ?? '', /^text\/plain/);
  assert.match(exported.body, /^frontend web from defaults$/m);
  const again = await api.put(url, exported.body, text);
  assert.deepEqual(again.body.changes, []);
  assert.equal(again.body.version, 1, 'an export imported again changes nothing');
});

test('a condition on what is never there is taken, told and listed as changed', async (t) => {
  const api = await startControlPlane(t);
  const line = 'http-response deny if { path /x }';
  const imported = await api.put(
    url,
    `defaults\n mode http\n timeout client 1s\nfrontend web\n bind 127.0.0.1:8081\n ${line}\n`,
    text,
  );
  assert.equal(imported.status, 200);
  const { changed, warnings } = imported.body;
  assert.deepEqual([changed.length, changed[0].line, changed[0].text], [1, 6, line]);
  assert.match(changed[0].reason, /never holds: "path" needs the head of an HTTP request/);
  assert.match(warnings[0].detail, /^anonymous acl will never match because it uses keyword 'path'/);
  const rule = { name: 'late', action: 'deny', if: '{ path /x }' };
  const refused = await api.put('/v1/frontends/web/http-response-rules/late', rule);
  assert.equal(refused.status, 422);
  assert.match(JSON.stringify(refused.body), /column 3: .*path.* needs the head of an HTTP request/);
});

test('what is refused is told line by line, and nothing changes', async (t) => {
  const api = await startControlPlane(t);
  await api.put(url, cfg, text);
  const refused = await api.put(url, `${cfg}    cookie SRV insert\n    server s1 127.0.0.1:1 dall 3\n`, text);
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.errors.map(({ detail }: { detail: string }) => detail),
    [
      "line 15: 'cookie' in section 'backend' is not supported by Sluice.",
      "line 16: 'server app/s1' : unknown keyword 'dall'; did you mean 'fall' maybe ?",
    ],
  );
  assert.equal((await api.get('/v1/config')).headers.get('config-version'), '1');
});

test('an error file is one that the control plane has already; its own files and environment stay its own', async (t) => {
  const api = await startControlPlane(t);
  const withFile = `${cfg}    errorfile 503 /etc/passwd\n`;
  const refused = await api.put(url, withFile, text);
  assert.equal(refused.status, 422);
  assert.match(refused.body.errors[0].detail, /line 15: errorfile : .* the control plane reads no files/);
  assert.equal((await api.put('/v1/error-files/sorry', { path: '/etc/passwd', content: 'sorry' })).status, 201);
  assert.equal((await api.put(url, withFile, text)).status, 200);
  assert.deepEqual((await api.get('/v1/backends/app')).body.errorPages, [{ status: 503, errorfile: 'sorry' }]);
  const secret = await api.put(`${url}?dryRun=true`, `${cfg}    server s2 127.0.0.1:80 check # "$PATH"\n`, text);
  assert.equal(secret.status, 200);
  assert.doesNotMatch(JSON.stringify(secret.body), /\/usr\/bin/);
});

test('other media types are refused there, and text elsewhere', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.put(url, '{}')).status, 415);
  assert.equal((await api.put('/v1/config', cfg, text)).status, 415);
});
