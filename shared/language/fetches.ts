/** The catalogue of fetches (configuration manual 2.6, sections 7.3.2 to 7.3.6). */
import { argument, type Fetch } from './catalogue.ts';
import type { Need, SampleType } from './sample-types.ts';
import { stickFetches, stickTableFetches } from './stick-samples.ts';
import { tlsFetches } from './tls-samples.ts';

type Entry = readonly [name: string, args: readonly string[], type: SampleType, description: string];

const timeUnits = ['s', 'ms', 'us'];

function family(needs: Need, entries: readonly Entry[]): Fetch[] {
  return entries.map(([name, args, type, description]) => ({
    name,
    arguments: args.map((text) => argument(text, text === 'unit?' ? timeUnits : undefined)),
    type,
    needs,
    description,
  }));
}

const constants = family('nothing', [
  ['always_false', [], 'bool', 'False.'],
  ['always_true', [], 'bool', 'True.'],
  ['bin', ['hex:hex'], 'bin', 'The bytes that pairs of hexadecimal digits name.'],
  ['bool', ['value:boolean'], 'bool', 'A constant: true, false, 1 or 0.'],
  ['int', ['value:integer'], 'sint', 'A constant.'],
  ['ipv4', ['address:ipv4'], 'ipv4', 'A constant.'],
  ['ipv6', ['address:ipv6'], 'ipv6', 'A constant.'],
  ['meth', ['method:method'], 'meth', 'A constant.'],
  ['str', ['text?'], 'str', 'A constant.'],
]);

/** What can be known before anything is served. */
const process = family('nothing', [
  ['date', ['offset?:integer', 'unit?'], 'sint', 'The date since 1970 in seconds, or in the unit: s, ms or us.'],
  ['date_us', [], 'sint', 'The microseconds within the second of the date.'],
  ['env', ['name'], 'str', 'An environment variable of the node.'],
  ['hostname', [], 'str', 'The name of the machine.'],
  ['nbproc', [], 'sint', 'Always 1.'],
  ['proc', [], 'sint', 'Always 1.'],
  ['rand', ['range?:integer'], 'sint', 'A random number from 0, of 32 bits or below the range.'],
  ['thread', [], 'sint', 'Always 0.'],
  ['uuid', ['version?:integer'], 'str', 'A random UUID of version 4.'],
  ['var', ['variable:variable', 'default?'], 'any', 'A variable, with the type it was set with.'],
]);

const node = family('node', [
  ['avg_queue', ['backend?:backend'], 'sint', 'Requests queued for the backend for each of its usable servers.'],
  ['be_conn', ['backend?:backend'], 'sint', 'Sessions of the backend, of this worker.'],
  [
    'be_conn_free',
    ['backend?:backend'],
    'sint',
    'Sessions its usable servers have room for; -1 where one has no limit.',
  ],
  ['be_sess_rate', ['backend?:backend'], 'sint', 'New sessions of the backend in a second, of this worker.'],
  ['connslots', ['backend?:backend'], 'sint', 'Room for sessions with servers and in queues; -1 without limits.'],
  ['fe_conn', ['frontend?:frontend'], 'sint', 'Sessions of the frontend, of this worker.'],
  ['fe_req_rate', ['frontend?:frontend'], 'sint', 'Requests of the frontend in a second, of this worker.'],
  ['fe_sess_rate', ['frontend?:frontend'], 'sint', 'New sessions of the frontend in a second, of this worker.'],
  ['nbsrv', ['backend?:backend'], 'sint', 'Usable servers of the backend.'],
  ['queue', ['backend?:backend'], 'sint', 'Requests queued for the backend, of this worker.'],
  ['srv_conn', ['server:server'], 'sint', 'Sessions of the server, of this worker.'],
  ['srv_conn_free', ['server:server'], 'sint', 'Sessions the server has room for; -1 without a limit.'],
  ['srv_is_up', ['server:server'], 'bool', 'Whether the server, "backend/server" or of this backend, is up.'],
  ['srv_iweight', ['server:server'], 'sint', 'The configured weight of the server.'],
  ['srv_queue', ['server:server'], 'sint', 'Requests queued for this server alone: none.'],
  ['srv_sess_rate', ['server:server'], 'sint', 'New sessions of the server in a second, of this worker.'],
  ['srv_uweight', ['server:server'], 'sint', 'The weight of the server as set.'],
  ['srv_weight', ['server:server'], 'sint', 'The weight of the server in force.'],
  ['stopping', [], 'bool', 'Whether the worker is ending.'],
  ['wait_end', [], 'bool', 'True once nothing more is waited for: the inspection is over.'],
]);

