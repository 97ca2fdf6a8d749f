/** Maps and ACL files on a real node: from the control plane, from rules of its workers, from the runtime API, from its cache. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { PackedEntries } from '../../../shared/patterns/packed-entries.ts';
import type { PatternFile } from '../../../shared/patterns/pattern-file.ts';
import { encodePatternFile } from '../../../shared/protocol/pattern-transfer.ts';
import { type FakeControlPlane, startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { exchange } from '../../support/raw-http.ts';
import { ask } from '../../support/runtime-client.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

const config = (port: number, socket: string): ConfigDocument => ({
  global: { statsSockets: [{ address: socket, level: 'admin' }] },
  frontends: [
    {
      name: 'web',
      binds: [{ name: 'b', address: '127.0.0.1', port }],
      acls: [{ name: 'known', criterion: 'hdr(x)', flags: ['-f known'] }],
      httpRequestRules: [
        { name: 'r1', action: 'set-map', map: 'hosts', key: '%[hdr(x)]', value: '%[hdr(v)]', if: '{ path /set }' },
        { name: 'r2', action: 'add-acl', aclFile: 'known', key: '%[hdr(x)]', if: '{ path /add }' },
        {
          name: 'r3',
          action: 'return',
          status: 200,
          contentType: 'text/plain',
          lfString: '%[hdr(x),map(hosts,none)]%[str(!)]',
          if: 'known',
        },
        { name: 'r4', action: 'return', status: 200, contentType: 'text/plain', lfString: '%[hdr(x),map(hosts,none)]' },
      ],
    },
  ],
});

const files: readonly PatternFile[] = [
  { name: 'hosts', entries: PackedEntries.from('map', ['a', '1', 'ö', 'ü'], 'utf8') },
  { name: 'known', entries: PackedEntries.from('acl', ['z'], 'utf8') },
];

function sendFiles(control: FakeControlPlane, revision = 1): void {
  for (const file of files) for (const message of encodePatternFile(file, revision)) control.send(message);
  control.send({
    type: 'pattern-files',
    revision,
    files: files.map(({ name, entries: { kind } }) => ({ kind, name })),
  });
}

/** A node of two workers that serves the config above. */
async function startSite(t: TestContext) {
  const folder = await temporaryFolder();
  const port = await freePort();
  const socket = join(folder, 's');
  const control = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: control.url, directory: folder, workers: 2 });
  await control.heard('hello');
  sendFiles(control);
  const version = versionOf(1, config(port, socket));
  assert.equal((await control.apply(version)).type, 'ack');
  const look = (x: string, path = '/', more = '') => lookUp(t, port, x, path, more);
  return { folder, port, socket, control, version, look };
}

async function lookUp(t: TestContext, port: number, x: string, path = '/', more = ''): Promise<string> {
  const bytes = Buffer.from(x).toString('latin1');
  const answer = await exchange(
    t,
    port,
    `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx: ${bytes}\r\n${more}\r\n`,
  );
  return Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString();
}

/** Whoever of the workers is asked: so many answers in a row come from both for all that is likely. */
async function everywhere(look: () => Promise<string>, wanted: string): Promise<void> {
  await waitFor(`"${wanted}" from every worker`, async () => {
    for (const answer of await Promise.all(Array.from({ length: 24 }, look))) if (answer !== wanted) return false;
    return true;
  });
}

test('files of the control plane and their changes are in force once they are acknowledged', async (t) => {
  const { control, look } = await startSite(t);
  assert.deepEqual([await look('a'), await look('ö'), await look('z'), await look('y')], ['1', 'ü', 'none!', 'none']);
  const change = { type: 'pattern-changes', kind: 'map', name: 'hosts' } as const;
  control.send({
    ...change,
    from: 1,
    revision: 2,
    changes: [
      ['set', 'a', '2'],
      ['del', 'ö'],
      ['add', 'ß', 'ß'],
    ],
  });
  await control.heard('pattern-ack', ({ revision }) => revision === 2);
  assert.deepEqual([await look('a'), await look('ö'), await look('ß')], ['2', 'none', 'ß']);
  control.send({ ...change, from: 7, revision: 8, changes: [['set', 'a', '9']] });
  assert.deepEqual(await control.heard('pattern-miss'), { type: 'pattern-miss', kind: 'map', name: 'hosts' });
  assert.equal(await look('a'), '2');
});

