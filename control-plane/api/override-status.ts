/** Whether the nodes carry out the override of a server, seen from the states they report. */
import type { Config } from '../../shared/model/config.ts';
import { summarise, type VersionStatus } from '../nodes/version-status.ts';
import type { Context } from './context.ts';

/**
 * The status of the current version, in which a node counts as applied once it reports the administrative state and the
 * weight that configuration and override ask for. A node that does not know the server is still to come.
 */
export function overrideStatus(context: Context, backend: string, server: string): VersionStatus {
  const { version, config } = context.keeper.current();
  const wanted = wantedState(config, backend, server);
  const override = context.overrides.get(backend, server) ?? {};
  const adminState = override.adminState ?? wanted.adminState;
  const weight = override.weight ?? wanted.weight;
  const reported = new Map(context.hub.serverHealth(backend, server).map(({ node, health }) => [node, health]));
  const nodes = context.hub.versionStatus(version).nodes.map((node) => {
    const health = reported.get(node.node);
    const done = health?.adminState === adminState && health.weight === weight;
    return { ...node, state: done ? ('applied' as const) : ('pending' as const) };
  });
  return summarise(version, nodes);
}

/** What holds for a server without an override. */
function wantedState(config: Config, backend: string, server: string): { adminState: string; weight: number } {
  const owner = config.backends.find(({ name }) => name === backend);
  const configured = owner?.servers?.find(({ name }) => name === server);
  const defaults = config.defaults.find(({ name }) => name === owner?.from);
  const weight = configured?.weight ?? owner?.defaultServer?.weight ?? defaults?.defaultServer?.weight ?? 1;
  return { adminState: configured?.disabled === true ? 'maint' : 'ready', weight };
}
