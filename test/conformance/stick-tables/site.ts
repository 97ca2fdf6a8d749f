/** HAProxy and Sluice run the same haproxy.cfg with a stats socket, before servers that answer as they are asked. */
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePorts } from '../../../lab/free-port.ts';
import { repository } from '../../../lab/sluice.ts';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { rawClient } from '../../support/raw-http.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { ask } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A program with its frontends. */
export interface Site {
  /** Port of frontend number `index`. */
  readonly ports: readonly number[];
  /** The answer to a line on its stats socket. */
  ask(line: string): Promise<string>;
  /** Sends a text on a connection of its own, and answers what comes until `enough` of it has come or the other side closes. */
  send(index: number, text: string, enough?: RegExp): Promise<string>;
}

export interface Both {
  readonly haproxy: Site;
  readonly sluice: Site;
}

/** What a file needs to know: ports to bind and those of servers. */
export interface Ports {
  readonly frontends: readonly number[];
  /** Two servers that say which one they are. */
  readonly servers: readonly [number, number];
}

export const head = (socket: string) => `global
 stats socket ${socket} level admin
defaults
 mode http
 retries 0
 timeout client 5s
 timeout server 5s
 timeout connect 1s
 timeout tarpit 30ms
`;

/** Starts both; undefined, with the test skipped, where HAProxy is not installed. */
export async function startBoth(
  t: TestContext,
  frontends: number,
  text: (ports: Ports) => string,
  workers = 1,
): Promise<Both | undefined> {
  const haproxy = requireHaproxy(t);
  if (haproxy === undefined) return undefined;
  return {
    haproxy: await startSite(t, haproxy, frontends, text, ''),
    sluice: await startSite(t, join(repository, 'bin/sluice'), frontends, text, ` nbthread ${workers}\n`),
  };
}

async function startSite(
  t: TestContext,
  program: string,
  count: number,
  text: (ports: Ports) => string,
  global: string,
): Promise<Site> {
  const socket = join(await temporaryFolder(), 's');
  const ports = await freePorts(count);
  const servers = [await startServer(t, 's1'), await startServer(t, 's2')] as const;
  const cfg = head(socket).replace('defaults', `${global}defaults`) + text({ frontends: ports, servers });
  // Connections count in the tables: the port is tried only when it is sure to be open.
  const isReady = async () =>
    (await ask(t, socket, 'show info').catch(() => '')) !== '' && (await isOpen(ports.at(-1) ?? 0));
  await startCfgProgram(t, program, ['-db'], cfg, isReady);
  return {
    ports,
    ask: (line) => ask(t, socket, line),
    async send(index, request, enough = /\r\n\r\n/) {
      const client = await rawClient(t, ports[index] ?? 0);
      client.send(request);
      await waitFor('an answer', () => enough.test(client.received) || client.ended || client.failed);
      client.socket.destroy();
      return client.received;
    },
  };
}

/** A path such as "/404" asks for that status, "/junk", "/close", "/cut" and "/slow" for what they say. */
async function startServer(t: TestContext, name: string): Promise<number> {
  const server = createServer((socket) => {
    let unread = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      unread += bytes.toString('latin1');
      for (let end = unread.indexOf('\r\n\r\n'); end >= 0; end = unread.indexOf('\r\n\r\n')) {
        const [, path = ''] = unread.split(' ');
        unread = unread.slice(end + 4);
        if (path === '/junk') socket.end('junk\r\n\r\n');
        else if (path === '/close') socket.destroy();
        else if (path === '/cut') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab');
        else if (path !== '/slow') {
          const status = /^\/(\d\d\d)/.exec(path)?.[1] ?? '200';
          const cookie = /[?&]sid=(\w+)/.exec(path)?.[1];
          const field = cookie === undefined ? '' : `Set-Cookie: sid=${cookie}\r\n`;
          socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n${field}Server: ${name}\r\n\r\nok`);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** The entries of an answer to "show table", without what differs from process to process and from moment to moment. */
export function entriesOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('0x'))
    .map((line) => line.replace(/^0x\S+ /, '').replace(/exp=\d+/, 'exp=*'))
    .join('\n');
}
