/** TCP and HTTP checks against real servers. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { CheckResult } from '../../../../data-plane/health/check-result.ts';
import { describeResult } from '../../../../data-plane/health/check-result.ts';
import { isExpected, startHttpCheck, writeRequest } from '../../../../data-plane/health/http-check.ts';
import { startTcpCheck } from '../../../../data-plane/health/tcp-check.ts';
import { freePort } from '../../../../lab/free-port.ts';
import { systemClock } from '../../../../shared/clock.ts';
import type { HttpCheck } from '../../../../shared/model/health-check.ts';

const timeouts = { connect: 2_000, connected: 0 };

async function listen(context: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function checkTcp(port: number, address = '127.0.0.1'): Promise<CheckResult> {
  return new Promise((resolve) => startTcpCheck({ address, port }, timeouts, systemClock, resolve));
}

function checkHttp(port: number, check: Partial<HttpCheck> = {}, limits = timeouts): Promise<CheckResult> {
  const target = { address: '127.0.0.1', port };
  return new Promise((resolve) => startHttpCheck(target, { type: 'http', ...check }, limits, systemClock, resolve));
}

test('a TCP check passes when the server accepts', async (context) => {
  const { status, passed } = await checkTcp(await listen(context, () => {}));
  assert.deepEqual({ status, passed }, { status: 'L4OK', passed: true });
});

test('a TCP check finds a closed port', async () => {
  const result = await checkTcp(await freePort());
  assert.equal(result.status, 'L4CON');
  assert.equal(describeResult(result), 'Layer4 connection problem, info: "Connection refused"');
});

test('a TCP check resolves host names and tells of those that do not exist', async (context) => {
  const port = await listen(context, () => {});
  assert.equal((await checkTcp(port, 'localhost')).status, 'L4OK');
  const unknown = await checkTcp(port, 'no-such-host.invalid');
  assert.equal(unknown.status, 'L4CON');
  assert.match(unknown.info, /^Host name/);
});

test('an HTTP check judges the status', async (context) => {
  const port = await listen(context, (socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
  const bad = await checkHttp(port);
  assert.equal(describeResult(bad), 'Layer7 wrong status, code: 503, info: "Service Unavailable"');
  assert.equal(bad.passed, false);
  const good = await checkHttp(port, { expect: { status: '200-299,503' } });
  assert.deepEqual([good.status, good.code, good.passed], ['L7OK', 503, true]);
});

test('an HTTP check takes a status line that comes in pieces', async (context) => {
  const port = await listen(context, (socket) => {
    socket.write('HTTP/1.0 2');
    socket.once('data', () => setImmediate(() => socket.write('00 OK\r\n')));
  });
  assert.equal((await checkHttp(port)).status, 'L7OK');
});

test('an HTTP check refuses what is no HTTP, breaks off, or never ends', async (context) => {
  const answers = ['SSH-2.0-x\r\n', '', 'HTTP/1.1 2', 'x'.repeat(20_000)];
  for (const answer of answers) {
    const port = await listen(context, (socket) => socket.on('data', () => socket.end(answer)));
    assert.equal((await checkHttp(port)).status, 'L7RSP', JSON.stringify(answer.slice(0, 20)));
  }
});

test('a silent server times out: by the limit of the whole check, or by that once connected', async (context) => {
  const port = await listen(context, () => {});
  const whole = await checkHttp(port, {}, { connect: 30, connected: 0 });
  assert.equal(whole.status, 'L7TOUT');
  const connected = await checkHttp(port, {}, { connect: 60_000, connected: 30 });
  assert.equal(connected.status, 'L7TOUT');
});

test('a cancelled check reports nothing and leaves no connection', async (context) => {
  let closed = () => {};
  const end = new Promise<void>((resolve) => {
    closed = resolve;
  });
  let cancel = () => {};
  const port = await listen(context, (socket) => {
    socket.on('close', closed);
    socket.on('data', () => cancel());
  });
  const report = context.mock.fn();
  const check: HttpCheck = { type: 'http' };
  cancel = startHttpCheck({ address: '127.0.0.1', port }, check, timeouts, systemClock, report);
  await end;
  assert.equal(report.mock.callCount(), 0);
});

test('the request of a check', () => {
  const target = { address: '::1', port: 80 };
  assert.equal(writeRequest(target, { type: 'http' }), 'OPTIONS / HTTP/1.0\r\nconnection: close\r\n\r\n');
  const headers = [{ name: 'Host', value: 'app.example' }];
  assert.equal(
    writeRequest(target, { type: 'http', method: 'GET', uri: '/health', headers }),
    'GET /health HTTP/1.1\r\nHost: app.example\r\nconnection: close\r\n\r\n',
  );
  assert.match(writeRequest(target, { type: 'http', version: 'HTTP/1.1' }), /\r\nhost: \[::1\]:80\r\n/);
});

test('lists of expected statuses', () => {
  assert.equal(isExpected(204, '200-299,304'), true);
  assert.equal(isExpected(304, '200-299,304'), true);
  assert.equal(isExpected(303, '200-299,304'), false);
});
