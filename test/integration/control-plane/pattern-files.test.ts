/** Maps and ACL files: stored beside versions, sent to nodes whole and by their changes, checked against the config. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openSqliteStore } from '../../../control-plane/store/sqlite-store.ts';
import { repository } from '../../../lab/sluice.ts';
import { PatternFileReceiver } from '../../../shared/protocol/pattern-transfer.ts';
import { waitFor } from '../../support/wait-for.ts';
import { connectNode, type FakeNode } from './fake-node.ts';
import { type Client, startControlPlane } from './harness.ts';

const hosts = '/v1/maps/hosts';
const entries = [
  { key: 'a', value: '1' },
  { key: 'b', value: '2' },
];
const text = { 'content-type': 'text/plain' };

async function greeted(t: TestContext, api: Client, name = 'n1'): Promise<FakeNode> {
  const node = await connectNode(t, api.url, { name });
  await node.next('welcome');
  await node.next('override');
  return node;
}

const file = async (node: FakeNode) => new PatternFileReceiver().receive(await node.next('pattern-file'));

test('contents are put, read, changed and deleted, as JSON and as text', async (t) => {
  const api = await startControlPlane(t);
  assert.equal((await api.get(hosts)).status, 404);
  const created = await api.put(hosts, { entries });
  assert.equal(created.status, 201);
  assert.deepEqual(created.body, { name: 'hosts', entries: 2, usedBy: [] });
  assert.equal(created.headers.get('location'), hosts);
  const read = await api.get(hosts);
  assert.deepEqual(read.body, { entries });
  assert.equal((await api.get(hosts, { 'if-none-match': read.headers.get('etag') ?? '' })).status, 304);
  assert.equal((await api.get(hosts, { accept: 'text/plain' })).body, 'a 1\nb 2\n');
  assert.equal((await api.call('PUT', hosts, '# c\n a  one two \n#x\nb\na 3\n', text)).status, 200);
  assert.deepEqual((await api.get(`${hosts}/entries/a`)).body, { key: 'a', values: ['one two', '3'] });
  assert.equal((await api.put(`${hosts}/entries/a`, { value: '9' })).status, 200);
  assert.equal((await api.put(`${hosts}/entries/x%2Fy%20`, { value: '9' })).status, 422);
  assert.equal((await api.put(`${hosts}/entries/x%2Fy`, { value: '10' })).status, 200);
  assert.equal((await api.delete(`${hosts}/entries/b`)).status, 200);
  assert.equal((await api.delete(`${hosts}/entries/b`)).status, 404);
  const changes = [
    { op: 'add', key: 'a', value: '4' },
    { op: 'delete', key: 'x/y' },
    { op: 'set', key: 'z', value: '' },
  ];
  assert.equal((await api.post(`${hosts}/changes`, { changes })).status, 200);
  assert.equal((await api.get(hosts, { accept: 'text/plain' })).body, 'a 9\na 9\na 4\nz \n');
  assert.equal((await api.delete(hosts)).status, 204);
  assert.equal((await api.delete(hosts)).status, 404);
  assert.equal((await api.get('/v1/versions')).body.items.length, 1, 'none of it makes a version');
});

test('ACL files have patterns, and names may be paths', async (t) => {
  const api = await startControlPlane(t);
  const path = '/v1/acl-files/%2Fetc%2Fbad.lst';
  assert.equal((await api.put(path, { patterns: ['x', 'a b'] })).status, 201);
  assert.equal((await api.get(path, { accept: 'text/plain' })).body, 'x\na b\n');
  assert.equal((await api.call('PUT', `${path}/patterns/y`)).status, 200);
  assert.deepEqual((await api.get(`${path}/patterns/y`)).body, { pattern: 'y' });
  assert.equal((await api.delete(`${path}/patterns/x`)).status, 200);
  assert.deepEqual((await api.get(path)).body, { patterns: ['a b', 'y'] });
  const list = await api.get('/v1/acl-files');
  assert.deepEqual(list.body.items, [{ name: '/etc/bad.lst', entries: 2, usedBy: [] }]);
  assert.equal((await api.put('/v1/maps/%2Fetc%2Fbad.lst', { entries })).status, 409);
  assert.equal((await api.put('/v1/acl-files/b%C3%B6se', { patterns: [] })).status, 400);
});

test('preconditions hold, and what is no entry is refused by its number', async (t) => {
  const api = await startControlPlane(t);
  const { headers } = await api.put(hosts, { entries });
  const tag = { 'if-match': headers.get('etag') ?? '' };
  assert.equal((await api.put(hosts, { entries }, tag)).headers.get('etag'), headers.get('etag'), 'nothing changed');
  assert.equal((await api.put(`${hosts}/entries/a`, { value: '7' }, tag)).status, 200);
  assert.equal((await api.put(`${hosts}/entries/a`, { value: '8' }, tag)).status, 412);
  assert.equal((await api.put(hosts, { entries }, { 'if-none-match': '*' })).status, 412);
  assert.equal((await api.put(hosts, { entries: [{ key: 'a' }] })).status, 400);
  assert.equal((await api.put(hosts, { entries, more: 1 })).status, 400);
  assert.equal((await api.post(`${hosts}/changes`, { changes: [{ op: 'set', key: 'a' }] })).status, 400);
  const wrong = await api.put(hosts, { entries: [...entries, { key: 'a b', value: '' }] });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.body.errors[0].pointer, '/entries/2');
  assert.deepEqual((await api.get(hosts)).body.entries[0], { key: 'a', value: '7' });
});

const frontend = {
  binds: [{ name: 'public', address: '127.0.0.1', port: 8081 }],
  acls: [{ name: 'bad', criterion: 'src', flags: ['-f nets'] }],
  httpRequestRules: [
    { name: 'host', action: 'set-var', variable: 'txn.a', expression: 'req.hdr(host),map_str_int(hosts)' },
    { name: 'note', action: 'set-map', map: 'hosts', key: '%[src]', value: '1', if: 'bad' },
  ],
};

test('a version names only files that are there, with entries it can use, and they stay while it does', async (t) => {
  const api = await startControlPlane(t);
  const missing = await api.put('/v1/frontends/web', frontend);
  assert.equal(missing.status, 422);
  assert.deepEqual(
    missing.body.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => [pointer, detail]),
    [
      ['/acls/0/flags', 'there is no ACL file "nets"'],
      ['/httpRequestRules/0/expression', 'there is no map "hosts"'],
      ['/httpRequestRules/1/map', 'there is no map "hosts"'],
    ],
  );
  await api.put(hosts, { entries: [{ key: 'a', value: 'one' }] });
  await api.put('/v1/acl-files/nets', { patterns: ['10.0.0.0/8'] });
  const unusable = await api.put('/v1/frontends/web', frontend);
  assert.equal(unusable.status, 422);
  assert.match(unusable.body.errors[0].detail, /^entry 1 of the map "hosts": unable to parse 'one'/);
  await api.put(hosts, { entries });
  assert.equal((await api.put('/v1/frontends/web', frontend)).status, 201);
  const refused = await api.put(`${hosts}/entries/c`, { value: 'x' });
  assert.equal(refused.status, 422);
  assert.match(refused.body.detail, /unable to parse 'x'/);
  assert.equal((await api.post('/v1/acl-files/nets/changes', { changes: [{ op: 'add', key: 'x' }] })).status, 422);
  const used = await api.delete(hosts);
  assert.equal(used.status, 409);
  const users = ['/v1/frontends/web/http-request-rules/host', '/v1/frontends/web/http-request-rules/note'];
  assert.deepEqual(used.body.referencedBy, users);
  assert.deepEqual((await api.get('/v1/maps')).body.items[0].usedBy, users);
  assert.equal((await api.delete('/v1/frontends/web')).status, 204);
  assert.equal((await api.delete(hosts)).status, 204);
  assert.equal((await api.post('/v1/rollbacks', { version: 1 })).status, 422, 'the way back needs the map');
});

test('nodes are sent files whole, then changes, and what they acknowledge is waited for', async (t) => {
  const api = await startControlPlane(t);
  await api.put(hosts, { entries });
  const node = await greeted(t, api);
  const first = await file(node);
  assert.deepEqual([first?.name, first?.revision, first?.entries.kind], ['hosts', 1, 'map']);
  assert.deepEqual(first?.entries.contents(), ['a', '1', 'b', '2']);
  assert.deepEqual((await node.next('pattern-files')).files, [{ kind: 'map', name: 'hosts' }]);
  node.ack(await node.snapshot());
  const waiting = api.put(`${hosts}/entries/a?wait=applied`, { value: '5' });
  const { changes, from, revision } = await node.next('pattern-changes');
  assert.deepEqual([changes, from, revision], [[['set', 'a', '5']], 1, 2]);
  node.send({ type: 'pattern-ack', revision });
  assert.equal((await waiting).status, 200);
  const late = await api.put(`${hosts}/entries/a?wait=applied&timeout=10ms`, { value: '6' });
  assert.equal(late.status, 202);
  assert.equal(late.body.nodes[0].state, 'pending');
  await node.next('pattern-changes');
  node.send({ type: 'pattern-miss', kind: 'map', name: 'hosts' });
  assert.deepEqual((await file(node))?.entries.contents(), ['a', '6', 'b', '2']);
  await api.delete(hosts);
  assert.deepEqual(await node.next('pattern-files'), { type: 'pattern-files', revision: 4, files: [] });
});

test('a node that is up to date is sent nothing, one that is behind the whole', async (t) => {
  const api = await startControlPlane(t);
  await api.put(hosts, { entries });
  await api.put('/v1/acl-files/nets', { patterns: ['10.0.0.0/8'] });
  const { epoch } = api.controlPlane.context.keeper;
  const has = (nets: number, of = epoch) => ({
    epoch: of,
    files: [
      { kind: 'map' as const, name: 'hosts', revision: 1 },
      { kind: 'acl' as const, name: 'nets', revision: nets },
    ],
  });
  const current = await connectNode(t, api.url, { name: 'n1', patternFiles: has(2) });
  await current.next('welcome');
  await current.next('override');
  await current.next('snapshot');
  const behind = await connectNode(t, api.url, { name: 'n2', patternFiles: has(1) });
  await behind.next('welcome');
  await behind.next('override');
  assert.equal((await file(behind))?.name, 'nets');
  await behind.next('pattern-files');
  const foreign = await connectNode(t, api.url, { name: 'n3', patternFiles: has(2, 'other') });
  await foreign.next('welcome');
  await foreign.next('override');
  assert.equal((await file(foreign))?.name, 'hosts');
  assert.equal((await file(foreign))?.name, 'nets');
  await waitFor(
    'the first to count as up to date',
    () => api.controlPlane.context.hub.patternStatus(2).nodes.length === 3,
  );
  assert.equal(api.controlPlane.context.hub.patternStatus(2).nodes[0]?.state, 'applied');
});

test('files outlive the control plane, in their order', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-patterns-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const first = await startControlPlane(t, { store: openSqliteStore(folder) });
  await first.put(hosts, { entries });
  const changes = [
    { op: 'delete', key: 'a' },
    { op: 'add', key: 'c', value: '3' },
    { op: 'set', key: 'b', value: '4' },
    { op: 'add', key: 'a', value: '5' },
  ];
  const { headers } = await first.post(`${hosts}/changes`, { changes });
  await first.put('/v1/maps/gone', { entries });
  await first.delete('/v1/maps/gone');
  await first.controlPlane.close();
  const second = await startControlPlane(t, { store: openSqliteStore(folder) });
  const read = await second.get(hosts, { accept: 'text/plain' });
  assert.equal(read.body, 'b 4\nc 3\na 5\n');
  assert.equal(read.headers.get('etag'), headers.get('etag'));
  assert.equal((await second.put(`${hosts}/entries/d`, { value: '6' })).status, 200);
  assert.equal(second.controlPlane.context.patterns.revision, 5);
});

test('a haproxy.cfg may name files that are there, and is told which are not', async (t) => {
  const api = await startControlPlane(t);
  const cfg =
    'defaults\n mode http\n timeout client 5s\nfrontend f\n bind 127.0.0.1:8081\n acl a src -f /etc/n.lst\n http-request set-header h %[hdr(host),map(/etc/h.map)] if a\n';
  const refused = await api.call('PUT', '/v1/config/haproxy', cfg, text);
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.errors.map(({ detail }: { detail: string }) =>
      /^line (\d+): .*PUT it to (\S+) first/.exec(detail)?.slice(1),
    ),
    [
      ['6', '/v1/acl-files/%2Fetc%2Fn.lst'],
      ['7', '/v1/maps/%2Fetc%2Fh.map'],
    ],
  );
  await api.call('PUT', '/v1/acl-files/%2Fetc%2Fn.lst', '10.0.0.0/8\n', text);
  await api.call('PUT', '/v1/maps/%2Fetc%2Fh.map', 'a b\n', text);
  assert.equal((await api.call('PUT', '/v1/config/haproxy', cfg, text)).status, 200);
  const written = (await api.get('/v1/config/haproxy')).body;
  assert.match(written, /acl a src -f \/etc\/n.lst\n/);
  assert.match(written, /map\(\/etc\/h.map\)/);
});

test('sluice import puts the files it finds next to the configuration, and a dry run none', async (t) => {
  const api = await startControlPlane(t);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-import-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const site = join(folder, 'site.cfg');
  const cfg =
    'defaults\n mode http\n timeout client 5s\nfrontend f\n bind 127.0.0.1:8081\n http-request set-header h %[hdr(host),map(beside.map)]\n';
  writeFileSync(site, cfg);
  writeFileSync(join(folder, 'beside.map'), 'ä 1\n');
  const program = join(repository, 'bin/sluice');
  const run = (...args: string[]) => promisify(execFile)(program, ['import', ...args, '--api', api.url, site]);
  const dry = await run('--dry-run');
  assert.match(dry.stdout, /^would put the map beside.map with 1 entry\n(?:create .*\n)+now is version 0\n$/);
  assert.equal((await api.get('/v1/maps/beside.map')).status, 404);
  const real = await run();
  assert.match(real.stdout, /^put the map beside.map with 1 entry\n(?:create .*\n)+this is version 1\n$/);
  assert.deepEqual((await api.get('/v1/maps/beside.map')).body, { entries: [{ key: 'ä', value: '1' }] });
});
