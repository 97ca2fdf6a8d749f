/** The process of a node: its settings, its signals, its exit codes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { get, startOrigin } from '../../support/origin-server.ts';
import { rawClient } from '../../support/raw-http.ts';
import { siteConfig, versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

const main = join(import.meta.dirname, '../../../data-plane/main.ts');

interface Run {
  readonly child: ChildProcess;
  readonly log: string;
  /** Exit code, once it has ended. */
  ended(): Promise<number | null>;
}

function run(context: TestContext, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  context.after(() => child.kill('SIGKILL'));
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const closed = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    get log() {
      return log;
    },
    ended: () => closed,
  };
}

async function startSite(context: TestContext, hardStopAfter = '30s') {
  const controlPlane = await startFakeControlPlane(context);
  const data = await temporaryFolder();
  const node = run(context, ['--control-plane', controlPlane.url, '--workers', '2', '--data', data, '--node', 'n1']);
  await controlPlane.heard('hello');
  let release = () => {};
  let slow = 0;
  const origin = await startOrigin(context, (request, response) => {
    if (request.url !== '/slow') response.end('ok');
    else {
      slow++;
      release = () => response.end('slow');
    }
  });
  const port = await freePort();
  const config = siteConfig({ ports: [port], servers: [{ name: 's1', port: origin }], hardStopAfter });
  assert.equal((await controlPlane.apply(versionOf(1, config))).type, 'ack');
  /** Sends a request that stays unanswered until it is released. */
  const startSlow = async () => {
    const answer = get(port, '/slow').catch(() => 'broken');
    await waitFor('the slow request at the server', () => slow > 0);
    return { answer, release: () => release() };
  };
  return { controlPlane, node, port, startSlow };
}

const isRefused = (port: number) =>
  get(port).then(
    () => false,
    () => true,
  );

test('SIGTERM: nothing more is accepted, what is open finishes, the process ends with 0', async (context) => {
  const { controlPlane, node, port, startSlow } = await startSite(context);
  const idle = await rawClient(context, port);
  const slow = await startSlow();
  node.child.kill('SIGTERM');
  await idle.untilClosed();
  idle.socket.destroy();
  await waitFor('no new connections', () => isRefused(port));
  assert.equal(node.child.exitCode, null);
  await controlPlane.heard('status', ({ draining }) => draining);
  slow.release();
  assert.equal(await slow.answer, 'slow');
  assert.equal(await node.ended(), 0, node.log);
  assert.equal((await controlPlane.heard('bye')).reason, 'the node stops');
});

test('connections that outlast hardStopAfter are cut', async (context) => {
  const { node, startSlow } = await startSite(context, '200ms');
  const slow = await startSlow();
  node.child.kill('SIGTERM');
  assert.equal(await node.ended(), 0, node.log);
  assert.equal(await slow.answer, 'broken');
});

for (const signals of [['SIGINT'], ['SIGTERM', 'SIGTERM'], ['SIGTERM', 'SIGINT']] as const) {
  test(`${signals.join(', then ')}: the process ends at once`, async (context) => {
    const { controlPlane, node, startSlow } = await startSite(context);
    const slow = await startSlow();
    for (const [index, signal] of signals.entries()) {
      if (index > 0) await controlPlane.heard('status', ({ draining }) => draining);
      node.child.kill(signal);
    }
    assert.equal(await node.ended(), 0, node.log);
    assert.equal(await slow.answer, 'broken');
  });
}

test('the control plane may ask a node to stop', async (context) => {
  const { controlPlane, node } = await startSite(context);
  controlPlane.send({ type: 'drain' });
  assert.equal(await node.ended(), 0, node.log);
});

test('workers do not outlive a supervisor that is killed', async (context) => {
  const { controlPlane, node, port } = await startSite(context);
  const { workers } = await controlPlane.heard('status', (status) => status.workers.length === 2);
  node.child.kill('SIGKILL');
  await node.ended();
  await waitFor('the port to be free', () => isRefused(port));
  await waitFor('the workers to end', () => workers.every(({ pid }) => !isAlive(pid)));
});

test('a wrong setting ends the process with code 2 and a line that names it', async (context) => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--workers', '0'], {}, /--workers/],
    [['--control-plane', 'http://127.0.0.1'], {}, /--control-plane/],
    [['--node', '..'], {}, /--node/],
    [['--bogus'], {}, /--bogus/],
    [['more'], {}, /argument/],
    [[], { SLUICE_LOG_LEVEL: 'loud' }, /SLUICE_LOG_LEVEL/],
  ];
  for (const [args, env, message] of cases) {
    const node = run(context, args, env);
    assert.equal(await node.ended(), 2, args.join(' '));
    assert.match(node.log, message);
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
