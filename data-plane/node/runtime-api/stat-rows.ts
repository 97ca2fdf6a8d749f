/** The rows of "show stat": what each column holds for a frontend, a server and a backend. */
import { formatAddress } from '../../../shared/address.ts';
import type { SnapshotBackend, SnapshotFrontend } from '../../../shared/model/snapshot.ts';
import { checkStatuses } from '../../health/check-result.ts';
import type { NumberedProxy, NumberedServer } from './find-proxy.ts';
import type { NodeView, ObservedCounters, ObservedServer } from './node-view.ts';
import { statusOf, summarize } from './server-status.ts';
import { type MoreName, moreNames, type StatKind, type StatName } from './stat-fields.ts';
import type { Value } from './typed-value.ts';

type Values = Partial<Record<StatName, Value>>;

export interface StatRow {
  readonly kind: StatKind;
  readonly proxyId: number;
  /** 0 for a proxy. */
  readonly id: number;
  /** An absent column is one that makes no sense for this row. */
  readonly values: Readonly<Partial<Record<StatName | MoreName, Value>>>;
}

export interface Shown {
  /** What only operators may see: addresses, and how traffic is balanced. */
  readonly legends: boolean;
  /** How many servers of a backend are alive, since rows of servers are left out. */
  readonly alive: boolean;
}

export function frontendRow(node: NodeView, { id, proxy }: NumberedProxy & { kind: 'frontend' }): StatRow {
  const counters = node.counters(proxy.uid);
  const { total, rates, maxRates } = counters;
  const values: Values = {
    ...identity(proxy, 'FRONTEND', id, 0, 0),
    ...sessions(counters),
    // A frontend without a limit of its own has that of the node.
    slim: proxy.maxconn || node.snapshot.maxconn,
    dreq: total.deniedRequests,
    ereq: total.requestErrors,
    status: 'OPEN',
    rate_lim: proxy.rateLimitSessions,
    ...responses(proxy, counters),
    req_rate: Math.floor(rates.requests),
    req_rate_max: Math.floor(maxRates.requests),
    req_tot: total.requests,
    ...zeros('comp_in', 'comp_out', 'comp_byp', 'comp_rsp', 'dcon', 'dses'),
    conn_rate: Math.floor(rates.sessions),
    conn_rate_max: Math.floor(maxRates.sessions),
    conn_tot: total.connections,
    ...(proxy.mode === 'http' ? zeros('intercepted', 'cache_lookups', 'cache_hits') : {}),
  };
  return { kind: 'frontend', proxyId: id, id: 0, values: { ...values, ...more('frontend') } };
}

export function backendRow(node: NodeView, { id, proxy }: NumberedProxy & { kind: 'backend' }, shown: Shown): StatRow {
  const counters = node.counters(proxy.uid);
  const { alive, active, backup, weight } = summarize(node, proxy);
  const status = weight > 0 || proxy.servers.length === 0 ? 'UP' : 'DOWN';
  const history = node.historyOfBackend(proxy.uid);
  const values: Values = {
    ...identity(proxy, 'BACKEND', id, 0, 1),
    ...sessions(counters),
    ...towardsServers(node, counters),
    slim: proxy.fullconn,
    dreq: counters.total.deniedRequests,
    status: shown.alive ? `${status} (${alive}/${proxy.servers.length})` : status,
    weight,
    act: active,
    bck: backup,
    chkdown: history.downs,
    lastchg: secondsSince(node, history.changedAt),
    ...(proxy.servers.length === 0 ? {} : { downtime: Math.floor(history.downtime(node.now()) / 1000) }),
    ...responses(proxy, counters),
    ...(proxy.mode === 'http' ? { req_tot: counters.total.requests, ...zeros('cache_lookups', 'cache_hits') } : {}),
    ...zeros('comp_in', 'comp_out', 'comp_byp', 'comp_rsp'),
    ...(shown.legends ? { algo: proxy.balance.algorithm } : {}),
    uweight: weight,
    ...zeros('agg_server_status', 'agg_server_check_status', 'agg_check_status'),
  };
  return { kind: 'backend', proxyId: id, id: 0, values: { ...values, ...more('backend') } };
}

