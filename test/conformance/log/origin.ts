/** The server behind both: the path of a request tells how it is to behave. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Owner } from './site.ts';

const ok = (content: string, length = content.length) =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${content}`;

/** How long (ms) the server takes where it is to be slow, or before it breaks off. */
const pause = 100;

const behaviours: Readonly<Record<string, (socket: Socket) => void>> = {
  ok: (socket) => socket.write(ok('ok')),
  '404': (socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope'),
  '500': (socket) => socket.write('HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nnope'),
  hang: () => {},
  close: (socket) => socket.end(),
  junk: (socket) => socket.end('junk\r\n\r\n'),
  half: (socket) => {
    socket.write(ok('half', 100));
    setTimeout(() => socket.end(), pause);
  },
  reset: (socket) => {
    socket.write(ok('half', 100));
    setTimeout(() => socket.resetAndDestroy(), pause);
  },
  stall: (socket) => socket.write(ok('half', 100)),
  headhalf: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-');
    setTimeout(() => socket.end(), pause);
  },
  untilclose: (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'),
  chunked: (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  slow: (socket) => setTimeout(() => socket.write(ok('ok')), pause),
  upgrade: (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhi'),
  stream: (socket) => {
    socket.write(ok('', 1_000_000_000));
    const timer = setInterval(() => socket.write('x'.repeat(1_000)), 5);
    socket.on('close', () => clearInterval(timer));
  },
};

export async function startBehaving(owner: Owner): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    let received = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!received.includes('\r\n\r\n')) return;
      const [, behaviour = 'ok'] = /^[A-Z]+ (?:http:\/\/[^/]*)?\/([a-z0-9]*)/.exec(received) ?? [];
      received = '';
      (behaviours[behaviour] ?? behaviours['ok'])?.(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owner.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
