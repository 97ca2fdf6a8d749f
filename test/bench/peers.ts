/** What one would use in Node instead of Sluice: http-proxy, and undici behind node:http. Measured when installed. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Child, startChild, startOwned } from '../../lab/child.ts';
import type { ProxyOptions, ProxyProgram } from './proxy-program.ts';

export const httpProxyPeer = nodePeer('http-proxy', 'http-proxy-peer.ts');
export const undiciPeer = nodePeer('undici', 'undici-peer.ts');

function nodePeer(packageName: string, script: string): ProxyProgram {
  return {
    name: packageName,
    missing: () => missingPackage(packageName),
    start: (stack, options) => startPeer(stack, packageName, script, options),
  };
}

function missingPackage(name: string): string | undefined {
  try {
    createRequire(import.meta.url).resolve(name);
    return undefined;
  } catch {
    return `the package ${name} is not installed: npm install --no-save ${name}`;
  }
}

function startPeer(
  stack: AsyncDisposableStack,
  name: string,
  script: string,
  { origin, port }: ProxyOptions,
): Promise<Child> {
  const args = [join(import.meta.dirname, script), ...[port, origin.uploadPort, ...origin.ports].map(String)];
  return startOwned(stack, () => startChild(name, process.execPath, args));
}
