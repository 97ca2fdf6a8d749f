/** Runs one program with the file of many sites and keeps all that clients, servers and the log see of it. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { repository } from '../../../lab/sluice.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { waitFor } from '../../support/wait-for.ts';
import { Client } from './client.ts';
import type { Message } from './messages.ts';
import { Origin, type Received } from './origin.ts';
import { type Ports, type Site, writeFileOf } from './site.ts';

/** What became of one request. */
export interface Outcome {
  readonly answers: readonly Message[];
  readonly received: readonly Received[];
}

export interface ConnectionOutcome {
  readonly exchanges: readonly Outcome[];
  readonly log: readonly string[];
}

export interface Program {
  readonly command: string;
  readonly parameters: readonly string[];
}

/** Below the ports that the kernel gives to clients, so that none of the many connections takes one meanwhile. */
const lowestPort = 10_000;
const highestPort = 32_000;

/** Ports that are free now, all different. */
export async function findPorts(frontends: number): Promise<Ports> {
  const ports: number[] = [];
  let port = lowestPort + ((process.pid * 97) % (highestPort - lowestPort));
  for (let tried = 0; ports.length < frontends + 4; tried++) {
    if (tried > highestPort - lowestPort) throw new Error('there are not enough free ports');
    port = port < highestPort ? port + 1 : lowestPort;
    if (await isFree(port)) ports.push(port);
  }
  const [log = 0, ...others] = ports;
  return { log, servers: others.slice(0, 3), frontends: others.slice(3) };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

/** For each site and each of its connections what it came to. */
export async function runSites(program: Program, sites: readonly Site[], ports: Ports): Promise<ConnectionOutcome[][]> {
  await using stack = new AsyncDisposableStack();
  const origin = new Origin(ports.servers);
  await origin.start();
  stack.defer(() => origin.stop());
  const lines = await startLog(stack, ports.log);
  await startProgram(stack, program, sites, ports);
  const keys: string[][] = [];
  const exchanges: Outcome[][][] = [];
  for (const [index, site] of sites.entries()) {
    const port = ports.frontends[index] ?? 0;
    keys.push([]);
    exchanges.push([]);
    for (const connection of site.connections) {
      const client = await Client.connect(port);
      keys[index]?.push(`f${index} ${client.port} `);
      const outcomes: Outcome[] = [];
      exchanges[index]?.push(outcomes);
      for (const exchange of connection) {
        origin.expect(exchange.answer);
        const answers = await client.ask(exchange);
        outcomes.push({ answers, received: [...origin.received] });
      }
      await client.close();
    }
  }
  await untilQuiet(lines);
  return exchanges.map((connections, index) =>
    connections.map((outcomes, number) => {
      const key = keys[index]?.[number] ?? '';
      return {
        exchanges: outcomes,
        log: lines.filter((line) => line.startsWith(key)).map((line) => line.slice(key.length)),
      };
    }),
  );
}

/** Every connection was closed by both sides, so what is still to come is on its way. */
async function untilQuiet(lines: readonly string[]): Promise<void> {
  let last = -1;
  let since = performance.now();
  await waitFor('the log is quiet', () => {
    if (lines.length !== last) since = performance.now();
    last = lines.length;
    return performance.now() - since > 200;
  });
}

async function startLog(stack: AsyncDisposableStack, port: number): Promise<string[]> {
  const lines: string[] = [];
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.on('message', (message) => lines.push(message.toString('latin1')));
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  stack.defer(() => void socket.close());
  return lines;
}

async function startProgram(
  stack: AsyncDisposableStack,
  { command, parameters }: Program,
  sites: readonly Site[],
  ports: Ports,
): Promise<void> {
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  await writeFile(file, writeFileOf(sites, ports).text);
  const child = spawn(command, [...parameters, '-f', file], {
    cwd: repository,
    env: { ...process.env, DIFFERENTIAL: 'from the environment' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  stack.defer(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  await waitFor(`${command} listens`, () => {
    if (child.exitCode !== null)
      throw new Error(
        `${command} has ended: ${complaints
          .split('\n')
          .filter((text) => text.startsWith('[ALERT]'))
          .join('\n')}`,
      );
    return isOpen(ports.frontends[sites.length - 1] ?? 0);
  });
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
