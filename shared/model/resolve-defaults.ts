/** Turns a config into a snapshot: every default filled in, every duration a number. */
import { durationToMilliseconds } from '../duration.ts';
import type { Backend } from './backend.ts';
import type { Bind } from './bind.ts';
import type { Capture } from './capture.ts';
import type { Config } from './config.ts';
import type { Defaults } from './defaults.ts';
import type { ErrorFile, ErrorPage } from './error-file.ts';
import type { Forwardfor } from './forwardfor.ts';
import type { Frontend } from './frontend.ts';
import type { Global } from './global.ts';
import { firstProxyId, numberItems, numberProxies } from './ids.ts';
import { resolveBackendLog, resolveFrontendLog } from './resolve-logs.ts';
import { resolveStickRules, resolveStickTables } from './resolve-stick-tables.ts';
import { hasRules } from './rule-lists.ts';
import type { DefaultServer, Server } from './server.ts';
import type {
  Snapshot,
  SnapshotBackend,
  SnapshotBind,
  SnapshotCaptures,
  SnapshotDefaults,
  SnapshotErrorFile,
  SnapshotErrorPage,
  SnapshotForwardfor,
  SnapshotFrontend,
  SnapshotHttpOptions,
  SnapshotServer,
  SnapshotUserlist,
} from './snapshot.ts';
import { formatStatsAddress, parseStatsAddress } from './stats-address.ts';
import type { StatsSocket } from './stats-socket.ts';
import type { Userlist } from './userlist.ts';

/** Answers the uid of the resource at a path such as "/backends/app/servers/s1". */
export type UidOf = (path: string) => string;

/** The snapshot of a config whose references have been checked. Pure: the same input gives the same output. */
export function resolveDefaults(config: Config, uidOf: UidOf): Snapshot {
  const defaults = new Map(config.defaults.map((item) => [item.name, item]));
  const taken = new Set([...config.frontends, ...config.backends].map(({ from }) => from));
  const none: Defaults = { name: '' };
  const defaultsOf = (from: string | undefined) => (from === undefined ? none : (defaults.get(from) ?? none));
  const ids = numberProxies(firstProxyId(config.global), config.frontends, config.backends);
  return {
    nbproc: config.global.nbproc ?? 0,
    hardStopAfter: durationToMilliseconds(config.global.hardStopAfter ?? '30s'),
    maxconn: config.global.maxconn ?? 0,
    tune: resolveTune(config.global),
    setVars: config.global.setVars ?? [],
    stats: resolveStats(config.global),
    errorFiles: config.errorFiles.map(resolveErrorFile),
    stickTables: resolveStickTables(config),
    userlists: config.userlists.map(resolveUserlist),
    defaults: config.defaults.filter((item) => hasRules(item) && taken.has(item.name)).map(resolveRules),
    frontends: config.frontends.map((frontend) =>
      resolveFrontend(frontend, ids.frontends.get(frontend.name) ?? 0, defaultsOf(frontend.from), config.global, uidOf),
    ),
    backends: config.backends.map((backend) => {
      const load = frontendLoad(
        config,
        backend.name,
        (frontend) => frontend.maxconn ?? defaultsOf(frontend.from).maxconn,
      );
      const id = ids.backends.get(backend.name) ?? 0;
      return resolveBackend(backend, id, defaultsOf(backend.from), config.global, uidOf, load);
    }),
  };
}

function resolveTune({ tune }: Global): Snapshot['tune'] {
  const vars = tune?.vars;
  return {
    bufsize: tune?.bufsize ?? 16_384,
    maxhdr: tune?.http?.maxhdr ?? 101,
    vars: {
      global: vars?.globalMaxSize ?? 0,
      proc: vars?.procMaxSize ?? 0,
      sess: vars?.sessMaxSize ?? 0,
      txn: vars?.txnMaxSize ?? 0,
      reqres: vars?.reqresMaxSize ?? 0,
      check: vars?.checkMaxSize ?? 0,
    },
  };
}

function resolveRules(defaults: Defaults): SnapshotDefaults {
  return {
    name: defaults.name,
    acls: defaults.acls ?? [],
    tcpRequestRules: defaults.tcpRequestRules ?? [],
    tcpResponseRules: defaults.tcpResponseRules ?? [],
    httpRequestRules: defaults.httpRequestRules ?? [],
    httpResponseRules: defaults.httpResponseRules ?? [],
    httpAfterResponseRules: defaults.httpAfterResponseRules ?? [],
  };
}

