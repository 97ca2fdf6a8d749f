/** The same traffic through HAProxy and through Sluice leaves the same lines in the log. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';
import { type LogReceiver, startLogReceiver } from '../../support/log-receiver.ts';
import { requireProgram } from '../../support/require-program.ts';
import { startWorker } from '../../support/worker-harness.ts';
import { type Case, Client, httpCases, optionCases, tcpCases } from './cases.ts';
import { maskLine } from './mask.ts';
import { startBehaving } from './origin.ts';
import { choosePorts, haproxyConfig, type Ports, sluiceConfig } from './site.ts';

interface Peer {
  readonly ports: Ports;
  readonly log: LogReceiver;
}

async function startHaproxy(t: TestContext, program: string, origin: number, closed: number): Promise<Peer> {
  const [ports, log] = [await choosePorts(), await startLogReceiver(t)];
  const text = haproxyConfig({ ports, origin, closed, log: log.port });
  await startCfgProgram(t, program, ['-db'], text, () => isOpen(ports.plaintcp));
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
