/** What a running command line does under signals, in the background and in the place of another, as haproxy does it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { findProgram } from '../../../lab/programs.ts';
import { startOrigin } from '../../support/origin-server.ts';
import { ask as askCommand } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  folderWith,
  handlesSignal,
  isAlive,
  kill,
  type Running,
  run,
  type Side,
  start,
  untilListening,
} from './program.ts';
import { accepts, ask, startTraffic } from './traffic.ts';

const sides: readonly Side[] = findProgram('haproxy') === undefined ? ['sluice'] : ['sluice', 'haproxy'];

/** A test with each of the two programs. */
function testBoth(name: string, body: (context: TestContext, side: Side) => Promise<void>): void {
  for (const side of sides) test(`${name}: ${side}`, (context) => body(context, side));
}

/** A site on `port`, or on the address given, that passes requests on to `origin`. */
function siteText(port: number | string, origin: number, global = ''): string {
  return `global
${global}
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 1s
frontend web
  bind ${typeof port === 'number' ? `127.0.0.1:${port}` : port}
  default_backend app
backend app
  server s1 127.0.0.1:${origin}
`;
}

interface Site {
  readonly folder: string;
  readonly file: string;
  readonly pidfile: string;
  readonly port: number;
  readonly running: Running;
}

async function startSite(context: TestContext, side: Side, flags: readonly string[], origin: number): Promise<Site> {
  const port = await freePort();
  const folder = folderWith(context, { 'site.cfg': siteText(port, origin) });
  const [file, pidfile] = [join(folder, 'site.cfg'), join(folder, 'pid')];
  const running = start(context, side, ['-f', file, '-p', pidfile, ...flags]);
  await untilListening(running, () => accepts(port));
  if (flags.includes('-W')) {
    await waitFor('the master minding signals', () => handlesSignal(running.pid, constants.signals.SIGUSR2));
  }
  return { folder, file, pidfile, port, running };
}

/** An origin that answers only when the test says so. */
async function startHoldingOrigin(context: TestContext): Promise<{ port: number; held: ServerResponse[] }> {
  const held: ServerResponse[] = [];
  const port = await startOrigin(context, (request, response) => {
    if (request.url === '/hold') held.push(response);
    else response.end('ok');
  });
  return { port, held };
}

/** Waits for the end; nothing of it may be left. Answers the exit code and how long it took (ms). */
async function untilOver(
  running: Running,
  processes: readonly number[],
): Promise<{ code: number | string; took: number }> {
  const start = performance.now();
  const code = await running.closed;
  await waitFor('all its processes gone', () => processes.every((pid) => !isAlive(pid)));
  return { code, took: performance.now() - start };
}

// HAProxy leaves the signals to the system where no master is, and its master forgives the SIGTERM of its workers.
const ends = [
  { signal: 'SIGTERM', flags: ['-db'], code: { sluice: 0, haproxy: 'SIGTERM' } },
  { signal: 'SIGINT', flags: ['-db'], code: { sluice: 0, haproxy: 'SIGINT' } },
  { signal: 'SIGTERM', flags: ['-W'], code: { sluice: 143, haproxy: 0 } },
  { signal: 'SIGINT', flags: ['-W'], code: { sluice: 130, haproxy: 130 } },
] as const;

for (const { signal, flags, code } of ends) {
  testBoth(
    `${signal} with ${flags[0]} ends everything at once, also with a request under way`,
    async (context, side) => {
      const origin = await startHoldingOrigin(context);
      const { running, port, pidfile } = await startSite(context, side, flags, origin.port);
      const readPid = () => (existsSync(pidfile) ? readFileSync(pidfile, 'utf8') : '');
      if (flags[0] === '-W') await waitFor('the pid file', () => readPid().endsWith('\n'));
      assert.ok(['', `${running.pid}\n`].includes(readPid()), readPid());
      const pending = ask(port, '/hold').catch((error: Error) => error);
      await waitFor('the request at the server', () => origin.held.length > 0);
      const processes = running.descendants();
      running.signal(signal);
      const end = await untilOver(running, processes);
      assert.equal(end.code, code[side], running.output);
      assert.ok(end.took < 1_000, `it took ${end.took} ms`);
      assert.ok((await pending) instanceof Error);
      assert.equal(await accepts(port), false);
    },
  );
}

