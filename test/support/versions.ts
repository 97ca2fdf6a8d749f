/** Versions for nodes, made from configs as users write them. */
import type { Version } from '../../data-plane/node/activate.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import { resolveDefaults } from '../../shared/model/resolve-defaults.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { canonicalJson, sha256 } from '../../shared/protocol/canonical-json.ts';

/** The uid of each resource is its path. */
export function snapshotOf(config: ConfigDocument): Snapshot {
  return resolveDefaults({ ...emptyConfig, ...config }, (path) => path);
}

export function versionOf(version: number, config: ConfigDocument): Version {
  const snapshot = snapshotOf(config);
  const json = canonicalJson(snapshot);
  return { epoch: 'test', version, hash: sha256(json), json, snapshot };
}

/** One frontend on each of the ports, all with the same backend. */
export function siteConfig(options: {
  ports: readonly number[];
  servers?: readonly { name: string; port: number; check?: boolean; inter?: string; weight?: number }[];
  nbproc?: number;
  hardStopAfter?: string;
  mode?: 'http' | 'tcp';
}): ConfigDocument {
  const { ports, servers = [], nbproc, hardStopAfter, mode = 'http' } = options;
  return {
    global: { ...(nbproc === undefined ? {} : { nbproc }), ...(hardStopAfter === undefined ? {} : { hardStopAfter }) },
    frontends: ports.map((port, index) => ({
      name: `web${index}`,
      mode,
      binds: [{ name: 'main', address: '127.0.0.1', port }],
      defaultBackend: 'app',
    })),
    backends: [{ name: 'app', mode, servers: servers.map((server) => ({ ...server, address: '127.0.0.1' })) }],
  };
}
