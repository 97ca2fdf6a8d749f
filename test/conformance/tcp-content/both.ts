/** HAProxy and Sluice run the same haproxy.cfg before the same servers; what becomes of a connection is told alike for both. */
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';
import { type LogReceiver, startLogReceiver } from '../../support/log-receiver.ts';
import { waitFor } from '../../support/wait-for.ts';

/** How long (ms) rules wait in all sites, and after which time a connection is taken for one that waited. */
export const delay = 2_500;
const waited = 2_000;

/** A frontend "fN" of a name that cases know, and what else belongs to it. */
export interface Site {
  readonly mode?: 'tcp' | 'http';
  readonly frontend: readonly string[];
  /** Lines of the backend "one", "two" or "greeter" of this site. */
  readonly backend?: readonly string[];
  /** What their defaults have besides the timeouts of all. */
  readonly frontendDefaults?: readonly string[];
  readonly backendDefaults?: readonly string[];
}

/** What became of a connection. */
export interface Outcome {
  /** What the client was told until it was content, or the connection ended. */
  readonly answer: string;
  /** Whether that took as long as the rules may wait. */
  readonly waited: boolean;
  /** Of all that the server was sent, where one was asked. */
  readonly sent: string;
  /** The line in the log. */
  readonly line: string;
}

export interface Peer {
  /** Sends pieces, each in a turn of its own, to site number `index`. The client ends once it was told something. */
  send(index: number, pieces: readonly Buffer[]): Promise<Outcome>;
}

/**
 * Servers "one" and "two" answer with their name what comes first, those of HTTP each request; "greeter" speaks first. At the
 * end they tell a digest of all they were sent.
 */
export async function startServers(t: TestContext): Promise<Readonly<Record<string, number>>> {
  const start = async (name: string) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => behave(name, socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    return [name, (server.address() as AddressInfo).port] as const;
  };
  return Object.fromEntries(await Promise.all(['one', 'two', 'greeter', 'http one', 'http two'].map(start)));
}

function behave(name: string, socket: Socket): void {
  const hash = createHash('sha1');
  let spoken = name === 'greeter';
  let request = '';
  if (spoken) socket.write('hello world\n');
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    hash.update(bytes);
    if (spoken) return;
    request += bytes.toString('latin1');
    const isHttp = name.startsWith('http');
    if (isHttp && !isWhole(request)) return;
    spoken = !isHttp;
    socket.write(isHttp ? answerTo(request, name) : `${name}\n`);
    request = '';
  });
  socket.on('end', () => socket.end(hash.digest('hex')));
}

/** Requests of the tests are well formed, and say how long they are. */
function isWhole(request: string): boolean {
  const head = request.indexOf('\r\n\r\n') + 4;
  if (head < 4) return false;
  if (/\r\ntransfer-encoding:/i.test(request)) return request.endsWith('\r\n0\r\n\r\n');
  const length = /\r\ncontent-length: ([0-9]+)/i.exec(request)?.[1] ?? '0';
  return request.length >= head + Number(length);
}

/** Tells of the request what proxies may change: who asked, and a digest of the body. */
function answerTo(request: string, name: string): string {
  const client = /\r\nx-forwarded-for: ([^\r]*)/i.exec(request)?.[1] ?? '';
  const body = request.slice(request.indexOf('\r\n\r\n') + 4);
  const content = `${name} ${client} ${createHash('sha1').update(body, 'latin1').digest('hex')}\n`;
  return `HTTP/1.1 200 OK\r\nX-Name: ${name.slice(5)}\r\nContent-Length: ${content.length}\r\n\r\n${content}`;
}

export async function startPeer(
  t: TestContext,
  program: string,
  parameters: readonly string[],
  sites: readonly Site[],
  servers: Readonly<Record<string, number>>,
): Promise<Peer> {
  const log = await startLogReceiver(t);
  const host = `127.${randomInt(1, 255)}.${randomInt(255)}.${randomInt(1, 255)}`;
  const ports = await freePorts(host, sites.length);
  const isReady = async () => (await Promise.all(ports.map((port) => isOpen(port, host)))).every((open) => open);
  await startCfgProgram(t, program, parameters, haproxyCfg(sites, host, ports, servers, log), isReady);
  return { send: (index, pieces) => converse(host, ports[index] ?? 0, pieces, log) };
}

