/** What clients do, and how many lines in the log come of it. */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import type { FrontendName } from './site.ts';

/** A client connection of a case. */
export class Client {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
    this.socket.on('error', () => {
      this.closed = true;
    });
    this.socket.on('end', () => {
      this.closed = true;
    });
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Waits until something with `part` in it has come. */
  async until(part: string): Promise<void> {
    await waitFor(`"${part}" received, not ${JSON.stringify(this.received)}`, () => this.received.includes(part));
  }

  async untilClosed(): Promise<void> {
    await waitFor('the connection closed', () => this.closed);
    this.socket.destroy();
  }

  async reset(): Promise<void> {
    if (this.socket.connecting) await new Promise((resolve) => this.socket.once('connect', resolve));
    this.socket.resetAndDestroy();
  }
}

export interface Case {
  readonly name: string;
  readonly frontend: FrontendName;
  readonly lines: number;
  readonly run: (open: () => Client) => Promise<void>;
}

/** Long enough for a peer to have taken what was sent, and shorter than all its timeouts (ms). */
const moment = 40;

const close = 'Connection: close\r\n';
const get = (target: string, fields = close) => `GET ${target} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`;
const post = (target: string, framing: string, body: string) =>
  `POST ${target} HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n${body}`;

/** One request, or what stands for it, on a connection that the peer closes. */
function sends(name: string, frontend: FrontendName, text: string, lines = 1): Case {
  const run = async (open: () => Client) => {
    const client = open();
    client.send(text);
    await client.untilClosed();
  };
  return { name, frontend, lines, run };
}

/**
 * The client sends this and ends or resets the connection, once the text `after` has come; where nothing comes, a moment
 * later, since a reset overtakes what was sent before.
 */
function leaves(name: string, frontend: FrontendName, text: string, how: 'end' | 'reset', after = ''): Case {
  const run = async (open: () => Client) => {
    const client = open();
    if (text !== '') client.send(text);
    if (after !== '') await client.until(after);
    else await delay(moment);
    if (how === 'reset') await client.reset();
    else {
      client.socket.end();
      await client.untilClosed();
    }
  };
  return { name, frontend, lines: 1, run };
}

/** What is not to be logged, then a request that is. */
function silently(quiet: Case, frontend: FrontendName): Case {
  const run = async (open: () => Client) => {
    await quiet.run(open);
    const client = open();
    client.send(get('/500?marker'));
    await client.untilClosed();
  };
  return { ...quiet, frontend, lines: 1, run };
}

/** Several clients, one a moment after the other. */
function inTurn(name: string, frontend: FrontendName, cases: readonly Case[]): Case {
  const run = async (open: () => Client) => {
    const runs: Promise<void>[] = [];
    for (const each of cases) {
      runs.push(each.run(open));
      await delay(moment / 2);
    }
    await Promise.all(runs);
  };
  return { name, frontend, lines: cases.reduce((sum, each) => sum + each.lines, 0), run };
}

const keepAlive: Case = {
  name: 'two requests on one connection that then idles',
  frontend: 'web',
  lines: 2,
  run: async (open) => {
    const client = open();
    client.send(get('/ok', ''));
    await client.until('ok');
    client.send(get('/404', ''));
    await client.untilClosed();
  },
};

const badSecond = (text: string, name: string): Case => ({
  ...keepAlive,
  name,
  run: async (open) => {
    const client = open();
    client.send(get('/ok', ''));
    await client.until('ok');
    client.send(text);
    await client.untilClosed();
  },
});

const badChunk: Case = {
  name: 'a body that turns out malformed',
  frontend: 'web',
  lines: 1,
  run: async (open) => {
    const client = open();
    client.send(post('/hang', 'Transfer-Encoding: chunked', '2\r\nok\r\n'));
    await delay(moment);
    client.send('zz\r\n');
    await client.untilClosed();
  },
};

const upgrade = 'Connection: upgrade\r\nUpgrade: echo\r\n';

