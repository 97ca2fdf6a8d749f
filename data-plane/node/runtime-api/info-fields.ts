/** The fields of "show info": names, positions and kinds as HAProxy 2.6 has them, and where Sluice takes them from. */
import { hostname } from 'node:os';
import type { NodeView } from './node-view.ts';
import type { Value } from './typed-value.ts';

export interface InfoField {
  readonly position: number;
  readonly name: string;
  readonly tags: string;
  readonly type: 'u32' | 'u64' | 'str';
  readonly help: string;
  /** Shown with a fraction under "show info float", then with these tags. */
  readonly float?: string;
  /** Absent where Sluice has no such thing: then it is 0. */
  readonly value?: (facts: Facts) => Value;
}

/** What the fields are worked out from. */
export interface Facts {
  readonly node: NodeView;
  /** Milliseconds. */
  readonly uptime: number;
  /** Summed over all frontends. */
  readonly connections: number;
  readonly current: number;
  readonly requests: number;
  readonly bytesOut: number;
  readonly rates: { readonly sessions: number; readonly bytesOut: number };
  readonly maxSessionRate: number;
  readonly listeners: number;
}

export function gatherFacts(node: NodeView): Facts {
  const { frontends, stats } = node.snapshot;
  const enabled = frontends.filter(({ disabled }) => !disabled);
  const counters = frontends.map(({ uid }) => node.counters(uid));
  const sum = (pick: (one: (typeof counters)[number]) => number) =>
    counters.reduce((total, one) => total + pick(one), 0);
  return {
    node,
    uptime: node.now() - node.startedAt,
    connections: sum(({ total }) => total.connections),
    current: sum(({ current }) => current.sessions),
    requests: sum(({ total }) => total.requests),
    bytesOut: sum(({ total }) => total.bytesOut),
    rates: { sessions: sum(({ rates }) => rates.sessions), bytesOut: sum(({ rates }) => rates.bytesOut) },
    // Peaks of different frontends need not meet: no more is certain than the highest of one, or what is now.
    maxSessionRate: Math.max(
      sum(({ rates }) => rates.sessions),
      ...counters.map(({ maxRates }) => maxRates.sessions),
    ),
    listeners: enabled.reduce((total, { binds }) => total + binds.length, stats.sockets.length),
  };
}

const seconds = (milliseconds: number) => milliseconds / 1000;

