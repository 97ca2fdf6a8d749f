/** What the control plane knows of one node, and how it shows it. */
import { type Static, Type } from 'typebox';
import { closedObject } from '../../shared/model/fields.ts';
import type { CountersMessage, HealthMessage, ServerHealth, StatusMessage } from '../../shared/protocol/messages.ts';
import type { StoredNack, StoredNode } from '../store/store.ts';
import type { NodeSession } from './node-session.ts';
import { Rollout } from './rollout.ts';
import { fieldErrorSchema } from './version-status.ts';

/** A node without connection counts as gone after this long (ms). */
export const goneAfter = 5 * 60_000;

/** Health by backend, then by server. */
export type HealthTable = ReadonlyMap<string, ReadonlyMap<string, ServerHealth>>;

export interface NodeRecord {
  readonly name: string;
  readonly rollout: Rollout;
  /** Undefined while the node has no connection. */
  session: NodeSession | undefined;
  /** Whether its hello has been answered. */
  welcomed: boolean;
  bootId: string;
  software: string;
  workers: number;
  source: string;
  address: string;
  /** RFC 3339, "" when it has not been connected since the control plane started. */
  connectedAt: string;
  /** Milliseconds since 1970 of the last message. */
  lastSeen: number;
  lastNack: StoredNack | null;
  health: HealthTable;
  counters: CountersMessage | undefined;
  status: StatusMessage | undefined;
  /** The maps and ACL files of this revision are in force there; -1 while that is not known. */
  patternRevision: number;
}

export type ConnectionState = 'connected' | 'stale' | 'gone';

export const nodeSchema = closedObject(
  {
    name: Type.String(),
    state: Type.Union([Type.Literal('connected'), Type.Literal('stale'), Type.Literal('gone')], {
      description: '"stale": the connection is lost; "gone": for more than five minutes.',
    }),
    software: Type.String(),
    bootId: Type.String({ description: 'Changes whenever the node starts.' }),
    address: Type.String({ description: 'Where its connection comes from; "" while there is none.' }),
    connectedAt: Type.Union([Type.String(), Type.Null()], { description: 'RFC 3339.' }),
    lastSeen: Type.String({ description: 'RFC 3339.' }),
    runningVersion: Type.Union([Type.Integer(), Type.Null()], { description: 'null when it runs none yet.' }),
    runningHash: Type.String({ description: 'SHA-256 of the snapshot it runs.' }),
    source: Type.String({ description: 'Where the version it started with came from: cache, control-plane or none.' }),
    workers: Type.Integer({ description: 'Number of its workers.' }),
    draining: Type.Boolean(),
    lastNack: Type.Union([
      closedObject({
        version: Type.Integer(),
        hash: Type.String(),
        phase: Type.String({ description: 'Where it failed: receive, prepare or commit.' }),
        errors: Type.Array(fieldErrorSchema),
        time: Type.String({ description: 'RFC 3339.' }),
      }),
      Type.Null(),
    ]),
  },
  { title: 'Node', description: 'A running data plane.' },
);
export type NodeView = Static<typeof nodeSchema>;

export function newNode(name: string): NodeRecord {
  return {
    name,
    rollout: new Rollout(),
    session: undefined,
    welcomed: false,
    bootId: '',
    software: '',
    workers: 0,
    source: 'none',
    address: '',
    connectedAt: '',
    lastSeen: 0,
    lastNack: null,
    health: new Map(),
    counters: undefined,
    status: undefined,
    patternRevision: -1,
  };
}

export function fromStored(stored: StoredNode): NodeRecord {
  const node = newNode(stored.name);
  node.rollout.restart(
    stored.runningVersion < 0 ? undefined : { version: stored.runningVersion, hash: stored.runningHash },
  );
  node.bootId = stored.bootId;
  node.software = stored.software;
  node.lastSeen = Date.parse(stored.lastSeen);
  node.lastNack = stored.lastNack;
  return node;
}

export function toStored(node: NodeRecord): StoredNode {
  return {
    name: node.name,
    bootId: node.bootId,
    software: node.software,
    lastSeen: new Date(lastHeard(node)).toISOString(),
    runningVersion: node.rollout.acknowledged,
    runningHash: node.rollout.runningHash,
    lastNack: node.lastNack,
  };
}

function lastHeard(node: NodeRecord): number {
  return node.session?.lastHeard ?? node.lastSeen;
}

/** How the connection stands at a moment given in milliseconds since 1970. */
export function connectionState(node: NodeRecord, now: number): ConnectionState {
  if (node.session !== undefined) return 'connected';
  return now - node.lastSeen > goneAfter ? 'gone' : 'stale';
}

export function viewOf(node: NodeRecord, now: number): NodeView {
  const connected = node.session !== undefined;
  return {
    name: node.name,
    state: connectionState(node, now),
    software: node.software,
    bootId: node.bootId,
    address: connected ? node.address : '',
    connectedAt: connected ? node.connectedAt : null,
    lastSeen: new Date(lastHeard(node)).toISOString(),
    runningVersion: node.rollout.acknowledged < 0 ? null : node.rollout.acknowledged,
    runningHash: node.rollout.runningHash,
    source: node.source,
    workers: node.status?.workers.length ?? node.workers,
    draining: node.status?.draining ?? false,
    lastNack: node.lastNack === null ? null : { ...node.lastNack, errors: [...node.lastNack.errors] },
  };
}

export interface ServerStateChange {
  readonly backend: string;
  readonly server: string;
  readonly health: ServerHealth;
  /** The state before; "unknown" when the server is new to the control plane. */
  readonly previous: string;
}

/** Takes a health report into the record; answers which servers changed their state. */
export function takeHealth(node: NodeRecord, report: HealthMessage): ServerStateChange[] {
  const changed: ServerStateChange[] = [];
  // Maps, since "__proto__" is a legal name.
  const table = new Map(report.full ? [] : node.health);
  for (const [backend, servers] of Object.entries(report.backends)) {
    const before = node.health.get(backend);
    for (const [server, health] of Object.entries(servers)) {
      const previous = before?.get(server);
      if (previous?.state === health.state && previous.adminState === health.adminState) continue;
      changed.push({ backend, server, health, previous: previous?.state ?? 'unknown' });
    }
    table.set(backend, new Map([...(report.full ? [] : (before ?? [])), ...Object.entries(servers)]));
  }
  node.health = table;
  return changed;
}
