/** A real worker in mode tcp before two real TLS servers, which are told apart by the name that clients ask for. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { freePort } from '../../../lab/free-port.ts';
import { rawServer } from '../../support/raw-http.ts';
import { requireProgram } from '../../support/require-program.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWorker } from '../../support/worker-harness.ts';

/** Key and certificate of a name. */
function certify(openssl: string, name: string): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(openssl, ['req', '-x509', ...curve, ...subject, '-days', '2', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  const files = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return files;
}

/** Greets with its name and tells back what it is told. */
async function startTlsServer(t: TestContext, name: string, files: { key: Buffer; cert: Buffer }): Promise<number> {
  const server = createServer({ ...files, ALPNProtocols: ['echo', 'http/1.1'] }, (socket) => {
    socket.on('error', () => {});
    socket.write(`${name}:`);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('TLS passes through to the server whose name is asked for', async (t) => {
  const openssl = requireProgram(t, 'openssl');
  if (openssl === undefined) return;
  const files = { a: certify(openssl, 'a.example'), b: certify(openssl, 'b.example') };
  const ports = { a: await startTlsServer(t, 'A', files.a), b: await startTlsServer(t, 'B', files.b) };
  const plain = await rawServer(t, () => 'no TLS');
  const worker = await startWorker(t);
  const port = await freePort();
  const backend = (name: string, serverPort: number) => ({
    name,
    mode: 'tcp' as const,
    servers: [{ name: 's', address: '127.0.0.1', port: serverPort }],
  });
  await worker.activate({
    frontends: [
      {
        name: 'tls',
        mode: 'tcp',
        binds: [{ name: 'b', address: '127.0.0.1', port }],
        inspectDelay: '5s',
        tcpRequestRules: [
          { name: 'hello', type: 'content', action: 'accept', if: '{ req.ssl_hello_type 1 }' },
          { name: 'name', type: 'content', action: 'reject', if: '{ req.ssl_sni -m found }' },
        ],
        backendSwitchingRules: [
          { name: 'a', backend: 'a', if: '{ req.ssl_sni -i A.example }' },
          { name: 'b', backend: 'b', if: '{ req.ssl_sni b.example } { req.ssl_alpn echo }' },
        ],
        defaultBackend: 'plain',
      },
    ],
    backends: [backend('a', ports.a), backend('b', ports.b), backend('plain', plain.port)],
  });

  /** What a client is told that checks the certificate, and says so much. */
  const ask = async (name: 'a' | 'b', size: number) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: `${name}.example`,
      ca: files[name].cert,
      ALPNProtocols: ['echo'],
    });
    t.after(() => socket.destroy());
    let told = '';
    socket.on('data', (bytes) => {
      told += bytes.toString('latin1');
    });
    socket.write(Buffer.alloc(size, name));
    await waitFor(`all that ${name} was told`, () => told.length === size + 2);
    return { told, protocol: socket.alpnProtocol, authorized: socket.authorized };
  };
  for (const size of [5, 300_000]) {
    const answers = await Promise.all([ask('a', size), ask('b', size)]);
    assert.deepEqual(answers, [
      { told: `A:${'a'.repeat(size)}`, protocol: 'echo', authorized: true },
      { told: `B:${'b'.repeat(size)}`, protocol: 'echo', authorized: true },
    ]);
  }

  const other = connectTcp(port, '127.0.0.1');
  t.after(() => other.destroy());
  let told = '';
  other.on('data', (bytes) => {
    told += bytes.toString();
  });
  other.write('SSH-2.0-me\r\n');
  await waitFor('the answer of the other server', () => told === 'no TLS');
  assert.equal(plain.connections[0]?.received, 'SSH-2.0-me\r\n');
});