testBoth('SIGUSR1 lets a request finish and takes no new connection', async (context, side) => {
  const origin = await startHoldingOrigin(context);
  const { running, port } = await startSite(context, side, ['-db'], origin.port);
  const pending = ask(port, '/hold');
  await waitFor('the request at the server', () => origin.held.length > 0);
  const processes = running.descendants();
  running.signal('SIGUSR1');
  await waitFor('connections refused', async () => !(await accepts(port)));
  assert.equal(running.over, false);
  origin.held[0]?.end('finished');
  assert.equal(await pending, 'finished');
  assert.equal((await untilOver(running, processes)).code, 0, running.output);
});

testBoth('SIGUSR2 with -W takes a changed file without losing a request', async (context, side) => {
  const [before, after] = await Promise.all([
    startOrigin(context, (_, response) => response.end('before')),
    startOrigin(context, (_, response) => response.end('after')),
  ]);
  const { running, port, file } = await startSite(context, side, ['-W'], before);
  const load = startTraffic(port);
  await waitFor('answers', () => load.answers.length > 10);
  writeFileSync(file, siteText(port, after));
  running.signal('SIGUSR2');
  await waitFor('answers of the new server', () => load.answers.includes('after'));
  const seen = load.answers.length;
  await waitFor('more answers', () => load.answers.length > seen + 50);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.ok(!load.answers.slice(-20).includes('before'), 'the old configuration still serves');
});

testBoth('SIGUSR2 with -W and a bad file leaves the old configuration serving', async (context, side) => {
  const origin = await startOrigin(context);
  const { running, port, file } = await startSite(context, side, ['-W'], origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  assert.equal(await ask(port, '/', agent), 'ok');
  writeFileSync(file, `${siteText(port, origin)}  foo bar\n`);
  running.signal('SIGUSR2');
  await waitFor('a message', () => running.output.includes("unknown keyword 'foo'"));
  assert.equal(await ask(port, '/', agent), 'ok');
  assert.equal(await ask(port), 'ok');
  writeFileSync(file, siteText(port, origin));
  running.signal('SIGUSR2');
  const load = startTraffic(port, 1);
  await waitFor('answers', () => load.answers.length > 20);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(running.over, false);
});

test('without -W, SIGUSR2 and SIGHUP change nothing', async (context) => {
  const origin = await startOrigin(context);
  const { running, port } = await startSite(context, 'sluice', [], origin);
  running.signal('SIGUSR2');
  running.signal('SIGHUP');
  for (let time = 0; time < 10; time++) assert.equal(await ask(port), 'ok');
  assert.equal(running.over, false);
});

testBoth('-D answers 0 once it serves, and the pid file names who serves', async (context, side) => {
  const origin = await startOrigin(context);
  const port = await freePort();
  const folder = folderWith(context, { 'site.cfg': siteText(port, origin) });
  const launched = start(context, side, ['-D', '-f', join(folder, 'site.cfg'), '-p', join(folder, 'pid')]);
  // Its standard output closes too: what runs in the background does not hold it.
  assert.equal(await launched.closed, 0, launched.output);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  context.after(() => kill(pid));
  assert.notEqual(pid, launched.pid);
  assert.equal(await ask(port), 'ok');
  assert.ok(isAlive(pid));
  kill(pid, 'SIGTERM');
  await waitFor('the end', () => !isAlive(pid));
  // The last thread of a process may outlive the first one for a moment.
  await waitFor('connections refused', async () => !(await accepts(port)));
});

testBoth('-D answers 1 when the port is taken, and leaves nothing behind', async (context, side) => {
  const taken = await startOrigin(context);
  const folder = folderWith(context, { 'site.cfg': siteText(taken, taken) });
  const ran = run(side, ['-D', '-f', 'site.cfg', '-p', 'pid'], folder);
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /\[ALERT\] .* Binding \[site\.cfg:9\] for frontend web: .*127\.0\.0\.1:/);
  assert.equal(existsSync(join(folder, 'pid')), false);
});

