/** What a snapshot limits for the node as a whole, and the names under which workers and supervisor speak of it. */
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { dynamicLimit } from './dynamic-limits.ts';

/** A limit that workers share: so many may be in use at one time in all of them together. */
export interface NodeLimit {
  readonly uid: string;
  /** At least 1. */
  readonly limit: number;
  /** What it is to begin with: less where it moves with the load. */
  readonly initial: number;
}

/** Stands for the connections of all frontends. */
export const globalUid = 'global';

/** Stands for the sessions that a frontend begins in one second; its own uid stands for those it has. */
export function rateUid(frontendUid: string): string {
  return `${frontendUid}:rate`;
}

/** The limits that a snapshot sets: the node's, those of frontends and those of servers. */
export function limitsOf(snapshot: Snapshot): NodeLimit[] {
  const fixed = [
    { uid: globalUid, limit: snapshot.maxconn },
    ...snapshot.frontends.map(({ uid, maxconn }) => ({ uid, limit: maxconn })),
    ...snapshot.frontends.map(({ uid, rateLimitSessions }) => ({ uid: rateUid(uid), limit: rateLimitSessions })),
  ].map(({ uid, limit }) => ({ uid, limit, initial: limit }));
  const ofServers = snapshot.backends.flatMap((backend) =>
    backend.servers.map((server) => {
      const { uid, maxconn } = server;
      return { uid, limit: maxconn, initial: dynamicLimit(server, backend, 0, 1) };
    }),
  );
  return [...fixed, ...ofServers].filter(({ limit }) => limit > 0);
}
