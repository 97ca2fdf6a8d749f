/** What waits for a server that is full is served in the order that its priorities ask for, as in HAProxy. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../lab/free-port.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { requireProgram } from '../../support/require-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Class and offset (ms) of each request, in the order in which they come. */
const waves: readonly (readonly (readonly [priorityClass: string, offset: string])[])[] = [
  [['', ''], ['', ''], ['', '']], // biome-ignore format: a table
  [['1', ''], ['', ''], ['-1', ''], ['1', ''], ['-1', '']], // biome-ignore format: a table
  [['', '200000'], ['', ''], ['', '-200000'], ['', '100000'], ['-1', '300000'], ['1', '-300000']], // biome-ignore format: a table
  [['5000', ''], ['2047', ''], ['x', ''], ['', '600000'], ['', '524287'], ['-2047', ''], ['-9999', '-1']], // biome-ignore format: a table
];

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${fields}\r\n`;

/** The paths in the order in which the server gets them, of requests to a port where only one passes at a time. */
async function orderOf(t: TestContext, program: string, parameters: readonly string[], type: 'http' | 'tcp') {
  const held: { path: string; socket: Socket }[] = [];
  const server = await rawServer(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n')) held.push({ path: received.split('GET ').at(-1)?.split(' ')[0] ?? '', socket });
    return '';
  });
  const [port, asking] = [await freePort(), await freePort()];
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  const rules = type === 'http' ? 'http-request' : 'tcp-request content';
  const lines = [
    'global', ' nbthread 1',
    'defaults', ' mode http', ' timeout connect 5s', ' timeout client 20s', ' timeout server 20s', ' timeout queue 20s',
    'frontend asked', ` bind 127.0.0.1:${asking}`,
    ' http-request return status 200 content-type text/plain lf-string "%[queue(app)]"',
    'frontend web', ` bind 127.0.0.1:${port}`,
    ` ${rules} set-priority-class req.hdr(class)`,
    ` ${rules} set-priority-offset req.hdr(offset)`,
    ' default_backend app',
    'backend app', ` server s1 127.0.0.1:${server.port} maxconn 1`,
  ]; // biome-ignore format: a file
  await writeFile(file, `${lines.join('\n')}\n`);
  const child = spawn(program, [...parameters, '-f', file], { cwd: root, stdio: 'ignore' });
  t.after(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  const queued = async () => (await exchange(t, asking, get('/'))).split('\r\n\r\n')[1];
  const untilQueued = (count: number) => waitFor(`${count} queued`, async () => (await queued()) === String(count));
  await waitFor(`${program} listens`, () => rawClient(t, port).then(() => true, () => false)); // biome-ignore format: short
  const orders: string[] = [];
  for (const wave of waves) {
    const answers = [exchange(t, port, get('/first'))];
    await waitFor('the first', () => held.length === 1);
    for (const [index, [priorityClass, offset]] of wave.entries()) {
      const fields = `${priorityClass && `Class: ${priorityClass}\r\n`}${offset && `Offset: ${offset}\r\n`}`;
      answers.push(exchange(t, port, get(`/${index}`, fields)));
      await untilQueued(index + 1);
    }
    const order: string[] = [];
    while (order.length < answers.length) {
      await waitFor('a request', () => held.length === 1);
      const { path = '', socket } = held.shift() ?? {};
      order.push(path);
      socket?.write(ok(''));
    }
    await Promise.all(answers);
    orders.push(order.join(' '));
  }
  return orders;
}

for (const type of ['http', 'tcp'] as const) {
  test(`requests are served by class and offset of ${type}-request rules`, async (t) => {
    const program = requireProgram(t, 'haproxy');
    if (program === undefined) return;
    const [expected, actual] = await Promise.all([
      orderOf(t, program, ['-db'], type),
      orderOf(t, 'bin/sluice', [], type),
    ]);
    assert.deepEqual(actual, expected);
    assert.equal(expected[1], '/first /2 /4 /1 /0 /3');
  });
}
