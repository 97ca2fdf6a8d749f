/** Takes the WebSocket connections of nodes: path, caller and subprotocol are checked before the upgrade. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SluiceError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { namePattern } from '../../shared/model/fields.ts';
import { nodePath, subprotocol } from '../../shared/protocol/messages.ts';
import type { NodeHub } from './node-hub.ts';

/** Longest message (bytes) of a node: the counters of many servers. */
const longestMessage = 32 * 1024 * 1024;

const nameExpression = new RegExp(namePattern);

export interface NodeDoor {
  /** Ends the connections that are still open. */
  close(): void;
}

/** `authorise` throws when the caller may not be a node; `problem` writes an error as the API does. */
export function acceptNodes(options: {
  server: Server;
  hub: NodeHub;
  logger: Logger;
  authorise: (request: IncomingMessage) => void;
  problem: (error: SluiceError, instance: string) => { status: number; type: string; body: string };
}): NodeDoor {
  const { server, hub, logger, authorise, problem } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });

  function refuse(socket: Duplex, error: SluiceError, path: string): void {
    const { status, type, body } = problem(error, path);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${type}`,
      `content-length: ${Buffer.byteLength(body)}`,
      ...(status === 401 ? ['www-authenticate: Bearer realm="sluice"'] : []),
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', (error) => logger.debug({ err: error }, 'a connection failed before its upgrade'));
    const url = new URL(request.url ?? '/', 'http://sluice');
    try {
      const name = checkRequest(request, url);
      authorise(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        hub.accept(webSocket, name, request.socket.remoteAddress ?? '');
      });
    } catch (error) {
      const known = error instanceof SluiceError ? error : new SluiceError('internal-error', 'see the log');
      if (!(error instanceof SluiceError)) logger.error({ err: error }, 'an upgrade failed');
      refuse(socket, known, url.pathname);
    }
  });

  return {
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

function checkRequest(request: IncomingMessage, url: URL): string {
  if (url.pathname !== nodePath) throw new SluiceError('not-found', `there is no WebSocket at ${url.pathname}`);
  const name = url.searchParams.get('node') ?? '';
  if (!nameExpression.test(name)) throw new SluiceError('invalid-request', '"?node=" must be the name of the node');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (!offered.includes(subprotocol))
    throw new SluiceError('invalid-request', `the subprotocol must be ${subprotocol}`);
  return name;
}