/** Most connections of all frontends that lead to a backend together; Infinity when one of them has no limit. */
function frontendLoad(
  { global, frontends }: Config,
  name: string,
  maxconnOf: (frontend: Frontend) => number | undefined,
): number {
  const leading = frontends.filter(
    ({ defaultBackend, backendSwitchingRules = [] }) =>
      defaultBackend === name || backendSwitchingRules.some(({ backend }) => backend === name),
  );
  const limits = leading.map((frontend) => maxconnOf(frontend) || global.maxconn || Number.POSITIVE_INFINITY);
  return limits.reduce((sum, limit) => sum + limit, 0);
}

/** As HAProxy has it, but that its frontends always have a limit (configuration manual 2.6, "fullconn"). */
function resolveFullconn(fullconn: number, load: number, servers: readonly SnapshotServer[]): number {
  if (fullconn > 0) return fullconn;
  const whole = load === Number.POSITIVE_INFINITY ? servers.reduce((sum, { maxconn }) => sum + maxconn, 0) : load / 10;
  return Math.max(1, Math.ceil(whole));
}

function resolveStats({ statsSockets, statsTimeout, statsMaxconn }: Global): Snapshot['stats'] {
  return {
    sockets: (statsSockets ?? []).map(resolveStatsSocket),
    timeout: durationToMilliseconds(statsTimeout ?? '10s'),
    maxconn: statsMaxconn ?? 10,
  };
}

function resolveStatsSocket(socket: StatsSocket): Snapshot['stats']['sockets'][number] {
  const address = parseStatsAddress(socket.address);
  return {
    address: 'problem' in address ? socket.address : formatStatsAddress(address),
    mode: socket.mode ?? '',
    user: socket.user ?? '',
    group: socket.group ?? '',
    level: socket.level ?? 'operator',
    exposeFdListeners: socket.exposeFdListeners ?? false,
  };
}

function resolveFrontend(
  frontend: Frontend,
  id: number,
  defaults: Defaults,
  global: Global,
  uidOf: UidOf,
): SnapshotFrontend {
  const path = `/frontends/${frontend.name}`;
  const timeouts = { ...defaults.timeouts, ...frontend.timeouts };
  const httpRequest = durationToMilliseconds(timeouts.httpRequest ?? '10s');
  const mode = frontend.mode ?? defaults.mode ?? 'http';
  return {
    name: frontend.name,
    uid: uidOf(path),
    id,
    mode,
    disabled: frontend.disabled ?? false,
    maxconn: frontend.maxconn ?? defaults.maxconn ?? 0,
    rateLimitSessions: frontend.rateLimitSessions ?? defaults.rateLimitSessions ?? 0,
    binds: resolveBinds(frontend, (name) => uidOf(`${path}/binds/${name}`)),
    rulesFrom: hasRules(defaults) ? defaults.name : '',
    acls: frontend.acls ?? [],
    tcpRequestRules: frontend.tcpRequestRules ?? [],
    inspectDelay: durationToMilliseconds(frontend.inspectDelay ?? defaults.inspectDelay ?? '0s'),
    monitorUri: frontend.monitorUri ?? '',
    monitorFail: frontend.monitorFail ?? [],
    httpRequestRules: frontend.httpRequestRules ?? [],
    httpResponseRules: frontend.httpResponseRules ?? [],
    httpAfterResponseRules: frontend.httpAfterResponseRules ?? [],
    backendSwitchingRules: frontend.backendSwitchingRules ?? [],
    defaultBackend: frontend.defaultBackend ?? '',
    httpIgnoreProbes: frontend.httpIgnoreProbes ?? defaults.httpIgnoreProbes ?? false,
    captures: resolveCaptures(frontend, defaults),
    uniqueIdFormat: frontend.uniqueIdFormat ?? defaults.uniqueIdFormat ?? '',
    uniqueIdHeader: frontend.uniqueIdHeader ?? defaults.uniqueIdHeader ?? '',
    log: resolveFrontendLog(frontend, defaults, global, mode),
    ...resolveHttpOptions(frontend, defaults),
    timeouts: {
      client: durationToMilliseconds(timeouts.client ?? '1m'),
      tarpit: resolveTarpit(timeouts),
      clientFin: durationToMilliseconds(timeouts.clientFin ?? timeouts.client ?? '1m'),
      httpRequest,
      httpKeepAlive:
        timeouts.httpKeepAlive === undefined ? httpRequest : durationToMilliseconds(timeouts.httpKeepAlive),
    },
  };
}

