/** Variables of the process in a node of several workers: there before the first request, the same everywhere, kept or set anew by versions. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { startFakeControlPlane } from '../../support/fake-control-plane.ts';
import { startNode, temporaryFolder } from '../../support/node-harness.ts';
import { startOrigin } from '../../support/origin-server.ts';
import { rawClient } from '../../support/raw-http.ts';
import { ask } from '../../support/runtime-client.ts';
import { versionOf } from '../../support/versions.ts';
import { waitFor } from '../../support/wait-for.ts';

type SetVars = NonNullable<NonNullable<ConfigDocument['global']>['setVars']>;

const setVar = (name: string, expression: string): SetVars[number] => ({
  action: 'set-var',
  variable: `proc.${name}`,
  expression,
});

async function startSite(
  t: TestContext,
  workers: number,
  setVars: SetVars,
  backends: NonNullable<ConfigDocument['backends']> = [],
) {
  const control = await startFakeControlPlane(t);
  await startNode(t, { controlPlane: control.url, workers });
  await control.heard('hello');
  const port = await freePort();
  const socket = join(await temporaryFolder(), 's');
  let number = 0;
  const apply = async (given: SetVars, extra = 'x') => {
    const config: ConfigDocument = {
      global: { statsSockets: [{ address: socket, level: 'admin' }], setVars: given },
      backends,
      frontends: [
        {
          name: 'web',
          description: extra,
          binds: [{ name: 'b', address: '127.0.0.1', port }],
          httpRequestRules: [
            { name: 'set', action: 'set-var', variable: 'proc.color', expression: 'url_param(set)' },
            {
              name: 'answer',
              action: 'return',
              status: 200,
              contentType: 'text/plain',
              lfString: '%[var(proc.color,none)] %[var(proc.boot,none)]',
            },
          ],
        },
      ],
    };
    return control.apply(versionOf(++number, config));
  };
  const pids = () =>
    control.messages.findLast((message) => message.type === 'status')?.workers.map(({ pid }) => pid) ?? [];
  assert.equal((await apply(setVars)).type, 'ack');
  await waitFor('all workers', () => pids().length === workers);
  const say = async (path: string): Promise<string> => {
    const client = await rawClient(t, port);
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await waitFor('an answer', () => client.ended || client.failed);
    return client.received.slice(client.received.indexOf('\r\n\r\n') + 4);
  };
  return { apply, say, pids, ask: (line: string) => ask(t, socket, line) };
}

/** What twenty connections, of which each worker accepts some, are told. */
async function saidByAll(say: (path: string) => Promise<string>): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => say('/')));
  return [...new Set(answers)];
}

test('all workers have one value, evaluated once, and what a rule sets in one of them soon holds in all', async (t) => {
  const site = await startSite(t, 3, [setVar('color', 'str(red)'), setVar('boot', 'uuid')]);
  const first = await saidByAll(site.say);
  assert.equal(first.length, 1);
  assert.match(first[0] ?? '', /^red [0-9a-f-]{36}$/);
  await site.say('/?set=blue');
  await waitFor('blue', async () => (await saidByAll(site.say)).join().startsWith('blue '));
  await waitFor('blue at the supervisor', async () => (await site.ask('get var proc.color')).includes('<blue>'));
  await site.ask('experimental-mode on; set var proc.color str(green)');
  await waitFor('green', async () => (await saidByAll(site.say)).every((answer) => answer.startsWith('green ')));
});

test('health checks see what rules have set, and rules of all workers what checks have', async (t) => {
  const server = { name: 's', address: '127.0.0.1', port: await startOrigin(t), check: true, inter: '50ms' };
  const site = await startSite(
    t,
    2,
    [],
    [
      {
        name: 'app',
        healthCheck: {
          type: 'http',
          beforeSend: [{ action: 'set-var', variable: 'check.seen', expression: 'var(proc.color)' }],
          afterExpect: [
            { action: 'set-var-fmt', variable: 'proc.boot', value: '%[var(check.seen,nothing)]-%[status]' },
          ],
        },
        servers: [server],
      },
    ],
  );
  await waitFor('what checks set', async () => (await saidByAll(site.say)).join() === 'none nothing-200');
  await site.say('/?set=blue');
  await waitFor('what checks saw', async () => (await saidByAll(site.say)).join() === 'blue blue-200');
});

test('a worker that takes the place of another has what was set', async (t) => {
  const site = await startSite(t, 1, [setVar('color', 'str(red)')]);
  await site.say('/?set=blue');
  await waitFor('blue at the supervisor', async () => (await site.ask('get var proc.color')).includes('<blue>'));
  const [pid = 0] = site.pids();
  process.kill(pid, 'SIGKILL');
  await waitFor('another worker', () => site.pids().length === 1 && site.pids()[0] !== pid);
  assert.equal(await site.say('/'), 'blue none');
});

test('a version sets what it defines in another way before its first request, and keeps the rest', async (t) => {
  const site = await startSite(t, 2, [setVar('color', 'str(red)'), setVar('boot', 'uuid')]);
  await site.say('/?set=blue');
  await waitFor('blue', async () => (await saidByAll(site.say)).join().startsWith('blue '));
  const [before] = await saidByAll(site.say);
  assert.equal((await site.apply([setVar('color', 'str(red)'), setVar('boot', 'uuid')], 'y')).type, 'ack');
  assert.deepEqual(await saidByAll(site.say), [before]);
  assert.equal((await site.apply([setVar('color', 'str(white)'), setVar('boot', 'uuid')])).type, 'ack');
  assert.deepEqual(await saidByAll(site.say), [before?.replace('blue', 'white')]);
  assert.equal((await site.apply([setVar('color', 'str(white)')])).type, 'ack');
  assert.deepEqual(await saidByAll(site.say), ['white none']);
});