const stream = family('stream', [
  ['capture.req.hdr', ['slot:integer'], 'str', 'What is captured of the request in a slot of the frontend.'],
  ['be_id', [], 'sint', 'The number of the backend; before it has been chosen that of the frontend.'],
  ['be_name', [], 'str', 'The name of the backend; before it has been chosen that of the frontend.'],
  [
    'be_server_timeout',
    [],
    'sint',
    'The timeout of the backend for servers, in milliseconds; 0 before it has been chosen.',
  ],
  [
    'be_tunnel_timeout',
    [],
    'sint',
    'The timeout of the backend for tunnels, in milliseconds; 0 before it has been chosen.',
  ],
  [
    'cur_server_timeout',
    [],
    'sint',
    'The timeout for the server in force, in milliseconds; 0 before it is connected to, unless a rule has set it.',
  ],
  ['cur_tunnel_timeout', [], 'sint', 'The timeout of tunnels in force, as above.'],
]);

const client = family('client', [
  ['dst', [], 'ipv4', 'The address the client connected to.'],
  ['dst_conn', [], 'sint', 'Connections on the socket: those of the frontend, of this worker.'],
  ['dst_is_local', [], 'bool', 'Whether the address the client connected to is one of this machine.'],
  ['dst_port', [], 'sint', 'The port the client connected to.'],
  ['fc_dst', [], 'ipv4', 'The address the client connected to, whatever rules made of it.'],
  ['fc_dst_is_local', [], 'bool', 'Whether that address is one of this machine.'],
  ['fc_dst_port', [], 'sint', 'The port the client connected to, whatever rules made of it.'],
  ['fc_err', [], 'sint', 'The error of the connection: 0.'],
  ['fc_err_str', [], 'str', 'The error of the connection: "Success".'],
  ['fc_http_major', [], 'sint', 'The major version of HTTP with the client.'],
  ['fc_pp_authority', [], 'str', 'The authority in the PROXY header: none.'],
  ['fc_pp_unique_id', [], 'str', 'The unique id in the PROXY header: none.'],
  ['fc_rcvd_proxy', [], 'bool', 'Whether the connection came with a PROXY header.'],
  ['fc_src', [], 'ipv4', 'The address of the client, whatever rules made of it.'],
  ['fc_src_is_local', [], 'bool', 'Whether that address is one of this machine.'],
  ['fc_src_port', [], 'sint', 'The port of the client, whatever rules made of it.'],
  ['fe_client_timeout', [], 'sint', 'The timeout of the frontend for clients, in milliseconds.'],
  ['fe_defbe', [], 'str', 'The default backend of the frontend.'],
  ['fe_id', [], 'sint', 'The number of the frontend.'],
  ['fe_name', [], 'str', 'The name of the frontend.'],
  [
    'last_rule_file',
    [],
    'str',
    'Where the last rule stands that ended the evaluation of its list: the file, or its path in the REST API.',
  ],
  ['last_rule_line', [], 'sint', 'The line of that rule, where it stands in a file.'],
  ['prio_class', [], 'sint', 'The class that set-priority-class has set.'],
  ['prio_offset', [], 'sint', 'The offset that set-priority-offset has set.'],
  ['so_id', [], 'sint', 'The number of the bind that the client connected to.'],
  ['so_name', [], 'str', 'The name of that bind.'],
  ['src', [], 'ipv4', 'The address of the client.'],
  ['src_is_local', [], 'bool', 'Whether the address of the client is one of this machine.'],
  ['src_port', [], 'sint', 'The port of the client.'],
]);