function resolveCaptures(frontend: Frontend, defaults: Defaults): SnapshotCaptures {
  const { requestCaptures, responseCaptures, captureCookie } = frontend;
  const slots = (captures: readonly Capture[] = []) =>
    captures.map(({ header, length }) => ({ header: header ?? '', length }));
  return {
    request: [...slots(defaults.requestCaptures), ...slots(requestCaptures)],
    response: slots(responseCaptures),
    cookie: captureCookie ?? null,
  };
}

function resolveTarpit({ tarpit, connect }: { tarpit?: string; connect?: string }): number {
  return durationToMilliseconds(tarpit ?? connect ?? '5s');
}

function resolveBinds({ binds = [] }: Frontend, uidOf: (name: string) => string): SnapshotBind[] {
  const ids = numberItems(1, binds);
  return binds.map((bind, index) => resolveBind(bind, uidOf(bind.name), ids[index] ?? 0));
}

function resolveBind(bind: Bind, uid: string, id: number): SnapshotBind {
  const address = bind.address === undefined || bind.address === '*' ? '0.0.0.0' : bind.address;
  return { name: bind.name, uid, id, address, port: bind.port ?? 0, backlog: bind.backlog ?? 1024 };
}

function resolveHttpOptions(proxy: Frontend | Backend, defaults: Defaults): SnapshotHttpOptions {
  const originalto = proxy.originalto ?? defaults.originalto;
  const forwarded = proxy.forwarded ?? defaults.forwarded;
  return {
    httpBufferRequest: proxy.httpBufferRequest ?? defaults.httpBufferRequest ?? false,
    httpConnectionMode: proxy.httpConnectionMode ?? defaults.httpConnectionMode ?? 'http-keep-alive',
    httpRestrictReqHdrNames: proxy.httpRestrictReqHdrNames ?? defaults.httpRestrictReqHdrNames ?? 'preserve',
    forwardfor: resolveForwardfor(proxy.forwardfor ?? defaults.forwardfor),
    originalto:
      originalto === undefined
        ? null
        : { except: originalto.except ?? '', header: originalto.header ?? 'X-Original-To' },
    forwarded:
      forwarded === undefined
        ? null
        : {
            proto: forwarded.proto ?? true,
            host: forwarded.host ?? false,
            by: forwarded.by ?? false,
            for: forwarded.for ?? true,
          },
    errorPages: resolveErrorPages(proxy.errorPages ?? [], defaults.errorPages ?? []),
  };
}

/** Those of the proxy, and those of its defaults for other statuses. */
function resolveErrorPages(pages: readonly ErrorPage[], defaults: readonly ErrorPage[]): SnapshotErrorPage[] {
  const others = defaults.filter(({ status }) => !pages.some((page) => page.status === status));
  return [...pages, ...others]
    .filter(({ defaultErrorfiles }) => defaultErrorfiles !== true)
    .map(({ status, errorfile, errorloc, code, string, lfString, contentType, headers }) => ({
      status,
      errorfile: errorfile ?? '',
      location: errorloc ?? '',
      code: code ?? 302,
      content:
        errorfile === undefined && errorloc === undefined
          ? {
              ...(string !== undefined && { string }),
              ...(lfString !== undefined && { lfString }),
              ...(contentType !== undefined && { contentType }),
              ...(headers !== undefined && { headers }),
            }
          : null,
    }));
}

function resolveErrorFile({ name, silent, status, reason, headers, content }: ErrorFile): SnapshotErrorFile {
  return {
    name,
    silent: silent ?? false,
    status: status ?? 0,
    reason: reason ?? '',
    headers: headers ?? [
      { name: 'cache-control', value: 'no-cache' },
      { name: 'content-type', value: 'text/html' },
    ],
    content: content ?? '',
  };
}

function resolveUserlist({ name, users = [] }: Userlist): SnapshotUserlist {
  return {
    name,
    users: users.map((user) => ({
      name: user.name,
      hash: user.password ?? '',
      password: user.insecurePassword ?? null,
      groups: user.groups ?? [],
    })),
  };
}

function resolveForwardfor(forwardfor: Forwardfor | undefined): SnapshotForwardfor | null {
  if (forwardfor === undefined) return null;
  return {
    except: forwardfor.except ?? '',
    header: forwardfor.header ?? 'X-Forwarded-For',
    ifNone: forwardfor.ifNone ?? false,
  };
}

