/** HAProxy and Sluice run the same haproxy.cfg before the same server, which answers piece by piece. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { freePorts } from '../../../lab/free-port.ts';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';
import { type LogReceiver, startLogReceiver } from '../../support/log-receiver.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Case, delay, type Script, scripts } from './cases.ts';

/** What became of a request, in a form in which both can be compared. */
export interface Outcome {
  readonly status: string;
  /** Lower-case names, sorted, without those of the connection. */
  readonly fields: readonly string[];
  /** Of a body in chunks, without what frames them. */
  readonly content: string;
  /** Whether the client was told anything before rules had waited as long as they may. */
  readonly early: boolean;
  /** Whether the connection ended with it. */
  readonly ended: boolean;
  /** Status, termination and whether there was a time of response, of the line in the log. */
  readonly log: string;
}

export interface Peer {
  /** Asks site number `index` for "name" or "METHOD name", on a connection of its own. */
  ask(index: number, what: string): Promise<Outcome>;
}

export async function startPeer(
  t: TestContext,
  program: string,
  parameters: readonly string[],
  cases: readonly Case[],
): Promise<Peer> {
  const log = await startLogReceiver(t);
  const told = new Map<string, () => void>();
  const origin = await startOrigin(t, told);
  const ports = await freePorts(cases.length);
  const isReady = () => isOpen(ports.at(-1) ?? 0);
  await startCfgProgram(t, program, parameters, haproxyCfg(cases, ports, origin, log.port), isReady);
  let asked = 0;
  return {
    async ask(index, what) {
      const [name = '', method = 'GET'] = what.split(' ').reverse();
      const id = `r${asked++}-`;
      return exchange(ports[index] ?? 0, method, `/${name}?${id}`, log, () => told.get(id)?.());
    },
  };
}

function haproxyCfg(cases: readonly Case[], ports: readonly number[], origin: number, log: number): string {
  const indented = (lines: readonly string[] = []) => lines.map((line) => `  ${line}\n`).join('');
  const sections = cases.map(
    ({ frontend, backend }, index) => `frontend f${index}
  bind 127.0.0.1:${ports[index]}
  log 127.0.0.1:${log} format raw local0
  log-format "%HU %ST %ts Tr=%Tr"
${indented(frontend)}  default_backend b${index}
backend b${index}
${indented(backend)}  server s 127.0.0.1:${origin}
`,
  );
  return `defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${sections.join('')}`;
}

/** The path of a request names its script, the query who waits for the answer. */
async function startOrigin(t: TestContext, told: Map<string, () => void>): Promise<number> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const [, name = '', id = ''] = /^[A-Z]+ \/([a-z]+)\?(\S+) .*\r\n\r\n$/s.exec(text) ?? [];
      const script = scripts[name];
      if (script === undefined) return;
      text = '';
      void play(socket, script, new Promise((resolve) => told.set(id, () => resolve(undefined))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function play(socket: Socket, script: Script, told: Promise<unknown>): Promise<void> {
  for (const step of script) {
    if (typeof step === 'string') {
      socket.write(step, 'latin1');
      await new Promise((resolve) => setImmediate(resolve));
    } else if (step.act === 'told') await told;
    else if (step.act === 'end') socket.end();
    else socket.resetAndDestroy();
  }
}

async function exchange(
  port: number,
  method: string,
  target: string,
  log: LogReceiver,
  told: () => void,
): Promise<Outcome> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  let ended = false;
  let firstAfter = Number.POSITIVE_INFINITY;
  const began = performance.now();
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
    const final = withoutHints(answer);
    if (final === '' || firstAfter !== Number.POSITIVE_INFINITY) return;
    firstAfter = performance.now() - began;
    told();
  });
  for (const event of ['end', 'error']) {
    socket.on(event, () => {
      ended = true;
    });
  }
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: h\r\n\r\n`);
  await waitFor('the answer', () => ended || isWhole(withoutHints(answer), method));
  socket.destroy();
  const line = await waitFor('the line in the log', () => log.lines.find((each) => each.startsWith(`${target} `)));
  const [status = '', ...fields] = headOf(withoutHints(answer));
  return {
    status,
    fields,
    content: contentOf(withoutHints(answer)),
    early: firstAfter < delay * 0.9,
    ended,
    log: line
      .slice(target.length + 1)
      .trim()
      .replace(/Tr=[0-9]+/, 'Tr=some'),
  };
}

const withoutHints = (answer: string) => answer.replace(/^(?:HTTP\/1\.1 1.*?\r\n\r\n)+/s, '');

function isWhole(answer: string, method: string): boolean {
  const end = answer.indexOf('\r\n\r\n') + 4;
  if (end < 4) return false;
  if (method === 'HEAD' || /^HTTP\/1\.1 [23]04/.test(answer)) return true;
  if (/\r\ntransfer-encoding:/i.test(answer.slice(0, end))) return answer.endsWith('0\r\n\r\n');
  const length = /\r\ncontent-length: ([0-9]+)/i.exec(answer.slice(0, end))?.[1];
  return length !== undefined && answer.length >= end + Number(length);
}

function headOf(answer: string): string[] {
  const [first = '', ...lines] = (answer.split('\r\n\r\n')[0] ?? '').split('\r\n');
  const fields = lines.map((line) => line.replace(/^[^:]*:/, (name) => name.toLowerCase()));
  return [first, ...fields.filter((line) => !line.startsWith('connection:')).sort()];
}

/** Chunks as they are passed on are each proxy's own business. */
function contentOf(answer: string): string {
  const end = answer.indexOf('\r\n\r\n') + 4;
  const content = answer.slice(end);
  if (!/\r\ntransfer-encoding:/i.test(answer.slice(0, end))) return content;
  const data = content.replaceAll(/[0-9A-Fa-f]+\r\n([^\r]*)\r\n/g, '$1');
  return content.endsWith('0\r\n\r\n') ? `${data} whole` : data;
}
