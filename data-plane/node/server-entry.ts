/** One server of a version, what is known of it, and what others were told last. */
import type { AdminState } from '../../shared/model/override.ts';
import type { SnapshotBackend, SnapshotServer } from '../../shared/model/snapshot.ts';
import type { HealthMessage, ServerHealth } from '../../shared/protocol/messages.ts';
import type { CheckResult } from '../health/check-result.ts';
import type { CheckTarget } from '../health/scheduler.ts';
import type { ServerState } from './worker-messages.ts';

export interface Entry {
  readonly backend: SnapshotBackend;
  readonly server: SnapshotServer;
  readonly identity: string;
  /** What checks say; a server that is not checked is up, and so is one whose first check is still to come. */
  up: boolean;
  /** Up, but without new traffic until a check says otherwise: told so at the runtime API. */
  stopping: boolean;
  result: CheckResult | undefined;
  /** The count behind up and down after the last check; -1 before the first. */
  checkedHealth: number;
  admin: AdminState;
  changedAt: number;
  /** What workers and control plane were told last. */
  told: ServerState;
  toldHealth: ServerHealth;
}

export type Place = Pick<Entry, 'backend' | 'server'>;

/** How the server is to be checked. */
export function checkTargetOf({ backend, server, identity }: Entry): CheckTarget {
  return {
    uid: server.uid,
    backend: backend.name,
    server: server.name,
    identity,
    address: server.checkAddress,
    port: server.checkPort,
    healthCheck: backend.healthCheck,
    inter: server.inter,
    fastinter: server.fastinter,
    downinter: server.downinter,
    rise: server.rise,
    fall: server.fall,
    timeouts: checkTimeouts(backend, server),
  };
}

/**
 * With `timeout check`, a check has the shorter of `timeout connect` and `inter` to connect and then `timeout check`;
 * without, `inter` for all of it (configuration manual 2.6, "timeout check").
 */
function checkTimeouts({ timeouts }: SnapshotBackend, { inter }: SnapshotServer): CheckTarget['timeouts'] {
  if (timeouts.check === 0) return { connect: inter, connected: 0 };
  return { connect: timeouts.connect > 0 ? Math.min(timeouts.connect, inter) : inter, connected: timeouts.check };
}

/** What must stay the same for the findings of checks to stay true. */
export function identityOf({ healthCheck }: SnapshotBackend, server: SnapshotServer): string {
  const { uid, address, port, check, checkAddress, checkPort } = server;
  return JSON.stringify([uid, address, port, check, checkAddress, checkPort, check ? healthCheck : null]);
}

export function isUsable({ told }: Pick<Entry, 'told'>): boolean {
  return told.state === 'up';
}

export function nameOf({ backend, server }: Place): string {
  return `${backend.name}/${server.name}`;
}

/** Whether two reports differ in nothing but how long checks took. */
export function sameHealth(a: ServerHealth, b: ServerHealth): boolean {
  return (
    a.state === b.state &&
    a.adminState === b.adminState &&
    a.weight === b.weight &&
    a.checkStatus === b.checkStatus &&
    a.checkDetail === b.checkDetail
  );
}

export function healthMessage(full: boolean, entries: Iterable<Entry>): HealthMessage {
  const backends: Record<string, Record<string, ServerHealth>> = {};
  for (const { backend, server, toldHealth } of entries) {
    const servers = backends[backend.name] ?? {};
    backends[backend.name] = servers;
    servers[server.name] = toldHealth;
  }
  return { type: 'health', full, backends };
}
