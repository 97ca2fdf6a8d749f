/** The columns of "show stat": names, order and kinds as HAProxy 2.6 has them (management manual 2.6, section 9.1). */
import type { ValueKind } from './typed-value.ts';

type Row = readonly [name: string, kind: string, help: string, ofBackend?: string, ofServer?: string];

/** Kinds that differ for backends or servers stand at the end of a row. */
const rows = [
  ['pxname', 'KNS:str', 'Name of the proxy'],
  ['svname', 'KNS:str', 'FRONTEND, BACKEND, or name of the server'],
  ['qcur', 'MGP:u32', 'Requests in the queue'],
  ['qmax', 'MMP:u32', 'Highest qcur'],
  ['scur', 'MGP:u32', 'Sessions now'],
  ['smax', 'MMP:u32', 'Highest scur'],
  ['slim', 'CLP:u32', 'Limit of sessions'],
  ['stot', 'MCP:u64', 'Sessions in all'],
  ['bin', 'MCP:u64', 'Bytes received from clients'],
  ['bout', 'MCP:u64', 'Bytes sent to clients'],
  ['dreq', 'MCP:u64', 'Requests denied'],
  ['dresp', 'MCP:u64', 'Responses denied'],
  ['ereq', 'MCP:u64', 'Invalid or unfinished requests'],
  ['econ', 'MCP:u64', 'Connections to servers that failed'],
  ['eresp', 'MCP:u64', 'Invalid or unfinished responses'],
  ['wretr', 'MCP:u64', 'Retries'],
  ['wredis', 'MCP:u64', 'Requests given to another server'],
  ['status', 'SGP:str', 'State'],
  ['weight', 'MaP:u32', 'Weight in force'],
  ['act', 'MGP:u32', 'Active servers, or whether the server is one', 'MGP:u32', 'SGP:u32'],
  ['bck', 'MGP:u32', 'Backup servers, or whether the server is one', 'MGP:u32', 'SGP:u32'],
  ['chkfail', 'MCP:u64', 'Checks that failed while the server was up'],
  ['chkdown', 'MCP:u64', 'Turns from up to down'],
  ['lastchg', 'MAP:u32', 'Seconds since the last turn'],
  ['downtime', 'MCP:u32', 'Seconds of being down in all'],
  ['qlimit', 'CGS:u32', 'Limit of the queue'],
  ['pid', 'KGP:u32', 'Number of the process'],
  ['iid', 'KGS:u32', 'Number of the proxy'],
  ['sid', 'KGS:u32', 'Number of the server'],
  ['throttle', 'MaP:u32', 'Percentage of the weight while the server starts slowly'],
  ['lbtot', 'MCP:u64', 'Times that balancing chose it'],
  ['tracked', 'CNS:str', 'Server whose state it follows'],
  ['type', 'CGS:u32', '0 frontend, 1 backend, 2 server'],
  ['rate', 'MRP:u32', 'Sessions of the last second', 'MGP:u32'],
  ['rate_lim', 'CLP:u32', 'Limit of sessions per second'],
  ['rate_max', 'MMP:u32', 'Highest rate', 'MGP:u32'],
  ['check_status', 'MOP:str', 'Code of the last check'],
  ['check_code', 'MOP:u32', 'Status of the last answer to a check'],
  ['check_duration', 'MDP:u64', 'Milliseconds that the last check took'],
  ['hrsp_1xx', 'MCP:u64', 'Responses with status 1xx'],
  ['hrsp_2xx', 'MCP:u64', 'Responses with status 2xx'],
  ['hrsp_3xx', 'MCP:u64', 'Responses with status 3xx'],
  ['hrsp_4xx', 'MCP:u64', 'Responses with status 4xx'],
  ['hrsp_5xx', 'MCP:u64', 'Responses with status 5xx'],
  ['hrsp_other', 'MCP:u64', 'Responses with another status'],
  ['hanafail', 'MCP:u64', 'Failed observations'],
  ['req_rate', 'MRP:u32', 'Requests of the last second'],
  ['req_rate_max', 'MMP:u32', 'Highest req_rate'],
  ['req_tot', 'MCP:u64', 'Requests in all'],
  ['cli_abrt', 'MCP:u64', 'Transfers that the client broke off'],
  ['srv_abrt', 'MCP:u64', 'Transfers that the server broke off'],
  ['comp_in', 'MCP:u64', 'Bytes into compression'],
  ['comp_out', 'MCP:u64', 'Bytes out of compression'],
  ['comp_byp', 'MCP:u64', 'Bytes past compression'],
  ['comp_rsp', 'MCP:u64', 'Responses compressed'],
  ['lastsess', 'MAP:s32', 'Seconds since the last session began; -1 for none'],
  ['last_chk', 'MOP:str', 'What the last check found'],
  ['last_agt', 'MOP:str', 'What the last agent check found'],
  ['qtime', 'MaP:u32', 'Average milliseconds in the queue'],
  ['ctime', 'MaP:u32', 'Average milliseconds to connect'],
  ['rtime', 'MaP:u32', 'Average milliseconds to answer'],
  ['ttime', 'MaP:u32', 'Average milliseconds of a session'],
  ['agent_status', 'MOP:str', 'Code of the last agent check'],
  ['agent_code', 'MOP:str', 'Status of the last agent check'],
  ['agent_duration', 'MDP:u64', 'Milliseconds that the last agent check took'],
  ['check_desc', 'MOP:str', 'check_status in words'],
  ['agent_desc', 'MOP:str', 'agent_status in words'],
  ['check_rise', 'CGS:u32', 'Good checks that mark it up'],
  ['check_fall', 'CGS:u32', 'Bad checks that mark it down'],
  ['check_health', 'CGS:u32', 'Count between down and up'],
  ['agent_rise', 'CGS:u32', 'Good agent checks that mark it up'],
  ['agent_fall', 'CGS:u32', 'Bad agent checks that mark it down'],
  ['agent_health', 'CGS:u32', 'Count between down and up of the agent'],
  ['addr', 'CGS:str', 'Address and port'],
  ['cookie', 'CNS:str', 'Name or value of the cookie'],
  ['mode', 'CGS:str', 'http or tcp'],
  ['algo', 'CGS:str', 'Algorithm of balancing'],
  ['conn_rate', 'MRP:u32', 'Connections of the last second'],
  ['conn_rate_max', 'MMP:u32', 'Highest conn_rate'],
  ['conn_tot', 'MCP:u64', 'Connections in all'],
  ['intercepted', 'MCP:u64', 'Requests answered without a server'],
  ['dcon', 'MCP:u64', 'Connections denied'],
  ['dses', 'MCP:u64', 'Sessions denied'],
  ['wrew', 'MCP:u64', 'Changes of headers that failed'],
  ['connect', 'MCP:u64', 'Connections opened to servers'],
  ['reuse', 'MCP:u64', 'Requests on connections that were open'],
  ['cache_lookups', 'MCP:u64', 'Look-ups in the cache'],
  ['cache_hits', 'MCP:u64', 'Answers from the cache'],
  ['srv_icur', 'MGP:u32', 'Idle connections to the server'],
  ['src_ilim', 'CLP:u32', 'Limit of idle connections'],
  ['qtime_max', 'MMP:u32', 'Highest milliseconds in the queue'],
  ['ctime_max', 'MMP:u32', 'Highest milliseconds to connect'],
  ['rtime_max', 'MMP:u32', 'Highest milliseconds to answer'],
  ['ttime_max', 'MMP:u32', 'Highest milliseconds of a session'],
  ['eint', 'MCP:u64', 'Internal errors'],
  ['idle_conn_cur', 'MGP:u32', 'Idle connections that are not safe to share'],
  ['safe_conn_cur', 'MGP:u32', 'Idle connections that are safe to share'],
  ['used_conn_cur', 'MGP:u32', 'Connections in use'],
  ['need_conn_est', 'MGP:u32', 'Connections that are thought to be needed'],
  ['uweight', 'MaP:u32', 'Weight as operators set it'],
  ['agg_server_status', 'MGP:u32', 'Servers by state'],
  ['agg_server_check_status', 'MGP:u32', 'Servers by state of checks'],
  ['agg_check_status', 'MGP:u32', 'Servers by result of checks'],
] as const satisfies readonly Row[];