export const httpCases: readonly Case[] = [
  ...['/ok', '/404', '/500', '/hang', '/close', '/junk', '/half', '/reset', '/stall', '/headhalf', '/untilclose'].map(
    (path) => sends(`GET ${path}`, 'web', get(path)),
  ),
  ...['/chunked', '/slow', '/deny', '/redir', 'http://x/ok?q'].map((path) => sends(`GET ${path}`, 'web', get(path))),
  sends('HTTP/1.0', 'web', 'GET /ok HTTP/1.0\r\n\r\n'),
  sends('HEAD', 'web', `HEAD /ok HTTP/1.1\r\nHost: x\r\n${close}\r\n`),
  sends('POST', 'web', post('/ok', `${close}Content-Length: 2`, 'ab')),
  sends('marks that are written as numbers', 'web', get('/a"b?c=\'{|}[]\\')),
  keepAlive,
  sends('a head that is no HTTP', 'web', 'GET\r\n\r\n'),
  badSecond('junk\r\n\r\n', 'a second head that is no HTTP'),
  badSecond('GET / HT', 'a second head that does not come in time'),
  sends('a head that does not come in time', 'web', 'GET / HT'),
  sends('nothing that comes in time', 'web', ''),
  leaves('half a head, then the end', 'web', 'GET / HT', 'end'),
  leaves('half a head, then a reset', 'web', 'GET / HT', 'reset'),
  leaves('nothing, then the end', 'web', '', 'end'),
  leaves('nothing, then a reset', 'web', '', 'reset'),
  leaves('a client that leaves while it sends a body', 'web', post('/hang', 'Content-Length: 50', 'hello'), 'reset'),
  leaves('a client that leaves while it takes a response', 'web', get('/stream'), 'reset', 'xxx'),
  badChunk,
  leaves('an upgraded connection that ends', 'web', get('/upgrade', upgrade), 'end', 'hi'),
  sends('an upgraded connection that goes silent', 'web', get('/upgrade', upgrade)),
  leaves('an upgraded connection that is reset', 'web', get('/upgrade', upgrade), 'reset', 'hi'),
  sends('no backend', 'nowhere', get('/ok')),
  sends('no server', 'empty', get('/ok')),
  sends('a server that refuses', 'dead', get('/ok')),
  sends('a redispatch', 'redispatch', get('/ok')),
  inTurn('three that queue', 'queue', [
    sends('first', 'queue', get('/slow?1')),
    sends('second', 'queue', get('/slow?2')),
    sends('third', 'queue', get('/slow?3')),
  ]),
  inTurn('a wait in the queue that is too long', 'queue', [
    sends('first', 'queue', get('/hang')),
    sends('second', 'queue', get('/ok')),
  ]),
];

export const optionCases: readonly Case[] = [
  silently(leaves('dontlognull: nothing, then the end', 'null', '', 'end'), 'null'),
  silently(sends('dontlognull: nothing in time', 'null', ''), 'null'),
  leaves('dontlognull: half a head', 'null', 'GE', 'end'),
  silently(leaves('http-ignore-probes: nothing, then the end', 'probes', '', 'end'), 'probes'),
  leaves('http-ignore-probes: half a head', 'probes', 'GE', 'end'),
  ...['/ok', '/404', '/500', '/half', '/deny', '/hang'].map((path) =>
    sends(`log-separate-errors: ${path}`, 'errors', get(path)),
  ),
  sends('log-separate-errors: a head that is no HTTP', 'errors', 'GET\r\n\r\n'),
  silently(sends('dontlog-normal: /ok', 'anomalies', get('/ok')), 'anomalies'),
  silently(sends('dontlog-normal: /404', 'anomalies', get('/404')), 'anomalies'),
  ...['/half', '/hang'].map((path) => sends(`dontlog-normal: ${path}`, 'anomalies', get(path))),
  ...['/ok', '/500', '/hang', '/half', '/slow', '/chunked'].map((path) => sends(`logasap: ${path}`, 'asap', get(path))),
  sends('logasap: a head that is no HTTP', 'asap', 'GET\r\n\r\n'),
  ...['/ok', '/500'].map((path) => sends(`error-log-format: ${path}`, 'ownerror', get(path))),
  sends('error-log-format: a head that is no HTTP', 'ownerror', 'GET\r\n\r\n'),
  sends('option httplog clf', 'clf', get('/ok')),
  sends('option httplog clf: a head that is no HTTP', 'clf', 'GET\r\n\r\n'),
  sends('option httpslog', 'httpslog', get('/ok')),
  ...(['variables', 'quoted'] as const).flatMap((frontend) => [
    sends(`${frontend} of a request`, frontend, get('/ok/a?b=c"\\]')),
    sends(`${frontend} of a request for an absolute target`, frontend, get('http://x/ok/a?b=c')),
    sends(`${frontend} of no request`, frontend, 'GET\r\n\r\n'),
  ]),
  sends('the default format', 'plain', get('/ok')),
  silently(sends('the default format: a head that is no HTTP', 'plain', 'GET\r\n\r\n'), 'plain'),
  sends('the default format in mode tcp', 'plaintcp', get('/close')),
  sends('every frame of a line', 'frames', get('/ok/first'), 11),
  sends('every frame of a line, again', 'frames', get('/ok/second'), 12),
];

export const tcpCases: readonly Case[] = [
  leaves('a client that ends', 'tcp', get('/ok'), 'end', 'ok'),
  leaves('a client that ends without a word', 'tcp', '', 'end'),
  leaves('a client that is reset', 'tcp', get('/ok'), 'reset', 'ok'),
  ...['/close', '/untilclose', '/reset'].map((path) => sends(`a server that answers ${path}`, 'tcp', get(path))),
  sends('silence of both', 'tcp', get('/ok')),
  sends('silence of the server', 'tcppatient', get('/ok')),
  sends('a server that refuses', 'tcpdead', get('/ok')),
  sends('no server', 'tcpempty', get('/ok')),
  inTurn('a wait in the queue that is too long', 'tcpqueue', [
    sends('first', 'tcpqueue', get('/hang')),
    sends('second', 'tcpqueue', get('/ok')),
  ]),
  leaves('dontlognull: something was sent', 'tcpnull', 'x', 'end'),
  leaves('logasap', 'tcpasap', get('/ok'), 'end', 'ok'),
];
