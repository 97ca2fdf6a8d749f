/** The state of servers and backends in HAProxy's words and numbers. */
import type { SnapshotBackend, SnapshotServer } from '../../../shared/model/snapshot.ts';
import type { NodeView, ObservedServer } from './node-view.ts';

/** "UP", "DOWN 1/2", "MAINT", "DRAIN", "NOLB", "no check" and so on (column "status"). */
export function statusOf({ rise, fall }: SnapshotServer, view: ObservedServer): string {
  if (view.admin === 'maint') return 'MAINT';
  const health = view.health ?? rise + fall - 1;
  if (!view.up) return view.health !== undefined && health > 0 ? `DOWN ${health}/${rise}` : 'DOWN';
  const way = health < rise + fall - 1 ? ` ${health - rise + 1}/${fall}` : '';
  if (view.stopping) return `NOLB${way}`;
  if (view.admin === 'drain') return `DRAIN${way}`;
  return view.checked ? `UP${way}` : 'no check';
}

/** Whether new traffic may go to it. */
export function takesTraffic(view: ObservedServer): boolean {
  return view.usable && view.weight > 0;
}

/** srv_op_state: 0 stopped, 2 running, 3 up without new traffic. */
export function operationalState(view: ObservedServer): number {
  if (view.admin === 'maint' || !view.up) return 0;
  return view.stopping ? 3 : 2;
}

/** srv_admin_state: 1 maintenance, 4 disabled by the configuration, 8 drain. */
export function adminState({ disabled }: SnapshotServer, { admin }: ObservedServer): number {
  return (admin === 'maint' ? 1 : 0) + (disabled ? 4 : 0) + (admin === 'drain' ? 8 : 0);
}

/** srv_check_status: the numbers that HAProxy has for what checks find. */
export const checkNumbers: Readonly<Record<string, number>> = {
  L4OK: 6,
  L4TOUT: 7,
  L4CON: 8,
  L6OK: 9,
  L6TOUT: 10,
  L6RSP: 11,
  L7TOUT: 12,
  L7RSP: 13,
  L7OK: 15,
  L7OKC: 16,
  L7STS: 17,
};

export interface BackendSummary {
  /** Servers that are not down, whatever their weight. */
  readonly alive: number;
  readonly active: number;
  readonly backup: number;
  /** Of the servers that take traffic: the active ones, or without any the backup ones. */
  readonly weight: number;
}

/** The servers of a backend that take traffic. */
export function summarize(node: NodeView, { servers, allBackups }: SnapshotBackend): BackendSummary {
  const known = servers.flatMap(({ uid, backup }) => {
    const view = node.server(uid);
    return view === undefined ? [] : [{ backup, weight: view.weight, view }];
  });
  const usable = known.filter(({ view }) => takesTraffic(view));
  const active = usable.filter(({ backup }) => !backup);
  const inUse = active.length > 0 ? active : allBackups ? usable : usable.slice(0, 1);
  return {
    alive: known.filter(({ view }) => operationalState(view) !== 0).length,
    active: active.length,
    backup: usable.length - active.length,
    weight: inUse.reduce((sum, { weight }) => sum + weight, 0),
  };
}
