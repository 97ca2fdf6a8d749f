/** What clients send: beginnings of TLS, RDP, HTTP and other protocols, whole, cut short and malformed. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const text = (written: string) => Buffer.from(written, 'latin1');

/** The first message of a real TLS client. */
export async function clientHello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect({ ...options, port, host: '127.0.0.1' });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

export async function payloads(): Promise<Record<string, Buffer>> {
  const modern = await clientHello({ servername: 'one.example', ALPNProtocols: ['h2', 'http/1.1'] });
  const older = await clientHello({
    servername: 'two.example',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
  });
  const nameless = await clientHello({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' });
  const changed = (at: number, byte: number) => {
    const bytes = Buffer.from(modern);
    bytes[at] = byte;
    return bytes;
  };
  return {
    modern,
    older,
    nameless,
    cut: modern.subarray(0, 60),
    'cut in the record': modern.subarray(0, 4),
    'no handshake': changed(0, 0x17),
    'of a server': changed(5, 2),
    'of version 2': changed(1, 2),
    'bad extensions': changed(modern.indexOf(text('one.example')) - 7, 0xff),
    sslv2: hex(
      '802e 01 0003 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 000102030405060708090a0b0c0d0e0f',
    ),
    rdp: text('\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=alice\r\n\x01\x00\x08\x00\x00\x00\x00\x00'),
    'rdp cut': text('\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstsh'),
    'rdp other': text('\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00cookie:msts=1.2.3\r\n\x01\x00\x08'),
    http: text('GET /a?b=c HTTP/1.1\r\nHost: one.example\r\n\r\n'),
    'http cut': text('GET /a HTTP/1.1\r\nHost: o'),
    'no http': text('GET /a b c\r\n\r\n'),
    short: text('ab'),
    counted: text('\x00\x05hello, and more'),
  };
}