const server = family('server', [
  ['bc_dst', [], 'addr', 'The address of the server.'],
  ['bc_dst_port', [], 'sint', 'The port of the server.'],
  ['bc_err', [], 'sint', 'The error of the connection: 0.'],
  ['bc_err_str', [], 'str', 'The error of the connection: "Success".'],
  ['bc_http_major', [], 'sint', 'The major version of HTTP with the server.'],
  ['bc_src', [], 'addr', 'The address from which the server was connected to.'],
  ['bc_src_port', [], 'sint', 'The port from which the server was connected to.'],
  ['srv_id', [], 'sint', 'The number of the server.'],
  ['srv_name', [], 'str', 'The name of the server.'],
]);

const tls = family('client', tlsFetches);

/** What a client has sent that has not gone on yet, before anything is understood of it. */
const content = family('content', [
  ['req.len', [], 'sint', 'How many bytes have come; in mode http with the head of the request.'],
  ['req.payload', ['offset:integer', 'length:integer'], 'bin', 'Bytes from an offset on, all for a length of 0.'],
  [
    'req.payload_lv',
    ['offset:integer', 'length:integer', 'offset2?:offset'],
    'bin',
    'Bytes whose number stands in the bytes at an offset: those that follow, or from offset2, "+N" or "-N" further.',
  ],
  ['req.rdp_cookie', ['name?'], 'str', 'The cookie at the beginning of an RDP connection.'],
  ['req.rdp_cookie_cnt', ['name?'], 'sint', 'How many such cookies there are: 0 or 1.'],
  ['req.ssl_alpn', [], 'str', 'The first protocol a TLS client offers by ALPN (RFC 7301).'],
  ['req.ssl_ec_ext', [], 'bool', 'Whether a TLS client tells its elliptic curves.'],
  ['req.ssl_hello_type', [], 'sint', 'The type of a whole TLS handshake message: 1 for that of a client.'],
  ['req.ssl_sni', [], 'str', 'The name of the server a TLS client wants (RFC 6066).'],
  ['req.ssl_st_ext', [], 'sint', 'Session tickets of a TLS client: 0 unknown to it, 1 without one, 2 with one.'],
  ['req.ssl_ver', [], 'sint', 'The version of a TLS client hello; in ACLs as in 3.1, which is TLS 1.0.'],
]);

/** The same of a server. */
const responseContent = family('response-content', [
  ['res.len', [], 'sint', 'How many bytes have come.'],
  ['res.payload', ['offset:integer', 'length:integer'], 'bin', 'Bytes from an offset on, all for a length of 0.'],
  [
    'res.payload_lv',
    ['offset:integer', 'length:integer', 'offset2?:offset'],
    'bin',
    'Bytes whose number stands in the bytes at an offset, as for "req.payload_lv".',
  ],
  ['res.ssl_hello_type', [], 'sint', 'The type of a whole TLS handshake message: 2 for that of a server.'],
]);

const eitherContent = family('message-content', [
  ['payload', ['offset:integer', 'length:integer'], 'bin', 'req.payload, or res.payload in rules on responses.'],
  [
    'payload_lv',
    ['offset:integer', 'length:integer', 'offset2?:offset'],
    'bin',
    'req.payload_lv, or res.payload_lv in rules on responses.',
  ],
]);

/** What of the body of a request has come: "option http-buffer-request" or the rule "wait-for-body" wait for it. */
const body = family('body', [
  ['req.body', [], 'bin', 'The body of the request as far as it has come, within tune.bufsize.'],
  ['req.body_len', [], 'sint', 'How many bytes of the body have come.'],
  ['req.body_param', ['name?'], 'bin', 'A parameter of a body that is a form.'],
  ['req.body_size', [], 'sint', 'The announced length of the body; of one in chunks, what has come of it.'],
]);

/** The same of a response, for which the rule "wait-for-body" for responses waits. */
const responseBody = family('response-body', [
  ['res.body', [], 'bin', 'The body of the response as far as it has come, within tune.bufsize.'],
  ['res.body_len', [], 'sint', 'How many bytes of the body have come.'],
  [
    'res.body_size',
    [],
    'sint',
    'The announced length of the body; of one without, what has come of it; 0 where none comes.',
  ],
]);

