/** A small site for a test: two nginx and Sluice in front of them, all of it ended with the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { api, startSluice, waitForControlPlane } from '../../lab/sluice.ts';
import { waitUntil } from '../../lab/wait-until.ts';
import { startTestNginx, type TestServer } from '../support/nginx.ts';

export interface Site {
  stack: AsyncDisposableStack;
  folder: string;
  servers: TestServer[];
  /** "http://127.0.0.1:port" of the REST API and of the frontend `web`. */
  api: string;
  web: string;
  webPort: number;
}

/** Two nginx and the addresses at which Sluice is to be; nothing of Sluice runs yet. */
export async function startSite(context: TestContext): Promise<Site> {
  const stack = new AsyncDisposableStack();
  context.after(() => stack.disposeAsync());
  const folder = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const names = ['nginx1', 'nginx2'];
  const servers = await Promise.all(names.map((name) => startTestNginx(stack, folder, name)));
  const webPort = await freePort();
  return {
    stack,
    folder,
    servers,
    api: `http://127.0.0.1:${await freePort()}`,
    web: `http://127.0.0.1:${webPort}`,
    webPort,
  };
}

/** The same, with `bin/sluice up` and two workers, and the frontend `web` serving. */
export async function startServingSite(context: TestContext): Promise<Site & { sluice: Child }> {
  const site = await startSite(context);
  const settings = ['--listen', new URL(site.api).host, '--data', join(site.folder, 'sluice'), '--workers', '2'];
  const sluice = await startOwned(site.stack, () => startSluice('sluice up', ['up', ...settings]), 'SIGINT');
  await waitForControlPlane(sluice, site.api);
  await configureSite(site);
  return { ...site, sluice };
}

export async function startControlPlane(site: Site): Promise<Child> {
  const args = ['control-plane', '--listen', new URL(site.api).host, '--data', join(site.folder, 'control-plane')];
  const child = await startOwned(site.stack, () => startSluice('control plane', args), 'SIGINT');
  await waitForControlPlane(child, site.api);
  return child;
}

export function startDataPlane(site: Site): Promise<Child> {
  const plane = ['--control-plane', `ws://${new URL(site.api).host}`, '--node', 'node1', '--workers', '2'];
  const args = ['data-plane', ...plane, '--data', join(site.folder, 'data-plane')];
  return startOwned(site.stack, () => startSluice('data plane', args), 'SIGINT');
}

/** The configuration of the site as one document; `weight` is that of the first server. */
export function siteConfig(site: Site, weight = 1) {
  const servers = site.servers.map(({ name, port }) => ({ name, address: '127.0.0.1', port }));
  return {
    frontends: [
      { name: 'web', binds: [{ name: 'test', address: '127.0.0.1', port: site.webPort }], defaultBackend: 'app' },
    ],
    backends: [
      {
        name: 'app',
        redispatch: true,
        servers: servers.map((server, index) => (index === 0 ? { ...server, weight } : server)),
      },
    ],
  };
}

/** Writes the configuration and waits until the frontend `web` answers. */
export async function configureSite(site: Site): Promise<void> {
  await api(site.api, 'PUT', '/v1/config', siteConfig(site));
  await waitForWeb(site);
}

export async function waitForWeb(site: Site): Promise<void> {
  await waitUntil('the frontend "web"', async () => (await fetch(site.web)).ok);
}
