/** A server that reads every request body to its end and then answers "ok"; its cost is not measured. */
import { createServer } from 'node:http';

const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0 }, (request, response) => {
  request.resume();
  request.on('end', () => response.end('ok'));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