function haproxyCfg(
  sites: readonly Site[],
  host: string,
  ports: readonly number[],
  servers: Readonly<Record<string, number>>,
  log: LogReceiver,
): string {
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join('');
  const times = ['timeout connect 5s', 'timeout client 10s', 'timeout server 10s', `timeout http-request ${delay}ms`];
  const defaults = (name: string, lines: readonly string[]) => `defaults ${name}\n${indented([...times, ...lines])}`;
  const sections = sites.map(({ mode = 'tcp', frontend, backend = [], frontendDefaults, backendDefaults }, index) => {
    const named = frontend.map((line) => line.replace(/\b(one|two|greeter)(?= if|$)/, `$1-${index}`));
    const used = ['one', 'two', 'greeter'].filter((name) => named.some((line) => line.includes(`${name}-${index}`)));
    const format = `log-format "port %[fc_src_port]-%[fc_dst_port] %cp %fp %ts ${mode === 'tcp' ? 'v=%[var(txn.v),hex]' : '%ST'} s=%[var(sess.v)] %ci %fi %hr %hrl"`;
    const ofFrontend = frontendDefaults === undefined ? 'all' : `fd${index}`;
    const ofBackends = backendDefaults === undefined ? 'all' : `bd${index}`;
    return `${frontendDefaults === undefined ? '' : defaults(ofFrontend, frontendDefaults)}${
      backendDefaults === undefined ? '' : defaults(ofBackends, backendDefaults)
    }frontend f${index} from ${ofFrontend}
  mode ${mode}
  bind ${host}:${ports[index]}
  log 127.0.0.1:${log.port} format raw local0
  ${format}
${indented(named)}${used
  .map(
    (name) => `backend ${name}-${index} from ${ofBackends}
  mode ${mode}
${indented(backend)}  server s 127.0.0.1:${servers[mode === 'http' ? `http ${name}` : name]}
`,
  )
  .join('')}`;
  });
  return `${defaults('all', [])}${sections.join('')}`;
}

async function converse(host: string, port: number, pieces: readonly Buffer[], log: LogReceiver): Promise<Outcome> {
  const socket = connect({ port, host, localAddress: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let text = '';
  let answer: string | undefined;
  let took = 0;
  let allSent = pieces.length === 0;
  let over = false;
  const began = performance.now();
  const content = () => {
    if (answer !== undefined) return;
    answer = text;
    took = performance.now() - began;
    if (allSent) socket.end();
  };
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    if (text.endsWith('\n') && text !== 'HTTP/1.1 100 Continue\r\n\r\n') content();
  });
  for (const event of ['end', 'error']) {
    socket.on(event, () => {
      content();
      over = true;
    });
  }
  await once(socket, 'connect');
  const { localPort = 0 } = socket;
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  allSent = true;
  if (answer !== undefined) socket.end();
  await waitFor('the connection ended', () => over);
  socket.destroy();
  const own = `port ${localPort}-${port} `;
  const line = await waitFor('the line in the log', () => takeLine(log, own));
  return {
    answer: shown(answer ?? ''),
    waited: took > waited,
    sent: text.slice((answer ?? '').length),
    line: named(line.slice(line.indexOf(own) + own.length).trim(), [localPort, port], host),
  };
}

/** It is found once: a later connection may have the same ports. */
function takeLine({ lines }: LogReceiver, part: string): string | undefined {
  const at = lines.findIndex((each) => each.includes(part));
  return at < 0 ? undefined : lines.splice(at, 1)[0];
}

/** A line begins with both ports: those of the connection, and its address, are told by name. */
function named(line: string, ports: readonly [number, number], host: string): string {
  const [own = '', bound = '', ...rest] = line.replaceAll(host, 'HOST').split(' ');
  return [own === String(ports[0]) ? 'OWN' : own, bound === String(ports[1]) ? 'BOUND' : bound, ...rest].join(' ');
}

/** Of an answer of HTTP the status line and the content: fields are each proxy's own business. */
function shown(answer: string): string {
  return answer.replaceAll(/(HTTP\/1\.1 [^\r]*)\r\n(?:[^\r]+\r\n)*\r\n/g, '$1\n');
}

/** On an address of its own, where no connection of a test takes them; held all at the same time, so that no two are the same. */
async function freePorts(host: string, count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
