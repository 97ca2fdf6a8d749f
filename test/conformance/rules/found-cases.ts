/** What generated sites have found (test/conformance/differential): each was different from HAProxy once. */
import { ask, type Case } from './cases.ts';

const gets = (...paths: string[]) => paths.map((path) => ask(`GET ${path}`));
const shown = (expressions: readonly string[]) =>
  `http-request return status 200 content-type text/plain lf-string "${expressions.map((text) => `<%[${text}]>`).join(' ')}"`;

const failing = 'replace-header X-Q . "a\\\\"';

export const foundCases: readonly Case[] = [
  {
    name: 'a rule that fails',
    frontend: [
      'log-format "%ST %ts %[last_rule_line]"',
      'http-request set-header X-Q 1 if { path /request }',
      `http-request ${failing}`,
      'http-request set-var(txn.path) path',
      'http-request return status 200 hdr X-Q 1 if { path /return }',
      'http-request redirect location /x if { path /redirect }',
      'http-request deny if { path /deny }',
      'http-response set-header X-Q 1 if { var(txn.path) -m str /response /after }',
      `http-response ${failing} if { var(txn.path) -m str /response }`,
      'http-response return status 200 hdr X-Q 1 if { var(txn.path) -m str /answer }',
      `http-after-response ${failing}`,
      'use_backend no-server if { path /nowhere }',
    ],
    sections: ['backend no-server', ' mode http'],
    requests: gets('/request', '/return', '/redirect', '/deny', '/response', '/after', '/answer', '/nowhere', '/'),
  },
  {
    name: 'the target "*"',
    frontend: [
      'http-request replace-path (.*) /new if { req.hdr(x) 1 }',
      'http-request replace-pathq (.*) /new if { req.hdr(x) 2 }',
      'http-request replace-uri (.*) /new if { req.hdr(x) 3 }',
    ],
    requests: ['1', '2', '3'].map((number) => ask('OPTIONS *', `X: ${number}\r\n`)),
  },
  {
    name: 'redirect lines behind allow',
    frontend: [
      'http-request allow if { path_beg /a }',
      'http-request deny if { path_beg /d }',
      'redirect location /x%[src] if { path_end /r }',
      'redirect scheme https if { path_end /s }',
    ],
    requests: gets('/a', '/a/r', '/a/s', '/d/r', '/r', '/'),
  },
  {
    name: 'odd values',
    frontend: [
      'http-request set-var(txn.key) str(1)',
      shown([
        ...['str(10.1.1.1/p),ipmask(24)', 'str(1.2.3.4 x),ipmask(32)', 'str(10.1.1.1.),ipmask(24)'],
        ...['str(010.001.1.1),ipmask(24)', 'str(10.1.1),ipmask(24)', 'str(PATCH),mqtt_is_valid'],
        ...['str(b1),mqtt_is_valid', 'str(/p),mqtt_is_valid', "str(eyJhIjoxfQ),jwt_header_query('\\$.a')"],
        ...['str(a),hmac(sha1,txn.key),hex', 'str(a),capture-req(0)', 'req.rdp_cookie_cnt'],
      ]),
    ],
    requests: gets('/'),
  },
  {
    name: 'a unique id that only the log asks for',
    frontend: ['unique-id-format %ci-%[query]', 'log-format "%ID"'],
    requests: gets('/?a=b', '/'),
  },
  {
    name: 'captures of a request that content rules reject',
    frontend: [
      'capture request header X-A len 5',
      'capture response header X-B len 5',
      'tcp-request content reject if { path /no }',
      'log-format "%ST %hr %hs %hrl %hsl"',
    ],
    requests: [ask('GET /no', 'X-A: a\r\n'), ask('GET /', 'X-A: a\r\n')],
  },
  {
    name: 'the version of a response that is none of a server',
    frontend: [
      'http-request deny if { path /no }',
      'http-response deny if { res.hdr_cnt gt 0 } { capture.req.uri /denied }',
      'http-after-response set-header X-Version "<%[capture.res.ver]>"',
      'log-format "%ST %[capture.res.ver]"',
    ],
    requests: gets('/no', '/denied', '/'),
  },
  {
    name: 'the content of an answer to HEAD',
    frontend: [
      'http-request deny content-type text/plain string four if { path /deny }',
      'http-response return content-type text/plain string four if { capture.req.uri /return }',
      'http-after-response set-header X-Length %[res.body_len]',
    ],
    requests: ['/deny', '/return', '/'].flatMap((path) => [ask(`HEAD ${path}`), ask(`GET ${path}`)]),
  },
  {
    name: 'a unique id of a request that is answered before it is sent',
    frontend: [
      'unique-id-format %ci-%[path]-%HM-%[method]-%b',
      'log-format "%ST %ID %r"',
      'tcp-request content reject if { path /reject }',
      'http-request deny if { path /deny }',
      'http-request auth if { path /auth }',
      'http-request redirect location /x if { path /redirect }',
      'http-request set-header X-Id %[unique-id] if { path /asked }',
      'http-request return status 200 hdr X-Id %[unique-id] if { path /return /asked }',
    ],
    backend: ['http-request deny if { path /backend }'],
    requests: gets('/reject', '/deny', '/auth', '/redirect', '/asked', '/return', '/backend', '/'),
  },
  {
    name: 'variables of the log in texts of rules',
    frontend: [
      'log-format "%ST %r"',
      'tcp-request connection set-var-fmt(sess.early) "%HM %HP %HQ %ST %s %si %r"',
      'tcp-request content set-var-fmt(txn.content) "%HM %HPO %HV %ST %s"',
      'http-request set-header X-Early %[var(sess.early)]',
      'http-request set-header X-Content %[var(txn.content)]',
      'http-request set-header X-Request "%HM %HP %HPO %HQ %HU %HV %r %ST %s %si:%sp %{+X}si:%{+X}sp %{+Q}bi %{+Q}sp"',
      'http-request deny if { path /deny }',
      'http-response set-status 299',
      'http-response set-header X-Response "%HM %{+Q}HQ %{+E}r %ST %s %si %{+X}bi %sslv%sslc"',
      'http-after-response set-header X-After "%b/%s %si %ST"',
    ],
    requests: ['GET /a?b=c', 'OPTIONS *', 'GET /deny?x', 'HEAD /404'].map((line) => ask(line)),
  },
  {
    name: 'keys of stick tables without a byte',
    frontend: [
      'stick-table type string size 1k expire 1h store gpc0',
      'log-format "%ST <%[str(),in_table]> <%[str(),table_gpc0]>"',
      'http-request track-sc0 req.hdr(x-e)',
      'http-request sc-inc-gpc0(0)',
      'http-request set-header X-Table "<%[sc0_tracked]> <%[str(),table_gpc0]>"',
    ],
    requests: ['', 'X-E: a\r\n', 'X-E: \r\n'].map((fields) => ask('GET /', fields)),
  },
  {
    name: 'cookie on both sides',
    frontend: [
      'http-request set-header X-Cookie "<%[cookie(foo)]> <%[cookie]>"',
      'http-request set-header X-Some yes if { cookie(a) b }',
      'http-response set-header X-Cookie "<%[cookie(k)]> <%[cookie]> <%[cookie(foo)]>"',
      'http-response set-header X-Some yes if { cookie(k) v }',
    ],
    requests: gets('/'),
  },
  ...[
    ['option forwardfor except 127.0.0.1', 'option forwardfor'],
    ['option forwardfor', 'option forwardfor except 127.0.0.1'],
    ['option forwardfor if-none', 'option forwardfor'],
    ['option forwardfor', 'option forwardfor if-none'],
    ['option forwardfor header X-Ip if-none', 'option forwardfor if-none'],
    ['option originalto except 127.0.0.1', 'option originalto'],
  ].map(
    ([ofFrontend = '', ofBackend = '']): Case => ({
      name: `${ofFrontend} before ${ofBackend}`,
      frontend: [ofFrontend],
      backend: [ofBackend],
      requests: [ask('GET /'), ask('GET /', 'X-Forwarded-For: a\r\nX-Ip: b\r\n')],
    }),
  ),
  {
    name: 'bytes with numbers below 0',
    frontend: [
      shown(['(0,-2)', '(2,-1)', '(-1)', '(-1,2)', '(0,0)', '(2,100)', '(4)'].map((text) => `str(abcd),bytes${text}`)),
    ],
    requests: gets('/'),
  },
];