export function serverRow(
  node: NodeView,
  { id: proxyId, proxy }: NumberedProxy & { kind: 'backend' },
  { id, server }: NumberedServer,
  view: ObservedServer,
  shown: Shown,
): StatRow {
  const counters = node.counters(server.uid);
  const values: Values = {
    ...identity(proxy, server.name, proxyId, id, 2),
    ...sessions(counters),
    ...towardsServers(node, counters),
    ...(server.maxconn > 0 ? { slim: server.maxconn } : {}),
    status: statusOf(server, view),
    weight: view.weight,
    act: server.backup ? 0 : 1,
    bck: server.backup ? 1 : 0,
    lastchg: secondsSince(node, view.changedAt),
    ...responses(proxy, counters),
    ...(proxy.mode === 'http' ? { req_tot: counters.total.requests } : {}),
    ...checks(node, server, view),
    ...(shown.legends ? { addr: formatAddress(server.address, server.port) } : {}),
    srv_icur: counters.current.idleConnections,
    idle_conn_cur: 0,
    safe_conn_cur: counters.current.idleConnections,
    used_conn_cur: counters.current.sessions,
    need_conn_est: 0,
    uweight: view.weight,
  };
  return { kind: 'server', proxyId, id, values: { ...values, ...more('server') } };
}

function identity(
  { name, mode }: SnapshotFrontend | SnapshotBackend,
  svname: string,
  iid: number,
  sid: number,
  type: number,
): Values {
  return { pxname: name, svname, pid: 1, iid, sid, type, mode };
}

/** What every row has. */
function sessions({ total, current, max, rates, maxRates }: ObservedCounters): Values {
  return {
    scur: current.sessions,
    smax: max.sessions,
    stot: total.sessions,
    bin: total.bytesIn,
    bout: total.bytesOut,
    rate: Math.floor(rates.sessions),
    rate_max: Math.floor(maxRates.sessions),
    ...zeros('dresp', 'wrew', 'eint'),
  };
}

function towardsServers(node: NodeView, { total, current, max, lastSessionAt }: ObservedCounters): Values {
  return {
    qcur: current.queued,
    qmax: max.queued,
    econ: total.connectionErrors,
    eresp: total.responseErrors,
    wretr: total.retries,
    wredis: total.redispatches,
    // Until something else than balancing chooses servers, every session is one that it chose.
    lbtot: total.sessions,
    cli_abrt: total.clientAborts,
    srv_abrt: total.serverAborts,
    lastsess: lastSessionAt === undefined ? -1 : secondsSince(node, lastSessionAt),
    connect: total.connections,
    ...zeros('reuse', 'qtime', 'ctime', 'rtime', 'ttime', 'qtime_max', 'ctime_max', 'rtime_max', 'ttime_max'),
  };
}

function responses({ mode }: { readonly mode: string }, { total }: ObservedCounters): Values {
  if (mode !== 'http') return {};
  return {
    hrsp_1xx: total.responses1xx,
    hrsp_2xx: total.responses2xx,
    hrsp_3xx: total.responses3xx,
    hrsp_4xx: total.responses4xx,
    hrsp_5xx: total.responses5xx,
    hrsp_other: total.responsesOther,
  };
}

/** In maintenance nothing is checked, but what was counted stays. */
function checks(node: NodeView, { rise, fall }: NumberedServer['server'], view: ObservedServer): Values {
  if (!view.checked) return {};
  const { history, result, admin, health } = view;
  const counted: Values = {
    chkfail: history.failedChecks,
    chkdown: history.downs,
    downtime: Math.floor(history.downtime(node.now()) / 1000),
  };
  if (admin === 'maint') return counted;
  return {
    ...counted,
    check_status: result?.status ?? 'INI',
    check_desc: result === undefined ? 'Initializing' : checkStatuses[result.status],
    ...(result !== undefined && result.code > 0 ? { check_code: result.code } : {}),
    ...(result === undefined ? {} : { check_duration: Math.round(result.durationMs) }),
    ...(result === undefined ? {} : { last_chk: result.info }),
    check_rise: rise,
    check_fall: fall,
    check_health: health ?? 0,
  };
}

/** HAProxy counts these for all proxies, but of the servers only TLS. */
function more(kind: StatKind): Partial<Record<MoreName, number>> {
  const names = kind === 'server' ? moreNames.slice(0, 3) : moreNames;
  return Object.fromEntries(names.map((name) => [name, 0])) as Partial<Record<MoreName, number>>;
}

function zeros(...names: StatName[]): Values {
  return Object.fromEntries(names.map((name) => [name, 0]));
}

function secondsSince(node: NodeView, moment: number): number {
  return Math.max(0, Math.floor((node.now() - moment) / 1000));
}