/** Behind the column "-"; what Sluice does not count is 0 there. */
const moreRows = [
  ['ssl_sess', 'MCP:u64', 'TLS sessions'],
  ['ssl_reused_sess', 'MCP:u64', 'TLS sessions resumed'],
  ['ssl_failed_handshake', 'MCP:u64', 'TLS handshakes that failed'],
  ['h2_headers_rcvd', 'MCP:u64', 'HEADERS frames received'],
  ['h2_data_rcvd', 'MCP:u64', 'DATA frames received'],
  ['h2_settings_rcvd', 'MCP:u64', 'SETTINGS frames received'],
  ['h2_rst_stream_rcvd', 'MCP:u64', 'RST_STREAM frames received'],
  ['h2_goaway_rcvd', 'MCP:u64', 'GOAWAY frames received'],
  ['h2_detected_conn_protocol_errors', 'MCP:u64', 'Protocol errors of connections'],
  ['h2_detected_strm_protocol_errors', 'MCP:u64', 'Protocol errors of streams'],
  ['h2_rst_stream_resp', 'MCP:u64', 'RST_STREAM frames sent'],
  ['h2_goaway_resp', 'MCP:u64', 'GOAWAY frames sent'],
  ['h2_open_connections', 'MGP:u64', 'HTTP/2 connections now'],
  ['h2_backend_open_streams', 'MGP:u64', 'HTTP/2 streams now'],
  ['h2_total_connections', 'MCP:u64', 'HTTP/2 connections in all'],
  ['h2_backend_total_streams', 'MCP:u64', 'HTTP/2 streams in all'],
  ['h1_open_connections', 'MGP:u64', 'HTTP/1 connections now'],
  ['h1_open_streams', 'MGP:u64', 'HTTP/1 requests now'],
  ['h1_total_connections', 'MCP:u64', 'HTTP/1 connections in all'],
  ['h1_total_streams', 'MCP:u64', 'HTTP/1 requests in all'],
  ['h1_bytes_in', 'MCP:u64', 'Bytes received by HTTP/1'],
  ['h1_bytes_out', 'MCP:u64', 'Bytes sent by HTTP/1'],
  ['h1_spliced_bytes_in', 'MCP:u64', 'Bytes received by splicing'],
  ['h1_spliced_bytes_out', 'MCP:u64', 'Bytes sent by splicing'],
] as const satisfies readonly Row[];

export type StatName = (typeof rows)[number][0];
export type MoreName = (typeof moreRows)[number][0];

export type StatKind = 'frontend' | 'backend' | 'server';

export interface StatField {
  readonly position: number;
  readonly name: StatName | MoreName;
  readonly help: string;
  readonly kinds: Readonly<Record<StatKind, ValueKind>>;
}

/** Without the column "-", which has no position. */
export const statFields: readonly StatField[] = [...rows, ...moreRows].map(
  (
    [name, kind, help, ofBackend, ofServer]: readonly [StatName | MoreName, string, string, string?, string?],
    position,
  ) => ({
    position,
    name,
    help,
    kinds: { frontend: parseKind(kind), backend: parseKind(ofBackend ?? kind), server: parseKind(ofServer ?? kind) },
  }),
);

export const statNames: readonly StatName[] = rows.map(([name]) => name);
export const moreNames: readonly MoreName[] = moreRows.map(([name]) => name);

function parseKind(kind: string): ValueKind {
  const [tags = '', type] = kind.split(':');
  return { tags, type: type as ValueKind['type'] };
}
