/** `node lab/web-server.ts NAME PORT`: a small web server to put behind an example; its answer tells how it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const [name = 'web', port = '9001'] = process.argv.slice(2);
let well = true;
let busy = 0;

/** The name of the server, the request line and the header fields as they arrived, a line each. */
function describe(request: IncomingMessage): string {
  const fields = request.rawHeaders.flatMap((field, index, all) =>
    index % 2 === 0 ? [`${field}: ${all[index + 1]}`] : [],
  );
  return [name, `${request.method} ${request.url}`, ...fields, ''].join('\n');
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  if (pathname === '/sick' || pathname === '/well') well = pathname === '/well';
  const status = pathname === '/health' && !well ? 503 : Number(searchParams.get('status') ?? 200);
  response.writeHead(status, { 'content-type': 'text/plain', 'x-busy': busy });
  response.end(describe(request));
}

/** `?hold=MS` keeps the answer back, `?status=CODE` answers with that status, /sick and /well change what /health says. */
const server = createServer((request, response) => {
  busy++;
  response.once('close', () => {
    busy--;
  });
  request.resume();
  const hold = Number(new URL(request.url ?? '/', 'http://server').searchParams.get('hold') ?? 0);
  if (hold > 0) setTimeout(answer, hold, request, response);
  else answer(request, response);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`${name} listens on http://127.0.0.1:${port}`));
