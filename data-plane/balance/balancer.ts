/** What every balancing algorithm offers, and which servers it may choose from. */

/** A server as an algorithm sees it. The last three fields belong to the algorithm. */
export interface Candidate {
  /** Whether it takes new traffic now: up and neither drained nor in maintenance. */
  readonly available: boolean;
  /** 0 to 256; 0 takes no new traffic. */
  readonly weight: number;
  readonly backup: boolean;
  /** Whether it has as many sessions as it may have. */
  readonly full: boolean;
  /** Sessions it serves now. */
  readonly active: number;
  key: number;
  order: number;
  heapIndex: number;
}

/** Chooses among the servers of one backend. It lives across versions, so that taking turns goes on where it was. */
export interface Balancer<Server extends Candidate> {
  /**
   * Takes the servers of a new version, or the same ones after the state or weight of some has changed. With `allBackups`
   * backups share the traffic among them when they are all there is.
   */
  setServers(servers: readonly Server[], allBackups: boolean): void;
  /** A server for a new session, other than `avoid` where there is another; undefined when none is available. */
  pick(avoid?: Server): Server | undefined;
  /** Tells that a server has one session more or less. */
  activeChanged(server: Server): void;
  /** Tells that `full` of a server may have changed: a full server is not picked. */
  fullChanged(server: Server): void;
  /** Whether a server can be picked now. */
  readonly hasRoom: boolean;
  /** Whether servers could be picked if they were not full. */
  readonly isSaturated: boolean;
}

/**
 * The servers that share the traffic: all available ones that are no backup; without any the first available backup, or
 * all of them (configuration manual 2.6, "backup" and "option allbackups").
 */
export function eligibleServers<Server extends Candidate>(servers: readonly Server[], allBackups: boolean): Server[] {
  const usable = servers.filter((server) => server.available && server.weight > 0);
  const primary = usable.filter((server) => !server.backup);
  if (primary.length > 0) return primary;
  return allBackups ? usable : usable.slice(0, 1);
}