const request = family('request', [
  ['base', [], 'str', 'The Host field and the path.'],
  ['base32', [], 'sint', 'A hash of "base": base,sdbm(1).'],
  ['base32+src', [], 'bin', 'The bytes of "base32" and of "src".'],
  ['baseq', [], 'str', 'The Host field, the path and the query.'],
  ['http_auth', ['userlist:userlist'], 'bool', 'Whether user and password are of the userlist.'],
  ['http_auth_bearer', ['header?'], 'str', 'The token of the Authorization field, or of another one.'],
  [
    'http_auth_group',
    ['userlist:userlist'],
    'str',
    'The user whose name and password are of the userlist; in ACLs whether it is in one of the groups that are named.',
  ],
  ['http_auth_pass', [], 'str', 'The password of Basic authentication.'],
  ['http_auth_type', [], 'str', 'The scheme of the Authorization field.'],
  ['http_auth_user', [], 'str', 'The user of Basic authentication.'],
  ['path', [], 'str', 'The path, from the first "/" up to the query.'],
  ['pathq', [], 'str', 'The path and the query.'],
  ['query', [], 'str', 'The query, without its "?".'],
  ['req.cook', ['name?'], 'str', 'A cookie; in ACLs each of this name.'],
  ['req.cook_cnt', ['name?'], 'sint', 'How many cookies have this name.'],
  ['req.cook_val', ['name?'], 'sint', 'A cookie that is a number.'],
  ['req.fhdr', ['name', 'occurrence?:integer'], 'str', 'The last field of the name, or one by number, commas and all.'],
  ['req.fhdr_cnt', ['name?'], 'sint', 'How many fields have this name.'],
  [
    'req.hdr',
    ['name?', 'occurrence?:integer'],
    'str',
    'The last value of the field, or one by number; commas separate.',
  ],
  ['req.hdr_cnt', ['name?'], 'sint', 'How many values the field has.'],
  ['req.hdr_ip', ['name?', 'occurrence?:integer'], 'ipv4', 'A value of the field that is an address.'],
  ['req.hdr_names', ['delimiter?'], 'str', 'The names of all fields.'],
  ['req.hdr_val', ['name?', 'occurrence?:integer'], 'sint', 'A value of the field that is a number.'],
  ['req.hdrs', [], 'bin', 'All fields, and the empty line.'],
  ['req.hdrs_bin', [], 'bin', 'All fields, each text behind its length, as SPOE has it.'],
  ['req.ver', [], 'str', 'The version, such as "1.1".'],
  ['url', [], 'str', 'The target as the client wrote it.'],
  ['url32', [], 'sint', 'A hash of the Host field and the target.'],
  ['url32+src', [], 'bin', 'The bytes of "url32" and of "src".'],
  ['url_ip', [], 'ipv4', 'The address in an absolute target.'],
  ['url_param', ['name?', 'delimiter?'], 'str', 'A parameter of the query.'],
  ['url_port', [], 'sint', 'The port in an absolute target.'],
  ['urlp_val', ['name?', 'delimiter?'], 'sint', 'A parameter of the query that is a number.'],
]);

const kept = family('request-kept', [
  ['capture.req.method', [], 'str', 'The method of the request.'],
  ['capture.req.uri', [], 'str', 'Path and query of the request.'],
  ['capture.req.ver', [], 'str', 'The version, such as "HTTP/1.1".'],
  ['http_first_req', [], 'bool', 'Whether it is the first request of its connection.'],
  ['method', [], 'meth', 'The method.'],
  ['req.proto_http', [], 'bool', 'True when there is a request of HTTP.'],
  ['unique-id', [], 'str', 'The unique id of the request: none.'],
]);

const response = family('response', [
  ['res.cook', ['name?'], 'str', 'A cookie that the server sets.'],
  ['res.cook_cnt', ['name?'], 'sint', 'How many cookies of this name the server sets.'],
  ['res.cook_val', ['name?'], 'sint', 'A cookie that the server sets and is a number.'],
  ['res.fhdr', ['name', 'occurrence?:integer'], 'str', 'The last field of the name, or one by number, commas and all.'],
  ['res.fhdr_cnt', ['name?'], 'sint', 'How many fields have this name.'],
  [
    'res.hdr',
    ['name?', 'occurrence?:integer'],
    'str',
    'The last value of the field, or one by number; commas separate.',
  ],
  ['res.hdr_cnt', ['name?'], 'sint', 'How many values the field has.'],
  ['res.hdr_ip', ['name?', 'occurrence?:integer'], 'ipv4', 'A value of the field that is an address.'],
  ['res.hdr_names', ['delimiter?'], 'str', 'The names of all fields.'],
  ['res.hdr_val', ['name?', 'occurrence?:integer'], 'sint', 'A value of the field that is a number.'],
  ['res.hdrs', [], 'bin', 'All fields, and the empty line.'],
  ['res.hdrs_bin', [], 'bin', 'All fields, each text behind its length, as SPOE has it.'],
  ['res.ver', [], 'str', 'The version, such as "1.1".'],
]);

