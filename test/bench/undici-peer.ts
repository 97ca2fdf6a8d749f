/** A proxy made of node:http in front and undici's pools behind, streaming both ways. */
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Readable, Writable } from 'node:stream';

interface Pool {
  stream(
    options: {
      path: string;
      method: string;
      headers: readonly string[];
      body: Readable | null;
      opaque: ServerResponse;
    },
    factory: (answer: { statusCode: number; headers: Record<string, string>; opaque: ServerResponse }) => Writable,
    callback: (error: Error | null) => void,
  ): void;
}
const { Pool } = createRequire(import.meta.url)('undici') as {
  Pool: new (origin: string, options: { connections: number }) => Pool;
};

const [port, uploadPort, ...servers] = process.argv.slice(2);
const poolOf = (target: string | undefined) => new Pool(`http://127.0.0.1:${target}`, { connections: 1_024 });
const upload = poolOf(uploadPort);
const pools = servers.map(poolOf);
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

let turn = 0;
const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  turn = (turn + 1) % pools.length;
  const pool = request.url?.startsWith('/upload') ? upload : pools[turn];
  const headers: string[] = ['x-forwarded-for', request.socket.remoteAddress ?? ''];
  const raw = request.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (!hopByHop.has(name.toLowerCase())) headers.push(name, raw[index + 1] ?? '');
  }
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  pool?.stream(
    {
      path: request.url ?? '/',
      method: request.method ?? 'GET',
      headers,
      body: hasBody ? request : null,
      opaque: response,
    },
    (answer) => {
      for (const name of hopByHop) delete answer.headers[name];
      return answer.opaque.writeHead(answer.statusCode, answer.headers);
    },
    (error) => {
      if (error === null) return;
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    },
  );
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
