/** What every store must do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromDocument, numberRules, settleConfig } from '../../../control-plane/config/complete-config.ts';
import { diffConfigs } from '../../../control-plane/config/diff-config.ts';
import { planOf } from '../../../control-plane/config/plan.ts';
import type { Commit, Store } from '../../../control-plane/store/store.ts';
import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { emptyConfig } from '../../../shared/model/empty-config.ts';

const note = { hash: 'h', author: 'a', message: 'm', time: '2030-01-01T00:00:00Z' };
const server = (name: string, port = 1) => ({ name, address: '127.0.0.1', port });

export interface Opened {
  store: Store;
  /** Closes the store and opens it again on what it kept; undefined where nothing is kept. */
  reopen?: () => Promise<Store>;
}

function commitOf(version: number, before: Config, document: ConfigDocument): Commit & { config: Config } {
  const config = settleConfig(before, numberRules(fromDocument(structuredClone(document))));
  const diff = diffConfigs(before, config);
  const created = diff.changes.filter(({ before: old }) => old === undefined || Object.keys(old).length === 0);
  const uids = new Map(created.map(({ resource }) => [resource, `uid ${version} ${resource}`]));
  return { config, diff, uids, version: { version, config, plan: planOf(diff), ...note } };
}

/** Registers the tests; each gets a fresh store. */
export function testStore(name: string, open: () => Promise<Opened>): void {
  const full: ConfigDocument = {
    global: { nbproc: 2 },
    defaults: [
      {
        name: 'd',
        mode: 'http',
        acls: [{ name: 'w', criterion: 'path', values: ['/'] }],
        requestCaptures: [{ length: 5 }],
        tcpRequestRules: [{ name: 'r', type: 'content', action: 'accept' }],
        tcpResponseRules: [{ name: 'r', action: 'accept' }],
        httpRequestRules: [
          { name: 'r', action: 'capture', expression: 'path', slot: 0 },
          { name: 'a', action: 'allow' },
        ],
        httpResponseRules: [{ name: 'r', action: 'allow' }],
        httpAfterResponseRules: [{ name: 'r', action: 'allow' }],
      },
    ],
    backends: [
      {
        name: 'app',
        from: 'd',
        healthCheck: { type: 'http', uri: '/' },
        acls: [{ name: 'x', criterion: 'path', values: ['/'] }],
        servers: [server('z'), server('a'), { ...server('m'), weight: 0 }],
      },
    ],
    frontends: [
      {
        name: 'web',
        defaultBackend: 'app',
        binds: [{ name: 'p', port: 80 }],
        acls: [{ name: 'y', criterion: 'path', values: ['/'] }],
        httpRequestRules: [
          { name: 'n', action: 'deny', status: 403 },
          { name: 'b', action: 'allow' },
        ],
        backendSwitchingRules: [
          { name: 's', backend: 'app', if: 'y' },
          { name: 't', backend: '%[path]', if: 'y' },
        ],
      },
    ],
  };

  test(`${name}: what is committed is loaded, rows and uids and order`, async () => {
    const { store, reopen } = await open();
    assert.equal((await store.load()).latest, undefined);
    const first = commitOf(0, emptyConfig, full);
    await store.commit(first);
    const again = (await reopen?.()) ?? store;
    assert.equal(again.epoch, store.epoch);
    const loaded = await again.load();
    assert.deepEqual(loaded.config, first.config);
    assert.equal(loaded.latest?.version, 0);
    assert.equal(loaded.uids.get('/backends/app/servers/a'), 'uid 0 /backends/app/servers/a');
    assert.equal(loaded.uids.get('/backends/app/health-check'), 'uid 0 /backends/app/health-check');
    await again.close();
  });

  test(`${name}: changes, moves and deletions reach the rows, and uids stay`, async () => {
    const { store } = await open();
    const first = commitOf(0, emptyConfig, full);
    await store.commit(first);
    const servers = [server('new'), server('m', 5), server('z')];
    const second = commitOf(1, first.config, {
      backends: [
        { name: 'app', servers },
        { name: 'b', servers: [server('z')] },
      ],
      frontends: [{ name: 'web', defaultBackend: 'b' }],
    });
    await store.commit(second);
    const { config, uids } = await store.load();
    assert.deepEqual(config, second.config);
    assert.equal(uids.get('/backends/app/servers/z'), 'uid 0 /backends/app/servers/z');
    assert.equal(uids.get('/backends/b/servers/z'), 'uid 1 /backends/b/servers/z');
    assert.equal(uids.has('/backends/app/servers/a'), false);
    const appended = commitOf(2, second.config, {
      backends: [{ name: 'app', servers: [...servers.slice(1), server('last')] }, { name: 'b' }],
      frontends: [{ name: 'web', defaultBackend: 'b' }],
    });
    await store.commit(appended);
    assert.deepEqual((await store.load()).config, appended.config);
    await store.close();
  });

  test(`${name}: a commit that breaks a reference leaves nothing behind`, async () => {
    const { store } = await open();
    const first = commitOf(0, emptyConfig, full);
    await store.commit(first);
    const broken = commitOf(1, first.config, { frontends: [{ name: 'web', defaultBackend: 'none' }] });
    await assert.rejects(store.commit(broken));
    assert.deepEqual((await store.load()).config, first.config);
    assert.equal(await store.getVersion(1), undefined);
    await assert.rejects(store.commit(commitOf(0, first.config, {})), 'a number is given once');
    await store.close();
  });

  test(`${name}: versions are kept and listed newest first`, async () => {
    const { store } = await open();
    let config: Config = emptyConfig;
    for (let version = 0; version < 5; version++) {
      const commit = commitOf(version, config, { global: { nbproc: version + 1 } });
      await store.commit(commit);
      config = commit.config;
    }
    assert.deepEqual(
      (await store.listVersions({ limit: 2 })).map(({ version }) => version),
      [4, 3],
    );
    assert.deepEqual(
      (await store.listVersions({ before: 2, limit: 9 })).map(({ version }) => version),
      [1, 0],
    );
    assert.equal((await store.getVersion(3))?.config.global.nbproc, 4);
    assert.deepEqual((await store.getVersion(3))?.plan[0]?.changes, [{ pointer: '/nbproc', from: 3, to: 4 }]);
    await store.close();
  });

  test(`${name}: overrides belong to a server and go with it`, async () => {
    const { store } = await open();
    const first = commitOf(0, emptyConfig, full);
    await store.commit(first);
    const override = { serverUid: 'uid 0 /backends/app/servers/a', backend: 'app', server: 'a', weight: 0 };
    await store.putOverride(override);
    await store.putOverride({ ...override, adminState: 'drain', expiresAt: '2030-01-01T00:00:00Z' });
    assert.deepEqual(await store.listOverrides(), [
      { ...override, adminState: 'drain', expiresAt: '2030-01-01T00:00:00Z' },
    ]);
    await assert.rejects(store.putOverride({ ...override, serverUid: 'nobody' }));
    await store.commit(commitOf(1, first.config, {}));
    assert.deepEqual(await store.listOverrides(), []);
    await store.close();
  });

  test(`${name}: nodes and tokens are kept until they are deleted`, async () => {
    const { store } = await open();
    const node = {
      name: 'n',
      bootId: 'b',
      software: 's',
      lastSeen: '2030-01-01T00:00:00Z',
      runningVersion: -1,
      runningHash: '',
      lastNack: null,
    };
    await store.putNode(node);
    const lastNack = { version: 1, hash: 'h', phase: 'prepare', errors: [], time: note.time };
    await store.putNode({ ...node, runningVersion: 3, lastNack });
    assert.deepEqual(await store.listNodes(), [{ ...node, runningVersion: 3, lastNack }]);
    await store.deleteNode('n');
    assert.deepEqual(await store.listNodes(), []);
    const token = { name: 't', scope: 'read' as const, hash: 'ff', createdAt: note.time };
    await store.putToken(token);
    await assert.rejects(store.putToken(token));
    assert.deepEqual(await store.listTokens(), [token]);
    await store.deleteToken('t');
    assert.deepEqual(await store.listTokens(), []);
    await store.close();
  });
}
