/** Which servers of a backend a worker uses: backups, and weights that run time may or may not change. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { answering, exchange, type rawClient, rawServer } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startHttpWorker } from '../../support/worker-harness.ts';

type Test = Parameters<typeof rawClient>[0];

const uid = (name: string) => `/backends/app/servers/${name}`;

/** A backend of servers that each answer with their name, and who answers so many requests. */
async function startBackend(t: Test, servers: readonly object[], backend: object) {
  const worker = await startHttpWorker(t, []);
  const names = servers.map((_, index) => `s${index + 1}`);
  const ports = await Promise.all(names.map(async (name) => (await rawServer(t, answering(name))).port));
  await worker.activate({
    ...worker.config,
    backends: [
      {
        name: 'app',
        ...backend,
        servers: servers.map((settings, index) => ({
          name: names[index] ?? '',
          address: '127.0.0.1',
          port: ports[index] ?? 0,
          ...settings,
        })),
      },
    ],
  });
  const ask = async (times: number): Promise<string> => {
    const answered: string[] = [];
    for (let time = 0; time < times; time++) {
      const answer = await exchange(t, worker.port, 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
      answered.push(answer.slice(-2));
    }
    return answered.sort().join(' ');
  };
  return { ...worker, ask };
}

suite('servers of a backend', { concurrency: 3 }, () => {
  test('all backups share the traffic with allBackups, and only while no other server is left', async (t) => {
    const servers = [{}, { backup: true }, { backup: true }];
    const { ask, setServers } = await startBackend(t, servers, { allBackups: true });
    assert.equal(await ask(4), 's1 s1 s1 s1');
    setServers([{ uid: uid('s1'), state: 'down', weight: 1 }]);
    await waitFor('the first server is left', async () => (await ask(1)) !== 's1');
    assert.equal(await ask(4), 's2 s2 s3 s3');
    setServers([{ uid: uid('s1'), state: 'up', weight: 1 }]);
    await waitFor('the first server is back', async () => (await ask(1)) === 's1');
    assert.equal(await ask(4), 's1 s1 s1 s1');
  });

  test('a server that starts slowly gets a part of its weight', async (t) => {
    const { ask, setServers } = await startBackend(t, [{}, {}], {});
    setServers([{ uid: uid('s1'), state: 'up', weight: 1, part: 1 / 16 }]);
    await waitFor('it gets little', async () => (await ask(6)) === 's2 s2 s2 s2 s2 s2');
    setServers([{ uid: uid('s1'), state: 'up', weight: 1 }]);
    await waitFor('it gets its share', async () => (await ask(4)) === 's1 s1 s2 s2');
  });

  test('static-rr keeps the weights of the configuration, but for 0', async (t) => {
    const servers = [{ weight: 2 }, {}, { weight: 1 }];
    const { ask, setServers } = await startBackend(t, servers, { balance: { algorithm: 'static-rr' } });
    setServers([
      { uid: uid('s1'), state: 'up', weight: 200 },
      { uid: uid('s2'), state: 'up', weight: 0 },
    ]);
    await waitFor('the second server is left', async () => !(await ask(4)).includes('s2'));
    assert.equal(await ask(6), 's1 s1 s1 s1 s3 s3');
  });
});
