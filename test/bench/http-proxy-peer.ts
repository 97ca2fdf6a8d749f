/** A proxy made of the npm package http-proxy, as its documentation shows, with a keep-alive agent. */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

interface HttpProxy {
  web(request: IncomingMessage, response: ServerResponse, options: { target: string }): void;
  on(event: 'error', listener: (error: Error, request: IncomingMessage, response: ServerResponse) => void): void;
}
const { createProxyServer } = createRequire(import.meta.url)('http-proxy') as {
  createProxyServer(options: { agent: Agent; xfwd: boolean }): HttpProxy;
};

const [port, uploadPort, ...servers] = process.argv.slice(2);
const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }), xfwd: true });
proxy.on('error', (_error, _request, response) => {
  response.writeHead(502).end();
});

let turn = 0;
const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  turn = (turn + 1) % servers.length;
  const target = request.url?.startsWith('/upload') ? uploadPort : servers[turn];
  proxy.web(request, response, { target: `http://127.0.0.1:${target}` });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
