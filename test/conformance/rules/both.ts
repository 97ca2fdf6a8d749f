/** HAProxy and Sluice run the same haproxy.cfg, each before a server of its own that keeps what it is asked. */
import { type AddressInfo, connect, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { freePorts } from '../../../lab/free-port.ts';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { waitFor } from '../../support/wait-for.ts';

/** What one of the two did with a request, in a form in which both can be compared. */
export interface Outcome {
  /** Lower case; "" where no answer came. */
  readonly status: string;
  /** Lower-case names, sorted. */
  readonly fields: readonly string[];
  readonly content: string;
  /** What the server received: request line, then fields as above. */
  readonly received: readonly string[];
  /** The line in the log, where the frontend has a log format, without date and process. */
  readonly log: string;
}

/** One frontend with its backend: the lines that are theirs. */
export interface Site {
  readonly frontend: readonly string[];
  readonly backend?: readonly string[];
  /** What their defaults have besides the timeouts of all. */
  readonly frontendDefaults?: readonly string[];
  readonly backendDefaults?: readonly string[];
  /** Whole sections that come before all proxies. */
  readonly sections?: readonly string[];
}

export interface Peer {
  /** Sends a request to site number `index` on a connection of its own. */
  send(index: number, request: string): Promise<Outcome>;
}

/** Fields that tell of one connection only, and are each proxy's own business. */
const ofConnection = /^(?:connection|keep-alive|proxy-connection|te|upgrade):/;

/** Starts the program, with the sites in the file it is given as its last argument. */
export async function startPeer(
  t: TestContext,
  program: string,
  parameters: readonly string[],
  sites: readonly Site[],
): Promise<Peer> {
  const received: string[] = [];
  const log = await startLogReceiver(t);
  const origin = await startOrigin(t, received);
  const ports = await freePorts(sites.length);
  const isReady = () => isOpen(ports.at(-1) ?? 0);
  await startCfgProgram(t, program, parameters, haproxyCfg(sites, ports, origin, log.port), isReady);
  return {
    async send(index, request) {
      received.length = 0;
      const answer = await exchange(ports[index] ?? 0, request);
      const [status = '', ...fields] = headOf(answer.replace(/^(?:HTTP\/1\.1 1.*?\r\n\r\n)+/s, ''));
      const hints = [...answer.matchAll(/HTTP\/1\.1 103[^\r]*\r\n(.*?)\r\n\r\n/gs)].map(
        (match) => `103 ${match[1]?.toLowerCase()}`,
      );
      const content = answer.slice(answer.lastIndexOf('\r\n\r\n') + 4);
      const asked = received.map((head) => head.replace(/^(\S+) http:\/\/[^/ ]+\/?/, '$1 /'));
      const [line = ''] = isLogged(sites[index]) ? await log.take(1) : [];
      return {
        status,
        fields: [...hints, ...fields],
        content,
        received: asked.flatMap(headOf),
        log: line.replace(/^<134>1 \S+ - haproxy \d+ /, ''),
      };
    },
  };
}

/** The first line in lower case, then the fields. */
function headOf(text: string): string[] {
  const [first = '', ...lines] = (text.split('\r\n\r\n')[0] ?? '').split('\r\n');
  const fields = lines
    .map((line) => line.replace(/^[^:]*:[ \t]*/, (name) => `${name.trim().toLowerCase()} `))
    .filter((line) => !ofConnection.test(line));
  return [first.toLowerCase().replace(/^http\/1\.[01] /, ''), ...fields.sort()];
}

const isLogged = (site: Site | undefined) => site?.frontend.some((line) => line.startsWith('log-format')) === true;

function haproxyCfg(sites: readonly Site[], ports: readonly number[], origin: number, log: number): string {
  const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join('');
  const defaults = (name: string, lines: readonly string[] | undefined) =>
    lines === undefined
      ? ''
      : `defaults ${name}
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  timeout tarpit 50ms
${indented(lines)}`;
  const sections = sites.map((site, index) => {
    const { frontend, backend = [], frontendDefaults, backendDefaults } = site;
    const format = frontend.some((line) => line.startsWith('log-format-sd')) ? 'rfc5424' : 'raw';
    const logs = isLogged(site) ? [`log 127.0.0.1:${log} len 8192 format ${format} local0`] : [];
    const ofFrontend = frontendDefaults === undefined ? 'all' : `fd${index}`;
    const ofBackend = backendDefaults === undefined ? 'all' : `bd${index}`;
    return `${defaults(ofFrontend, frontendDefaults)}${defaults(ofBackend, backendDefaults)}frontend f${index} from ${ofFrontend}
  bind 127.0.0.1:${ports[index]}
${indented([...logs, ...frontend])}  default_backend b${index}
backend b${index} from ${ofBackend}
${indented(backend)}  server s1 127.0.0.1:${origin}
  server s2 127.0.0.1:${origin} weight 0
`;
  });
  return `global
  expose-experimental-directives
${indented(sites.flatMap(({ sections: own = [] }) => own))}${defaults('all', [])}${sections.join('')}`;
}

/** The path of a request tells what is answered, and X-Answer the fields that are more than in every answer. */
async function startOrigin(t: TestContext, received: string[]): Promise<number> {
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      const head = text;
      text = '';
      received.push(head);
      const fields = 'X-One: a, b\r\nX-One: c\r\nSet-Cookie: k=v; Path=/\r\nServer: me\r\n';
      const status = head.includes('/304') ? '304 Not Modified' : head.includes('/404') ? '404 Not Found' : '200 OK';
      const body = head.includes('/304') || head.startsWith('HEAD') ? '' : 'ok';
      const more =
        /^x-answer: (.*)\r$/im
          .exec(head)?.[1]
          ?.split('|')
          .map((field) => `${field}\r\n`) ?? [];
      socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n${fields}${more.join('')}\r\n${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** All that comes until the other side closes. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  let over = false;
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
  });
  for (const event of ['end', 'error']) {
    socket.on(event, () => {
      over = true;
    });
  }
  socket.write(request, 'latin1');
  await waitFor('the connection closed', () => over);
  socket.destroy();
  return answer;
}
