/** The same traffic through HAProxy and through Sluice leaves the same lines in the log. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { type LogReceiver, startLogReceiver } from '../../support/log-receiver.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireProgram } from '../../support/require-program.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWorker } from '../../support/worker-harness.ts';
import { type Case, Client, httpCases, optionCases, tcpCases } from './cases.ts';
import { maskLine } from './mask.ts';
import { startBehaving } from './origin.ts';
import { choosePorts, haproxyConfig, type Ports, sluiceConfig } from './site.ts';

interface Peer {
  readonly ports: Ports;
  readonly log: LogReceiver;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
}

async function startHaproxy(t: TestContext, program: string, origin: number, closed: number): Promise<Peer> {
  const [ports, log] = [await choosePorts(), await startLogReceiver(t)];
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  await writeFile(file, haproxyConfig({ ports, origin, closed, log: log.port }));
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  t.after(() => child.kill('SIGKILL'));
  await Promise.race([
    waitFor('HAProxy listens', () => isOpen(ports.plaintcp)),
    once(child, 'exit').then(() => Promise.reject(new Error(complaints))),
  ]);
  await log.take(1);
  return { ports, log };
}

async function startSluice(t: TestContext, origin: number, closed: number): Promise<Peer> {
  const [ports, log] = [await choosePorts(), await startLogReceiver(t)];
  const worker = await startWorker(t);
  await worker.activate(sluiceConfig({ ports, origin, closed, log: log.port }));
  return { ports, log };
}

/** The lines a case leaves, sorted where several clients are at work, since their order is chance. */
async function linesOf(each: Case, { ports, log }: Peer): Promise<string[]> {
  const clients: Client[] = [];
  await each.run(() => {
    const client = new Client(ports[each.frontend]);
    clients.push(client);
    return client;
  });
  const lines = await log.take(each.lines);
  for (const { socket } of clients) socket.destroy();
  return lines.map(maskLine);
}

test('the log of Sluice reads like that of HAProxy', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const [origin, closed] = [await startBehaving(t), await freePort()];
  const haproxy = await startHaproxy(t, program, origin, closed);
  const sluice = await startSluice(t, origin, closed);
  for (const each of [...httpCases, ...optionCases, ...tcpCases]) {
    await t.test(`${each.frontend}: ${each.name}`, async () => {
      const [expected, actual] = await Promise.all([linesOf(each, haproxy), linesOf(each, sluice)]);
      assert.deepEqual(actual, expected);
    });
  }
});
