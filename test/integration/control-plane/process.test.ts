/** The control plane as a process: settings, signals, one process a data folder, and kill -9 under writes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientOf } from './harness.ts';

const main = fileURLToPath(new URL('../../../control-plane/main.ts', import.meta.url));

function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-control-plane-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(t: TestContext, args: string[], environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [main, '--log-level', 'silent', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Starts one and waits for the line that tells its address. */
async function start(t: TestContext, data: string) {
  const child = run(t, ['--listen', '127.0.0.1:0', '--data', data]);
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  const url = /^Sluice control plane listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
  assert.ok(url, line);
  return { child, api: clientOf(url) };
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test('kill -9 in a loop of writes loses no answered write and leaves no gap', async (t) => {
  const data = dataFolder(t);
  const answered = new Map<number, number>();
  let next = 1;
  for (const killAfter of [90, 200, 300]) {
    const { child, api } = await start(t, data);
    const alive = once(child, 'exit');
    const killAt = killAfter - Math.floor(Math.random() * 60);
    try {
      while (next <= 300) {
        const mine = next++;
        const writing = api.put(`/v1/backends/b${mine}`, {
          servers: [{ name: 's', address: '127.0.0.1', port: mine }],
        });
        if (mine === killAt) child.kill('SIGKILL');
        const { status, headers } = await writing;
        assert.equal(status, 201);
        answered.set(mine, Number(headers.get('config-version')));
      }
    } catch (error) {
      assert.ok(child.killed, String(error));
    }
    child.kill('SIGKILL');
    await alive;
  }

  const { api } = await start(t, data);
  const { items } = (await api.get('/v1/versions?limit=10000')).body as { items: { version: number }[] };
  assert.deepEqual(
    items.map(({ version }) => version),
    Array.from(items, (_, index) => items.length - 1 - index),
    'no gap, no double',
  );
  assert.equal(new Set(answered.values()).size, answered.size);
  const { backends } = (await api.get('/v1/config')).body as { backends: { name: string }[] };
  const there = new Set(backends.map(({ name }) => name));
  for (const [number, version] of answered) {
    assert.ok(there.has(`b${number}`), `b${number} was answered`);
    const { changes } = (await api.get(`/v1/versions/${version}`)).body;
    assert.equal(changes[0].resource, `/backends/b${number}`);
  }
  assert.equal(backends.length, items.length - 1, 'each version made one backend');
});

test('a restart keeps epoch, uids, overrides, tokens and what is known of the nodes', async (t) => {
  const data = dataFolder(t);
  const first = await start(t, data);
  await first.api.put('/v1/backends/app', {
    servers: [
      { name: 's2', address: '::1', port: 2 },
      { name: 's1', address: '::1', port: 1, weight: 0 },
    ],
  });
  await first.api.put('/v1/backends/app/servers/s1/override', { weight: 9 });
  await first.api.put('/v1/backends/app/acls/a', { criterion: 'path', values: ['/'] });
  const before = {
    backend: (await first.api.get('/v1/backends/app')).body,
    etag: (await first.api.get('/v1/config')).headers.get('etag'),
  };
  const token = (await first.api.post('/v1/tokens', { name: 'root', scope: 'admin' })).body.secret;
  first.child.kill('SIGTERM');
  assert.deepEqual(await once(first.child, 'exit'), [0, null]);

  const { api } = await start(t, data);
  const headers = { authorization: `Bearer ${token}` };
  assert.deepEqual((await api.get('/v1/backends/app', headers)).body, before.backend);
  assert.equal((await api.get('/v1/config', headers)).headers.get('etag'), before.etag);
  assert.deepEqual((await api.get('/v1/backends/app/servers/s1/override', headers)).body, { weight: 9 });
  assert.equal((await api.get('/v1/versions', headers)).body.items.length, 3);
});

test('a second control plane on the same data folder is refused', async (t) => {
  const data = dataFolder(t);
  await start(t, data);
  const { code, stderr } = await outcome(run(t, ['--listen', '127.0.0.1:0', '--data', data]));
  assert.equal(code, 1);
  assert.match(stderr, /another control plane is using the data folder/);
});

test('a port that is taken ends the start with one line', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await outcome(run(t, ['--listen', `127.0.0.1:${port}`, '--data', dataFolder(t)]));
  assert.equal(code, 1);
  assert.equal(stderr, `sluice control-plane: 127.0.0.1:${port} is already in use by another program\n`);
});

test('it does not listen beyond loopback until a token exists', async (t) => {
  const data = dataFolder(t);
  const { code, stderr } = await outcome(run(t, ['--listen', '0.0.0.0:0', '--data', data]));
  assert.equal(code, 1);
  assert.match(stderr, /SLUICE_TOKEN/);
  const child = run(t, ['--listen', '0.0.0.0:0', '--data', data], { SLUICE_TOKEN: 'secret-of-tests' });
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  assert.match(line, /^Sluice control plane listening on http:\/\/0\.0\.0\.0:\d+$/);
});

test('wrong settings end it with 2 and are named', async (t) => {
  for (const [args, environment, named] of [
    [['--nope'], {}, /--nope/],
    [['--listen', 'nowhere'], {}, /--listen/],
    [['--log-level', 'loud'], {}, /--log-level/],
    [[], { SLUICE_LISTEN: '127.0.0.1:99999' }, /SLUICE_LISTEN/],
    [['extra'], {}, /argument/],
  ] as const) {
    const { code, stderr } = await outcome(run(t, [...args, '--data', dataFolder(t)], environment));
    assert.equal(code, 2, stderr);
    assert.match(stderr, named);
  }
});

test('SIGTERM lets a waiting request finish, SIGINT stops at once', async (t) => {
  const { child, api } = await start(t, dataFolder(t));
  const stream = await fetch(`${api.url}/v1/events`);
  const waiting = api.put('/v1/backends/app?wait=applied&timeout=5m', {});
  while ((await api.get('/v1/versions')).body.items[0].version === 0);
  child.kill('SIGTERM');
  assert.equal((await waiting).status, 202);
  await stream.text();
  assert.deepEqual(await once(child, 'exit'), [0, null]);

  const second = await start(t, dataFolder(t));
  second.child.kill('SIGINT');
  assert.deepEqual(await once(second.child, 'exit'), [130, null]);
});