function uptimeText(milliseconds: number): string {
  const total = Math.floor(seconds(milliseconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [days, hours] = [Math.floor(total / 86_400), Math.floor(total / 3600) % 24];
  return `${days}d ${hours}h${two(Math.floor(total / 60) % 60)}m${two(total % 60)}s`;
}

type Row = readonly [
  position: number,
  name: string,
  kind: string,
  help: string,
  value?: ((facts: Facts) => Value) | undefined,
  float?: string,
];

const rows: readonly Row[] = [
  [0, 'Name', 'POS:str', 'Name of the product', () => 'Sluice'],
  [1, 'Version', 'POS:str', 'Version of the product', ({ node }) => node.version],
  [2, 'Release_date', 'POS:str', 'Date of the release', () => ''],
  [3, 'Nbthread', 'CGS:u32', 'Threads in each worker process', () => 1],
  [4, 'Nbproc', 'CGS:u32', 'Worker processes', ({ node }) => node.workers],
  [5, 'Process_num', 'KGP:u32', 'Number of this process: 1, which speaks for all', () => 1],
  [6, 'Pid', 'SGP:u32', 'Process that answers: the supervisor', () => process.pid],
  [7, 'Uptime', 'MDP:str', 'Time since the node started', ({ uptime }) => uptimeText(uptime)],
  [8, 'Uptime_sec', 'MDP:u32', 'Seconds since the node started', ({ uptime }) => seconds(uptime), 'MDP'],
  [9, 'Memmax_MB', 'CLP:u32', 'Limit of memory in MB'],
  [10, 'PoolAlloc_MB', 'MGP:u32', 'Memory allocated in pools in MB'],
  [11, 'PoolUsed_MB', 'MGP:u32', 'Memory used in pools in MB'],
  [12, 'PoolFailed', 'MCP:u32', 'Failed allocations in pools'],
  [13, 'Ulimit-n', 'CLP:u32', 'Limit of file descriptors'],
  [14, 'Maxsock', 'CLP:u32', 'Limit of sockets'],
  [15, 'Maxconn', 'CLP:u32', 'Limit of connections; 0 for none', ({ node }) => node.snapshot.maxconn],
  [16, 'Hard_maxconn', 'CLP:u32', 'Limit of connections as configured', ({ node }) => node.snapshot.maxconn],
  [17, 'CurrConns', 'MGP:u32', 'Connections of clients now', ({ current }) => current],
  [18, 'CumConns', 'MCP:u32', 'Connections of clients since the start', ({ connections }) => connections],
  [19, 'CumReq', 'MCP:u32', 'Requests since the start', ({ requests }) => requests],
  [20, 'MaxSslConns', 'MMP:u32', 'Limit of TLS connections'],
  [21, 'CurrSslConns', 'MGP:u32', 'TLS connections now'],
  [22, 'CumSslConns', 'MCP:u32', 'TLS connections since the start'],
  [23, 'Maxpipes', 'CLP:u32', 'Limit of pipes'],
  [24, 'PipesUsed', 'MGP:u32', 'Pipes in use'],
  [25, 'PipesFree', 'MGP:u32', 'Pipes that are free'],
  [26, 'ConnRate', 'MRP:u32', 'Connections of the last second', ({ rates }) => rates.sessions, 'MRP'],
  [27, 'ConnRateLimit', 'CLP:u32', 'Limit of ConnRate'],
  [28, 'MaxConnRate', 'MMP:u32', 'Highest ConnRate', ({ maxSessionRate }) => maxSessionRate],
  [29, 'SessRate', 'MRP:u32', 'Sessions of the last second', ({ rates }) => rates.sessions, 'MRP'],
  [30, 'SessRateLimit', 'CLP:u32', 'Limit of SessRate'],
  [31, 'MaxSessRate', 'MRP:u32', 'Highest SessRate', ({ maxSessionRate }) => maxSessionRate],
  [32, 'SslRate', 'MRP:u32', 'TLS connections of the last second', undefined, 'MRP'],
  [33, 'SslRateLimit', 'CLP:u32', 'Limit of SslRate'],
  [34, 'MaxSslRate', 'MMP:u32', 'Highest SslRate'],
  [35, 'SslFrontendKeyRate', 'MGP:u32', 'TLS keys made for clients in the last second', undefined, 'MRP'],
  [36, 'SslFrontendMaxKeyRate', 'MMP:u32', 'Highest SslFrontendKeyRate'],
  [37, 'SslFrontendSessionReuse_pct', 'MGP:u32', 'Part of TLS sessions resumed, in percent', undefined, 'MRP'],
  [38, 'SslBackendKeyRate', 'MRP:u32', 'TLS keys made for servers in the last second', undefined, 'MRP'],
  [39, 'SslBackendMaxKeyRate', 'MMP:u32', 'Highest SslBackendKeyRate'],
  [40, 'SslCacheLookups', 'MCP:u32', 'Look-ups of TLS sessions'],
  [41, 'SslCacheMisses', 'MCP:u32', 'Look-ups of TLS sessions in vain'],
  [42, 'CompressBpsIn', 'MRP:u32', 'Bytes into compression in the last second', undefined, 'MRP'],
  [43, 'CompressBpsOut', 'MRP:u32', 'Bytes out of compression in the last second', undefined, 'MRP'],
  [44, 'CompressBpsRateLim', 'CLP:u32', 'Limit of CompressBpsOut'],
  [47, 'Tasks', 'MGP:u32', 'Tasks in all'],
  [48, 'Run_queue', 'MGP:u32', 'Tasks that are ready to run'],
  [49, 'Idle_pct', 'MaP:u32', 'Idle part of the last second, in percent'],
  [50, 'node', 'COS:str', 'Name of the node', ({ node }) => node.name || hostname()],
  [52, 'Stopping', 'MGP:u32', '1 while the node stops', ({ node }) => (node.stopping ? 1 : 0)],
  [53, 'Jobs', 'MGP:u32', 'Connections and listeners', ({ current, listeners }) => current + listeners],
  [54, 'Unstoppable Jobs', 'MGP:u32', 'Jobs that outlast a stop'],
  [55, 'Listeners', 'MGP:u32', 'Sockets listened on', ({ listeners }) => listeners],
  [56, 'ActivePeers', 'MGP:u32', 'Peers in contact'],
  [57, 'ConnectedPeers', 'MGP:u32', 'Peers connected'],
  [58, 'DroppedLogs', 'MGP:u32', 'Log messages lost'],
  [59, 'BusyPolling', 'MGP:u32', '1 with busy polling'],
  [60, 'FailedResolutions', 'MGP:u32', 'Failed resolutions of names'],
  [61, 'TotalBytesOut', 'MGP:u64', 'Bytes sent to clients since the start', ({ bytesOut }) => bytesOut],
  [62, 'TotalSplicdedBytesOut', 'MGP:u64', 'Bytes that went through pipes since the start'],
  [63, 'BytesOutRate', 'MRP:u64', 'Bytes sent to clients in the last second', ({ rates }) => rates.bytesOut],
  [64, 'DebugCommandsIssued', 'MGP:u32', 'Commands for debugging that were given'],
  [65, 'CumRecvLogs', 'MCP:u32', 'Log messages received'],
  [66, 'Build info', 'POS:str', 'Version as it was built', ({ node }) => node.version],
  [67, 'Memmax_bytes', 'CLP:u32', 'Limit of memory in bytes'],
  [68, 'PoolAlloc_bytes', 'MGP:u64', 'Memory allocated in pools in bytes'],
  [69, 'PoolUsed_bytes', 'MGP:u64', 'Memory used in pools in bytes'],
  [70, 'Start_time_sec', 'MDP:u32', 'When the node started, in seconds', ({ node }) => seconds(node.startedAt), 'MDP'],
  [71, 'Tainted', 'SGP:str', 'What makes bug reports doubtful', () => '0'],
];

export const infoFields: readonly InfoField[] = rows.map(([position, name, kind, help, value, float]) => {
  const [tags = '', type] = kind.split(':');
  return {
    position,
    name,
    tags,
    type: type as InfoField['type'],
    help,
    ...(value === undefined ? {} : { value }),
    ...(float === undefined ? {} : { float }),
  };
});