const responseKept = family('response-kept', [
  ['capture.res.hdr', ['slot:integer'], 'str', 'What is captured of the response in a slot of the frontend.'],
  ['capture.res.ver', [], 'str', 'The version of the response, such as "HTTP/1.1".'],
  ['res.cache_hit', [], 'bool', 'Whether the response is from a cache: false.'],
  ['res.cache_name', [], 'str', 'The cache the response is from: none.'],
  ['res.comp', [], 'bool', 'Whether Sluice has compressed the response: false.'],
  ['res.comp_algo', [], 'str', 'The algorithm it was compressed with: none.'],
  ['status', [], 'sint', 'The status of the response.'],
]);

const message = family('message', [
  ['cookie', ['name?'], 'str', 'req.cook in rules on requests, res.cook in those on responses.'],
  ['hdr', ['name?', 'occurrence?:integer'], 'str', 'req.hdr in rules on requests, res.hdr in those on responses.'],
]);

const named = new Map(
  [
    ...constants,
    ...process,
    ...node,
    ...client,
    ...stream,
    ...server,
    ...tls,
    ...content,
    ...responseContent,
    ...eitherContent,
    ...body,
    ...responseBody,
    ...request,
    ...kept,
    ...response,
    ...responseKept,
    ...message,
    ...family('client', stickFetches),
    ...family('node', stickTableFetches),
  ].map((fetch) => [fetch.name, fetch]),
);

/** Older names. */
const aliases = {
  cook: 'req.cook',
  cook_cnt: 'req.cook_cnt',
  cook_val: 'req.cook_val',
  hdr_cnt: 'req.hdr_cnt',
  hdr_ip: 'req.hdr_ip',
  hdr_val: 'req.hdr_val',
  rdp_cookie: 'req.rdp_cookie',
  rdp_cookie_cnt: 'req.rdp_cookie_cnt',
  rep_ssl_hello_type: 'res.ssl_hello_type',
  req_len: 'req.len',
  req_proto_http: 'req.proto_http',
  req_ssl_hello_type: 'req.ssl_hello_type',
  req_ssl_sni: 'req.ssl_sni',
  req_ssl_ver: 'req.ssl_ver',
  req_ver: 'req.ver',
  resp_ver: 'res.ver',
  scook: 'res.cook',
  scook_cnt: 'res.cook_cnt',
  scook_val: 'res.cook_val',
  shdr: 'res.hdr',
  shdr_cnt: 'res.hdr_cnt',
  shdr_ip: 'res.hdr_ip',
  shdr_val: 'res.hdr_val',
  urlp: 'url_param',
} as const;

/** All fetches by name, in order. */
export const fetches: ReadonlyMap<string, Fetch> = new Map(
  [
    ...named.values(),
    ...Object.entries(aliases).map(([name, alias]): Fetch => ({ ...(named.get(alias) as Fetch), name, alias })),
  ]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((fetch) => [fetch.name, fetch]),
);

const notYet: readonly (readonly [RegExp, string])[] = [
  [/^ssl_/, 'certificates and TLS'],
  [/^(?:mqtt|distcc)/, 'looking into these contents'],
  [
    /^fc_(?:fackets|lost|reordering|retrans|rtt|rttvar|sacked|unacked)$/,
    'what the kernel measures of a connection (TCP_INFO)',
  ],
  [/^(?:cpu|lat)_/, 'a clock for each task'],
  [/^internal\./, "HAProxy's own buffers"],
  [/^(?:bc|fc|be|fe|srv|so|txn)[._]/, 'this state of a connection'],
];

/** What Sluice lacks for a fetch that HAProxy has; undefined for names it does not know. */
export function findMissingFeature(name: string): string | undefined {
  return notYet.find(([pattern]) => pattern.test(name))?.[1];
}
