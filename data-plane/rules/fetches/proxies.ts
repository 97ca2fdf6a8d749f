/** Fetches of the state of frontends, backends and servers (configuration manual 2.6, section 7.3.2). */
import type { CompiledFetch, FetchCompiler, FetchCompilers } from '../compiled.ts';
import type { BackendView, FrontendView, SampleContext, ServerView } from '../sample-context.ts';
import type { MaybeValue } from '../sample-value.ts';

function ofBackend(read: (backend: BackendView) => MaybeValue): FetchCompiler {
  return ([name]) => ({
    get: (context) => {
      const backend = name === undefined ? context.backend : context.environment.proxies.backends.get(name);
      return backend === undefined ? undefined : read(backend);
    },
  });
}

function ofFrontend(read: (frontend: FrontendView) => MaybeValue): FetchCompiler {
  return ([name]) => ({
    get: (context) => {
      const frontend = name === undefined ? context.frontend : context.environment.proxies.frontendsByName.get(name);
      return frontend === undefined ? undefined : read(frontend);
    },
  });
}

/** "backend/server", or a server of the backend of the request. */
export function findServer(context: SampleContext, text: string): ServerView | undefined {
  const slash = text.indexOf('/');
  const backend = slash < 0 ? context.backend : context.environment.proxies.backends.get(text.slice(0, slash));
  const name = text.slice(slash + 1);
  return backend?.servers.find((server) => server.name === name);
}

function ofServer(read: (server: ServerView) => MaybeValue): FetchCompiler {
  return ([text = '']): CompiledFetch => ({
    get: (context) => {
      const server = findServer(context, text);
      return server === undefined ? undefined : read(server);
    },
  });
}

const isUsable = ({ state, weight }: ServerView) => state === 'up' && weight > 0;

/** The servers that take new work: of backups the first alone, or all with `allBackups`, where no other server does. */
function inUse({ servers, allBackups }: BackendView): readonly ServerView[] {
  const usable = servers.filter(isUsable);
  const active = usable.filter(({ backup }) => !backup);
  return active.length > 0 ? active : allBackups ? usable : usable.slice(0, 1);
}

/** How many servers take new work. */
export function countUsable(backend: BackendView): number {
  return inUse(backend).length;
}

function queuedForEach(backend: BackendView): number {
  const usable = countUsable(backend);
  const { queued } = backend.counters;
  return usable > 0 ? Math.floor((queued + usable - 1) / usable) : queued * 2;
}

/** Room for sessions with the servers; -1 where one has no limit. */
function countFree(backend: BackendView): number {
  let free = 0;
  for (const server of inUse(backend)) {
    if (server.maxconn === 0) return -1;
    free += Math.max(0, server.maxconn - server.active);
  }
  return free;
}

export const proxyFetches: FetchCompilers = {
  avg_queue: ofBackend(queuedForEach),
  be_conn: ofBackend(({ counters }) => counters.currentSessions),
  be_conn_free: ofBackend(countFree),
  be_sess_rate: ofBackend(({ counters }) => counters.sessionRate),
  // Queues have no limit, for which HAProxy answers -1 too.
  connslots: ofBackend(() => -1),
  fe_conn: ofFrontend(({ counters }) => counters.currentSessions),
  fe_req_rate: ofFrontend(({ counters }) => counters.requestRate),
  fe_sess_rate: ofFrontend(({ counters }) => counters.sessionRate),
  nbsrv: ofBackend(countUsable),
  queue: ofBackend(({ counters }) => counters.queued),
  srv_conn: ofServer(({ active }) => active),
  srv_conn_free: ofServer(({ maxconn, active }) => (maxconn === 0 ? -1 : Math.max(0, maxconn - active))),
  srv_is_up: ofServer(({ state }) => state === 'up' || state === 'drain'),
  srv_iweight: ofServer(({ initialWeight }) => initialWeight),
  srv_queue: ofServer(() => 0),
  srv_sess_rate: ofServer(({ counters }) => counters.sessionRate),
  srv_uweight: ofServer(({ weight }) => weight),
  srv_weight: ofServer(({ weight }) => weight),
};