test('a version that names a file the node has not is refused', async (t) => {
  const control = await startFakeControlPlane(t);
  const folder = await temporaryFolder();
  await startNode(t, { controlPlane: control.url, workers: 1 });
  await control.heard('hello');
  const answer = await control.apply(versionOf(1, config(await freePort(), join(folder, 's'))));
  assert.equal(answer.type, 'nack');
  assert.deepEqual(answer.type === 'nack' && answer.errors[0], {
    resource: '/frontends/web',
    pointer: '/acls/0/flags',
    detail: 'there is no ACL file "known"',
  });
});

test('what a rule or a command changes is changed in all workers', async (t) => {
  const { look, socket } = await startSite(t);
  await look('k', '/set', 'v: 7\r\n');
  await everywhere(() => look('k'), '7');
  await look('k', '/add');
  await everywhere(() => look('k'), '7!');
  assert.equal(await ask(t, socket, 'set map hosts k 8'), '\n');
  await everywhere(() => look('k'), '8!');
  await ask(t, socket, 'prepare map hosts');
  await ask(t, socket, 'add map @1 hosts k new');
  await ask(t, socket, 'commit map @1 hosts');
  await ask(t, socket, 'clear acl known');
  await everywhere(() => look('k'), 'new');
  assert.equal(await look('a'), 'none');
});

test('workers that write one key at the same time end with the same value', async (t) => {
  const { look, socket } = await startSite(t);
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 16 }, (_, index) => look('k', '/set', `v: ${round}-${index}\r\n`)));
    const settled = await waitFor('one value everywhere', async () => {
      const answers = new Set(await Promise.all(Array.from({ length: 24 }, () => look('k'))));
      return answers.size === 1 ? [...answers][0] : undefined;
    });
    assert.match(await ask(t, socket, 'show map hosts'), new RegExp(`^0x[0-9a-f]+ k ${settled}$`, 'm'));
  }
});

test('a node that starts without its control plane has the files of its cache, without its own changes', async (t) => {
  const folder = await temporaryFolder();
  const port = await freePort();
  const socket = join(folder, 's');
  const control = await startFakeControlPlane(t);
  const first = await startNode(t, { controlPlane: control.url, directory: folder, workers: 1 });
  await control.heard('hello');
  sendFiles(control);
  await control.apply(versionOf(1, config(port, socket)));
  control.send({
    type: 'pattern-changes',
    kind: 'map',
    name: 'hosts',
    from: 1,
    revision: 2,
    changes: [['set', 'b', '2']],
  });
  await control.heard('pattern-ack', ({ revision }) => revision === 2);
  await lookUp(t, port, 'own', '/set', 'v: 5\r\n');
  assert.equal(await lookUp(t, port, 'own'), '5');
  await first.stop();
  await control.close();
  await startNode(t, { controlPlane: 'ws://127.0.0.1:1', directory: folder, workers: 1 });
  const answers = await Promise.all(['a', 'b', 'ö', 'own', 'z'].map((x) => lookUp(t, port, x)));
  assert.deepEqual(answers, ['1', '2', 'ü', 'none', 'none!']);
});

test('a node tells what it has, and files that are gone stay as long as its version needs them', async (t) => {
  const { control, look, port, socket } = await startSite(t);
  await control.heard('pattern-ack');
  control.disconnect();
  const { patternFiles } = await control.heard('hello', (message) => message.patternFiles !== undefined);
  assert.deepEqual(patternFiles, {
    epoch: 'test',
    files: [
      { kind: 'map', name: 'hosts', revision: 1 },
      { kind: 'acl', name: 'known', revision: 1 },
    ],
  });
  control.send({ type: 'pattern-files', revision: 3, files: [] });
  await control.heard('pattern-ack', ({ revision }) => revision === 3);
  assert.equal(await look('a'), '1');
  const [frontend] = config(port, socket).frontends ?? [];
  const plain = { ...config(port, socket), frontends: [{ ...frontend, name: 'web', acls: [], httpRequestRules: [] }] };
  assert.equal((await control.apply(versionOf(2, plain))).type, 'ack');
  assert.equal((await control.apply(versionOf(3, config(port, socket)))).type, 'nack');
});