function resolveBackend(
  backend: Backend,
  id: number,
  defaults: Defaults,
  global: Global,
  uidOf: UidOf,
  load: number,
): SnapshotBackend {
  const path = `/backends/${backend.name}`;
  const mode = backend.mode ?? defaults.mode ?? 'http';
  const timeouts = { ...defaults.timeouts, ...backend.timeouts };
  const defaultServer = { ...defaults.defaultServer, ...backend.defaultServer };
  const ids = numberItems(1, backend.servers ?? []);
  const servers = (backend.servers ?? []).map((server, index) =>
    resolveServer(server, ids[index] ?? 0, defaultServer, uidOf(`${path}/servers/${server.name}`)),
  );
  return {
    name: backend.name,
    uid: uidOf(path),
    id,
    mode,
    balance: { draws: 2, ...(backend.balance ?? defaults.balance ?? { algorithm: 'roundrobin' }) },
    logHealthChecks: backend.logHealthChecks ?? defaults.logHealthChecks ?? false,
    allBackups: backend.allBackups ?? defaults.allBackups ?? false,
    healthCheck: backend.healthCheck ?? defaults.healthCheck ?? { type: 'tcp' },
    retries: backend.retries ?? defaults.retries ?? 3,
    redispatch: backend.redispatch ?? defaults.redispatch ?? false,
    persist: backend.persist ?? defaults.persist ?? false,
    retryOn: backend.retryOn ?? defaults.retryOn ?? ['conn-failure', 'empty-response'],
    httpReuse: backend.httpReuse ?? defaults.httpReuse ?? 'safe',
    ...resolveHttpOptions(backend, defaults),
    rulesFrom: hasRules(defaults) ? defaults.name : '',
    acls: backend.acls ?? [],
    tcpRequestRules: backend.tcpRequestRules ?? [],
    inspectDelay: durationToMilliseconds(backend.inspectDelay ?? defaults.inspectDelay ?? '0s'),
    tcpResponseRules: backend.tcpResponseRules ?? [],
    responseInspectDelay: durationToMilliseconds(backend.responseInspectDelay ?? defaults.responseInspectDelay ?? '0s'),
    serverSwitchingRules: backend.serverSwitchingRules ?? [],
    stickRules: resolveStickRules(backend),
    httpSendNameHeader: backend.httpSendNameHeader ?? '',
    httpRequestRules: backend.httpRequestRules ?? [],
    httpResponseRules: backend.httpResponseRules ?? [],
    httpAfterResponseRules: backend.httpAfterResponseRules ?? [],
    log: resolveBackendLog(backend, defaults, global),
    timeouts: {
      connect: durationToMilliseconds(timeouts.connect ?? '5s'),
      queue: durationToMilliseconds(timeouts.queue ?? timeouts.connect ?? '5s'),
      server: durationToMilliseconds(timeouts.server ?? '1m'),
      serverFin: durationToMilliseconds(timeouts.serverFin ?? timeouts.server ?? '1m'),
      tunnel: durationToMilliseconds(timeouts.tunnel ?? '0s'),
      check: durationToMilliseconds(timeouts.check ?? '0s'),
      tarpit: resolveTarpit(timeouts),
    },
    fullconn: resolveFullconn(backend.fullconn ?? defaults.fullconn ?? 0, load, servers),
    servers,
  };
}

function resolveServer(server: Server, id: number, defaults: DefaultServer, uid: string): SnapshotServer {
  const settings = { ...defaults, ...server };
  const inter = settings.inter ?? '2s';
  const minconn = settings.minconn ?? 0;
  return {
    name: server.name,
    uid,
    id,
    address: server.address,
    port: server.port,
    weight: settings.weight ?? 1,
    // A minconn above maxconn, or alone, is a fixed limit.
    maxconn: Math.max(settings.maxconn ?? 0, minconn),
    minconn,
    slowstart: durationToMilliseconds(settings.slowstart ?? '0s'),
    backup: server.backup ?? false,
    nonStick: server.nonStick ?? false,
    disabled: server.disabled ?? false,
    check: settings.check ?? false,
    checkAddress: server.checkAddress ?? server.address,
    checkPort: settings.checkPort ?? server.port,
    inter: durationToMilliseconds(inter),
    fastinter: durationToMilliseconds(settings.fastinter ?? inter),
    downinter: durationToMilliseconds(settings.downinter ?? inter),
    rise: settings.rise ?? 2,
    fall: settings.fall ?? 3,
  };
}
