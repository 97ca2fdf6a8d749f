/** Conditions that look at what is never there where they stand, a file for each kind of section; and wrong rules of a listen. */

const timeouts = ' timeout client 1s\n timeout server 1s\n timeout connect 1s\n';

/** ACLs of each kind of thing to look at, and of several kinds at once. */
const acls = [
  'request path /x',
  'response status 200',
  'early src 1.1.1.1',
  'mixed src 1.1.1.1',
  'mixed path -i /x',
  'mixed res.hdr(x) a',
  'both status 200',
  'both path /x',
];

const conditions = [
  ...['path /x', 'path -m beg /x', 'status 200', 'res.hdr(x) a', 'req.hdr(x),lower a', 'hdr(x) a', 'src 1.1.1.1'],
  ...['capture.req.hdr(0) a'],
  ...['srv_id 1', 'be_name b', 'bc_http_major 1', 'req.cook(a) b', 'res.cook(a) b', 'fe_id 1', 'ssl_fc_has_sni'],
]
  .map((test) => `{ ${test} }`)
  .concat(['request', 'response', 'early', 'mixed', 'both', '!request', '!mixed', '! response', '!!both'])
  .concat(['METH_GET', 'HTTP_1.1', 'mixed response', 'both mixed or { path /a }', '{ status 1 } { path /b }']);

const onConnections = ['tcp-request connection reject', 'tcp-request session reject'];
const ofBackends = ['use-server s', 'stick on src', 'stick match src', 'stick store-request src'];
const ofContents = ['tcp-request content reject'];
const ofHttp = ['http-request deny', 'http-response deny', 'http-after-response del-header a', 'redirect location /'];

/** Lines in HAProxy's order, so that it has nothing to say of that. */
const frontendLines = [...onConnections, ...ofContents];
const http = { frontend: ofHttp, backend: ['tcp-response content reject', ...ofHttp] };

const all = (lines: readonly string[]) =>
  lines.flatMap((line) => conditions.map((condition) => ` ${line} if ${condition}\n`)).join('');

const own = acls.map((acl) => ` acl ${acl}\n`).join('');
const server = ' server s 127.0.0.1:9\n stick-table type ip size 100\n';

/** In mode tcp HTTP is looked at before a server answers only. */
const ownOfTcp = ' acl request path /x\n acl early src 1.1.1.1\n acl mixed src 1.1.1.1\n acl mixed path -i /x\n';
const tcpConditions = [
  '{ path /x }',
  '{ src 1.1.1.1 }',
  '{ req.len 1 }',
  '{ res.len 1 }',
  '{ res.ssl_hello_type 1 }',
  'request',
  'early',
  'mixed',
];
const allOfTcp = (lines: readonly string[]) =>
  lines.flatMap((line) => tcpConditions.map((condition) => ` ${line} if ${condition}\n`)).join('');

export const misplacedTests: readonly { readonly name: string; readonly text: string }[] = [
  {
    name: 'conditions of a frontend on what is not there',
    text: `defaults\n mode http\n${timeouts}frontend f\n bind 127.0.0.1:1\n declare capture request len 9\n${own}${all([
      ...frontendLines,
      ...http.frontend,
      'use_backend b',
    ])}backend b\n${server}`,
  },
  {
    name: 'conditions of a backend on what is not there',
    text: `defaults\n mode http\n${timeouts}listen l\n bind 127.0.0.1:1\nbackend b\n${server}${own}${all([
      ...ofContents,
      ...http.backend,
      ...ofBackends,
      'stick store-response src',
    ])}`,
  },
  {
    name: 'conditions of a listen on what is not there',
    text: `defaults\n mode http\n${timeouts}listen l\n bind 127.0.0.1:1\n declare capture request len 9\n${server}${own}${all(
      [...frontendLines, ...http.backend, 'use_backend b', ...ofBackends, 'stick store-response src'],
    )}backend b\n`,
  },
  {
    name: 'conditions of defaults on what is not there',
    text: `defaults d\n mode http\n${timeouts}${own}${all(
      [...frontendLines, ...ofHttp].filter((line) => !line.startsWith('redirect')),
    )}frontend f from d\n bind 127.0.0.1:1\n`,
  },
  {
    name: 'conditions of a monitor on what is not there',
    text: `defaults\n mode http\n${timeouts}frontend f\n bind 127.0.0.1:1\n monitor-uri /m\n${own}${all(['monitor fail'])}`,
  },
  {
    name: 'conditions in mode tcp on what is not there',
    text: `defaults\n mode tcp\n${timeouts}listen l\n bind 127.0.0.1:1\n${server}${ownOfTcp}${allOfTcp([
      ...frontendLines,
      'use_backend b',
      ...ofBackends,
    ])} tcp-response content reject if { path /x }\n tcp-response content reject if mixed\nbackend b\n`,
  },
  ...[
    'tcp-request content reject if nope',
    'tcp-response content reject unless { src a }',
    'tcp-request connection reject if { path',
    'http-request deny if nope',
    'http-request deny if { src a }',
    'http-request set-header a',
    'redirect location / if nope',
    'redirect foo',
  ].map((line) => ({
    name: `in a listen: ${line}`,
    text: `defaults\n mode http\n${timeouts}listen l\n bind 127.0.0.1:1\n ${line}\n`,
  })),
];
