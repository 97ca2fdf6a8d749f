/** Clients and servers that break off, at every stage of an exchange: nothing leaks, and whoever is left is told. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import { exchange, ok, rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

type Respond = Parameters<typeof rawServer>[1];

const get = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';
const upload = 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n';
const silent: Respond = () => '';
const half: Respond = (received) =>
  received.includes('\r\n\r\n') ? 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf' : '';
const headOnly: Respond = () => 'HTTP/1.1 200 OK\r\nContent-';
const upgrade: Respond = () => 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';

interface ClientCase {
  readonly sends: string;
  readonly respond: Respond;
  /** What must have come before the client breaks off; "" for nothing. */
  readonly after?: string;
  /** Whether a server is involved, whose connection must end. */
  readonly reaches: boolean;
  /** Whether a close can only be the end of the requests: the answer is still wanted then. */
  readonly complete?: boolean;
}

const clientCases: Readonly<Record<string, ClientCase>> = {
  'before a byte': { sends: '', respond: silent, reaches: false },
  'in the request line': { sends: 'GE', respond: silent, reaches: false },
  'in the header fields': { sends: 'GET / HTTP/1.1\r\nHos', respond: silent, reaches: false },
  'while the server thinks': { sends: get, respond: silent, reaches: true, complete: true },
  'in the upload': { sends: `${upload}part`, respond: silent, reaches: true },
  'in an upload already answered': { sends: `${upload}part`, respond: half, after: 'half', reaches: true },
  'in the head of the answer': { sends: get, respond: headOnly, reaches: true, complete: true },
  'in the content of the answer': { sends: get, respond: half, after: 'half', reaches: true, complete: true },
  'in a tunnel': {
    sends: 'GET / HTTP/1.1\r\nHost: test\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    respond: upgrade,
    after: '101',
    reaches: true,
  },
};

suite('a client that breaks off', { concurrency: 6 }, () => {
  for (const how of ['a reset', 'a close'] as const) {
    for (const [stage, { sends, respond, after = '', reaches, complete }] of Object.entries(clientCases)) {
      if (how === 'a close' && complete) continue;
      test(`${stage}, with ${how}`, async (t) => {
        const server = await rawServer(t, respond);
        const { port, counters } = await startHttpWorker(t, [server.port], { backend: { retries: 0 } });
        const client = await rawClient(t, port);
        client.send(sends);
        await client.until(after);
        if (reaches) await waitFor('the request at the server', () => server.connections[0]?.received !== undefined);
        if (how === 'a reset') client.socket.resetAndDestroy();
        else client.socket.destroy();
        if (reaches) {
          await waitFor('the end at the server', () => {
            const [connection] = server.connections;
            return connection?.ended === true || connection?.socket.destroyed === true;
          });
        }
        const over = (path: string) => counters(path)?.current.sessions === 0;
        await waitFor('no session left', () => over('/frontends/web') && over('/backends/app/servers/s1'));
        assert.equal(counters('/backends/app')?.current.sessions, 0);
      });
    }
  }
});

interface ServerCase {
  readonly respond: Respond;
  readonly request?: string;
  readonly answer: RegExp;
}

const breaking =
  (text: string, how: (socket: Socket) => void): Respond =>
  (received, socket) => {
    if (!received.includes('\r\n\r\n')) return '';
    if (text === '') how(socket);
    else socket.write(text, () => how(socket));
    return '';
  };
const stages: Readonly<Record<string, { text: string; request?: string; answer: RegExp }>> = {
  'before a byte of the answer': { text: '', answer: /^HTTP\/1\.1 502 / },
  'in the status line': { text: 'HTTP/1.1 20', answer: /^HTTP\/1\.1 502 / },
  'in the header fields': { text: 'HTTP/1.1 200 OK\r\nContent-', answer: /^HTTP\/1\.1 502 / },
  'after 100 Continue': {
    text: 'HTTP/1.1 100 Continue\r\n\r\n',
    answer: /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 502 /,
  },
  'in content with a length': {
    text: ok('123456').slice(0, -3),
    answer: /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n123$/,
  },
  'in chunked content': {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
    answer: /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n5\r\nabc$/,
  },
  'in the upload': { text: '', request: `${upload}part`, answer: /^HTTP\/1\.1 502 / },
};
const serverCases: [string, ServerCase][] = Object.entries(stages).flatMap(([stage, { text, ...rest }]) => [
  [`${stage}, with a reset`, { respond: breaking(text, (socket) => socket.resetAndDestroy()), ...rest }],
  [`${stage}, with a close`, { respond: breaking(text, (socket) => socket.end()), ...rest }],
]);

suite('a server that breaks off', { concurrency: 6 }, () => {
  for (const [stage, { respond, request = get, answer }] of serverCases) {
    test(stage, async (t) => {
      const server = await rawServer(t, respond);
      const { port, counters } = await startHttpWorker(t, [server.port], { backend: { retries: 0 } });
      assert.match(await exchange(t, port, request), answer);
      await waitFor('no session left', () => counters('/backends/app/servers/s1')?.current.sessions === 0);
    });
  }
});
