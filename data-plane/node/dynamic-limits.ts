/** Limits of servers that move: between minconn and maxconn with the load of their backend, and up in a slow start. */
import type { Snapshot, SnapshotBackend, SnapshotServer } from '../../shared/model/snapshot.ts';

/** The limit of a server while its backend has so many sessions and it may have so large a part (above 0, at most 1). */
export function dynamicLimit(
  { minconn, maxconn }: Pick<SnapshotServer, 'minconn' | 'maxconn'>,
  { fullconn }: Pick<SnapshotBackend, 'fullconn'>,
  sessions: number,
  part: number,
): number {
  const rising = minconn > 0 && minconn < maxconn && sessions < fullconn;
  const limit = rising ? Math.max(minconn, Math.floor((sessions * maxconn) / fullconn)) : maxconn;
  return part < 1 ? Math.max(1, Math.floor(limit * part)) : limit;
}

/** Whether the limits of a backend's servers depend on how many sessions it has. */
export function isDynamic({ servers }: SnapshotBackend): boolean {
  return servers.some(({ minconn, maxconn }) => minconn > 0 && minconn < maxconn);
}

/** Works the limits out whenever something they depend on changes. */
export class DynamicLimits {
  readonly #resize: (uid: string, limit: number) => void;
  #backends: ReadonlyMap<string, SnapshotBackend> = new Map();
  #servers: ReadonlyMap<string, { server: SnapshotServer; backend: SnapshotBackend }> = new Map();
  /** Sessions of backends in each worker, by uid. */
  readonly #sessions = new Map<unknown, Readonly<Record<string, number>>>();
  /** Parts below 1 of servers that start slowly. */
  readonly #parts = new Map<string, number>();

  /** `resize` is told of each limit that may be another now. */
  constructor(resize: (uid: string, limit: number) => void) {
    this.#resize = resize;
  }

  /** The snapshot is in force; whoever calls this asks for the limits with {@link limitOf}. */
  adopt({ backends }: Snapshot): void {
    this.#backends = new Map(backends.filter(isDynamic).map((backend) => [backend.uid, backend]));
    const servers = backends.flatMap((backend) => backend.servers.map((server) => ({ server, backend })));
    this.#servers = new Map(servers.map((place) => [place.server.uid, place]));
    for (const uid of this.#parts.keys()) {
      const slow = (this.#servers.get(uid)?.server.slowstart ?? 0) > 0;
      if (!slow) this.#parts.delete(uid);
    }
  }

  /** The limit of a server now, 0 for none; undefined for a uid that is of no server. */
  limitOf(uid: string): number | undefined {
    const place = this.#servers.get(uid);
    if (place === undefined || place.server.maxconn === 0) return place?.server.maxconn;
    let sessions = 0;
    for (const counts of this.#sessions.values()) sessions += counts[place.backend.uid] ?? 0;
    return dynamicLimit(place.server, place.backend, sessions, this.#parts.get(uid) ?? 1);
  }

  /** A worker has as many sessions with these backends; those it does not name are as they were. */
  take(worker: unknown, sessions: Readonly<Record<string, number>>): void {
    this.#sessions.set(worker, { ...this.#sessions.get(worker), ...sessions });
    for (const uid of Object.keys(sessions)) this.#updateServers(this.#backends.get(uid));
  }

  /** The worker is gone, and its sessions with it. */
  drop(worker: unknown): void {
    if (!this.#sessions.delete(worker)) return;
    for (const backend of this.#backends.values()) this.#updateServers(backend);
  }

  /** A server may have this part of its limit: 1 once it has started. */
  setPart(uid: string, part: number): void {
    if (part === (this.#parts.get(uid) ?? 1)) return;
    if (part < 1) this.#parts.set(uid, part);
    else this.#parts.delete(uid);
    this.#update(uid);
  }

  #updateServers(backend: SnapshotBackend | undefined): void {
    for (const { uid } of backend?.servers ?? []) this.#update(uid);
  }

  #update(uid: string): void {
    const limit = this.limitOf(uid) ?? 0;
    if (limit > 0) this.#resize(uid, limit);
  }
}
