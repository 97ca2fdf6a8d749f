/** The proxies of the running version as expressions of the supervisor see them; counters are those of the last second. */
import type { Snapshot, SnapshotBackend, SnapshotFrontend, SnapshotServer } from '../../shared/model/snapshot.ts';
import type { Counters } from '../../shared/protocol/counters.ts';
import type { BackendView, FrontendView, ProxyDirectory, ServerView } from '../rules/sample-context.ts';
import type { ServerStates } from './server-states.ts';

export interface ViewedParts {
  readonly states: Pick<ServerStates, 'stateOf'>;
  countersOf(uid: string): Counters;
}

/** What is asked for is worked out when it is. */
export function viewProxies({ frontends, backends }: Snapshot, parts: ViewedParts): ProxyDirectory {
  const views = new Map(backends.map((backend) => [backend.name, viewBackend(backend, parts)]));
  return {
    backends: views,
    frontendsByName: new Map(frontends.map((frontend) => [frontend.name, viewFrontend(frontend, views, parts)])),
    userlists: new Map(),
  };
}

function viewCounters(uid: string, { countersOf }: ViewedParts): BackendView['counters'] {
  return {
    get currentSessions() {
      return countersOf(uid).current.sessions;
    },
    get queued() {
      return countersOf(uid).current.queued;
    },
    get sessionRate() {
      return Math.round(countersOf(uid).rates.sessions);
    },
    get requestRate() {
      return Math.round(countersOf(uid).rates.requests);
    },
  };
}

function viewFrontend(
  { name, id, uid, timeouts, defaultBackend }: SnapshotFrontend,
  backends: ReadonlyMap<string, BackendView>,
  parts: ViewedParts,
): FrontendView {
  return {
    name,
    id,
    binds: [],
    counters: viewCounters(uid, parts),
    timeouts,
    defaultBackend: backends.get(defaultBackend),
    uniqueId: undefined,
  };
}

function viewBackend(
  { name, id, uid, timeouts, servers, allBackups }: SnapshotBackend,
  parts: ViewedParts,
): BackendView {
  return {
    name,
    id,
    counters: viewCounters(uid, parts),
    timeouts,
    allBackups,
    servers: servers.map((server) => viewServer(server, parts)),
  };
}

function viewServer(server: SnapshotServer, parts: ViewedParts): ServerView {
  const { name, id, uid, address, port, backup, weight, maxconn } = server;
  const stateOf = () => parts.states.stateOf(uid) ?? { state: 'maint', weight };
  return {
    name,
    id,
    address,
    port,
    backup,
    maxconn,
    initialWeight: weight,
    counters: viewCounters(uid, parts),
    get state() {
      return stateOf().state;
    },
    get weight() {
      return stateOf().weight;
    },
    get active() {
      return parts.countersOf(uid).current.sessions;
    },
  };
}