for (const flag of ['-sf', '-st'] as const) {
  testBoth(`${flag} takes the place of a process without refusing a connection`, async (context, side) => {
    const [before, after] = await Promise.all([
      startOrigin(context, (_, response) => response.end('before')),
      startOrigin(context, (_, response) => response.end('after')),
    ]);
    const { running: old, port, folder } = await startSite(context, side, ['-db'], before);
    const processes = old.descendants();
    const load = startTraffic(port);
    await waitFor('answers', () => load.answers.length > 10);
    writeFileSync(join(folder, 'next.cfg'), siteText(port, after));
    start(context, side, ['-db', '-f', join(folder, 'next.cfg'), flag, String(old.pid)]);
    const end = await untilOver(old, processes);
    const seen = load.answers.length;
    await waitFor('answers of the new process alone', () => load.answers.length > seen + 30);
    await load.stop();
    // Both listen side by side for a moment; what the kernel holds for the old one when that closes is reset, by design of it.
    const unexpected = load.failures.filter((code) => flag === '-sf' && code !== 'ECONNRESET');
    assert.deepEqual([...unexpected, ...load.failures.filter((code) => code === 'ECONNREFUSED')], []);
    if (flag === '-sf') assert.ok(load.failures.length <= 3, `${load.failures.length} connections were reset`);
    assert.ok(!load.answers.slice(-20).includes('before'));
    if (flag === '-sf') assert.equal(end.code, 0);
  });
}

/** A listening socket whose connections this process leaves to whom it passes the descriptor. */
async function listeningDescriptor(context: TestContext): Promise<{ fd: number; port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  return { fd, port: (server.address() as AddressInfo).port, server };
}

testBoth('binds and stats sockets take descriptors that they inherit', async (context, side) => {
  const origin = await startOrigin(context);
  const [web, stats] = [await listeningDescriptor(context), await listeningDescriptor(context)];
  const folder = folderWith(context, { 'site.cfg': siteText('fd@3', origin, '  stats socket fd@4 level admin') });
  const running = start(context, side, ['-db', '-f', 'site.cfg'], { cwd: folder, inherited: [web.fd, stats.fd] });
  web.server.close();
  stats.server.close();
  const answered = await waitFor('an answer', () => {
    if (running.over) throw new Error(running.output);
    return ask(web.port).catch(() => undefined);
  });
  assert.equal(answered, 'ok');
  assert.match(await askCommand(context, stats.port, 'show info'), /^Name: /);
  const processes = running.descendants();
  running.signal('SIGTERM');
  await untilOver(running, processes);
});

test('-D passes inherited descriptors on', async (context) => {
  const origin = await startOrigin(context);
  const [web, stats] = [await listeningDescriptor(context), await listeningDescriptor(context)];
  const text = siteText('fd@3', origin, '  stats socket fd@4 level admin');
  const folder = folderWith(context, { 'site.cfg': text });
  const launched = start(context, 'sluice', ['-D', '-f', 'site.cfg', '-p', 'pid'], {
    cwd: folder,
    inherited: [web.fd, stats.fd],
  });
  web.server.close();
  stats.server.close();
  assert.equal(await launched.closed, 0, launched.output);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  context.after(() => kill(pid));
  assert.equal(await ask(web.port), 'ok');
  assert.match(await askCommand(context, stats.port, 'show info'), /^Name: /);
  kill(pid, 'SIGTERM');
  await waitFor('the end', () => !isAlive(pid));
});
