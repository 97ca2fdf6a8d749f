/** Small configurations with rules, and the requests that are sent to each. */
import type { Site } from './both.ts';

export interface Case extends Site {
  readonly name: string;
  readonly requests: readonly string[];
}

const common = 'X-List: one, two\r\nX-List: three\r\nX-Quoted: "a, b", c\r\nCookie: foo=bar; a=b\r\n';

/** A whole request by its line, with the same fields everywhere. */
export const ask = (line: string, fields = '') =>
  `${line} HTTP/1.1\r\nHost: Example.org:80\r\nConnection: close\r\n${common}${fields}\r\n`;

const one = ['GET /a/b?c=d'].map((line) => ask(line));
const few = ['GET /a/b?c=d', 'GET /', 'GET /deny', 'HEAD /a', 'GET /a?', 'OPTIONS /a'].map((line) => ask(line));

const requests = (frontend: readonly string[], sent = one): Case => ({
  name: frontend.join('; '),
  frontend,
  requests: sent,
});
const rules = (set: string, lines: readonly string[], sent = one): Case[] =>
  lines.map((line) => requests([`${set} ${line}`], sent));

const headerEdits = [
  'set-header X-New value',
  'set-header x-list "one value"',
  'add-header X-List four',
  'add-header X-New 100%%',
  'set-header X-Text \'with "quotes", and # more\'',
  'del-header X-List',
  'del-header x-l -m beg',
  'del-header ted -m end',
  'del-header -l -m sub',
  'del-header ^x-(list|quoted)$ -m reg',
  'del-header X-List -m str',
  "replace-header X-List '^(.)(.*)$' '\\2-\\1'",
  'replace-header X-List two TWO',
  "replace-header Cookie 'foo=([^;]*);(.*)' 'foo=\\1;ip=1;\\2'",
  "replace-value X-List '^t(.*)$' 'T\\1'",
  'replace-value X-List two TWO',
  'replace-value X-Quoted b B',
  'replace-value X-List nothing x',
];

const targetEdits = [
  'set-path /new',
  'set-path /new?x',
  'set-pathq /new?x=1',
  'set-query x=1',
  'set-uri /new?y',
  'set-uri http://other:81/new?y',
  'set-uri http://other',
  'set-method PUT',
  'set-pathq /new',
  'set-query "x=%[path]"',
  'set-uri "%[url]/more"',
  'set-path "%[path,upper]"',
  "replace-path (.*) '/foo\\1'",
  "replace-path '/a/(.*)' '/\\1'",
  "replace-pathq '([^?]*)(\\?(.*))?' '\\1/foo\\2'",
  "replace-uri '([^/:]*://[^/]*)?(.*)' '\\1/foo\\2'",
  'set-header Host new.example',
  'set-header host new.example:8080',
  'del-header Host',
  "replace-header Host '(.*)' 'x.\\1'",
];

const answers = [
  'return',
  'return status 404',
  'return status 204',
  'return status 200 content-type text/plain string "hello, world"',
  'return status 200 content-type text/plain lf-string "100%%"',
  'return status 503 hdr X-A b hdr X-C "d e"',
  'return status 404 content-type text/plain default-errorfiles',
  'return status 418 content-type "text/html; charset=utf-8" string "<b>tea</b>" hdr Cache-Control no-store',
  'deny',
  'deny deny_status 429',
  'deny status 410',
  'deny status 418',
  'deny status 404 default-errorfiles',
  'deny status 429 content-type text/plain string slow hdr Retry-After 3',
  'tarpit',
  'tarpit deny_status 429',
  'tarpit status 429 content-type text/plain string slow hdr Retry-After 3',
  'redirect location /x',
  'redirect location /x code 301',
  'redirect location /x code 303 set-cookie SEEN=1',
  'redirect location /x code 307 clear-cookie SEEN',
  'redirect location /x code 308 clear-cookie SEEN=',
  'redirect prefix /p',
  'redirect prefix / ',
  'redirect prefix http://other drop-query',
  'redirect prefix http://other drop-query append-slash',
  'redirect prefix http://other append-slash',
  'redirect scheme https',
  'redirect scheme https drop-query code 301',
  'reject',
];

const responseEdits = [
  'set-header X-New value',
  'set-header x-one "one value"',
  'add-header X-One d',
  'del-header Server',
  'del-header x- -m beg',
  "replace-header Set-Cookie '(.*)' '\\1; Secure'",
  "replace-value X-One '^(a|c)$' '<\\1>'",
  'set-status 299',
  'set-status 503 reason "Go away"',
  'set-status 418 reason Tea',
];

const responseAnswers = [
  'deny',
  'deny deny_status 403',
  'deny status 404 content-type text/plain string gone hdr X-A b',
  'return',
  'return status 200 content-type text/plain string hello hdr X-A b',
  'redirect location /x',
  'redirect location /x code 301 set-cookie A=b',
  'allow',
];

const order: readonly Case[] = [
  {
    name: 'allow ends the rules of one proxy only',
    frontend: ['http-request allow if { path /a/b }', 'http-request set-header X-F 1'],
    backend: ['http-request set-header X-B 1'],
    requests: few,
  },
  {
    name: 'rules see what rules before them have changed',
    frontend: [
      'http-request set-header X-A 1',
      'http-request set-header X-B 2 if { hdr(x-a) 1 }',
      'http-request del-header x-a if { hdr(x-b) 2 }',
      'http-request set-header X-C 3 if { hdr(x-a) 1 }',
      'http-request set-path /moved if { path /a/b }',
      'http-request set-header X-Moved 1 if { path /moved }',
    ],
    backend: ['http-request deny if { path /deny }', 'http-request set-header X-D 4 if { path /moved }'],
    requests: few,
  },
  {
    name: 'responses pass the backend first',
    frontend: ['http-response add-header X-Order f', 'http-after-response add-header X-After f'],
    backend: ['http-response add-header X-Order b', 'http-after-response add-header X-After b'],
    requests: few,
  },
  {
    name: 'allow of a response',
    frontend: ['http-response add-header X-F 1', 'http-after-response add-header X-G 1'],
    backend: ['http-response allow', 'http-response add-header X-B 1', 'http-after-response allow'],
    requests: few,
  },
  {
    name: 'a denied response passes no further',
    frontend: ['http-response add-header X-F 1', 'http-after-response add-header X-After 1'],
    backend: ['http-response deny'],
    requests: few,
  },
  {
    name: 'every response passes http-after-response',
    frontend: [
      'http-request deny if { path /deny }',
      'http-request redirect location /x if { path / }',
      'http-request return status 200 content-type text/plain string hi if { path /a/b }',
      'http-after-response set-header X-After 1',
      'http-after-response del-header Server',
      'http-after-response set-status 299 if { src 127.0.0.1 }',
    ],
    requests: few,
  },
  {
    name: 'redirect lines come behind http-request rules',
    frontend: ['redirect location /late if { path / }', 'http-request deny if { path / }'],
    requests: few,
  },
  {
    name: 'tcp-request content rules come first',
    frontend: [
      'http-request set-path /deny',
      'tcp-request inspect-delay 1s',
      'tcp-request content accept if { path / }',
      'tcp-request content reject if { path /deny }',
      'tcp-request content reject if { path / }',
    ],
    backend: ['tcp-request content reject if { path /deny } { method HEAD }'],
    requests: few,
  },
  {
    name: 'tcp-request connection and session accept',
    frontend: [
      'tcp-request connection accept if { src 127.0.0.1 }',
      'tcp-request connection reject',
      'tcp-request session accept',
    ],
    requests: one,
  },
  {
    name: 'tcp-request connection reject',
    frontend: ['tcp-request connection reject if { src 127.0.0.0/8 }'],
    requests: one,
  },
  {
    name: 'tcp-request session reject',
    frontend: ['tcp-request session reject unless { src 10.0.0.0/8 }'],
    requests: one,
  },
  {
    name: 'monitor-uri comes before rules',
    frontend: ['monitor-uri /mon', 'monitor fail if { hdr(x-fail) 1 }', 'http-request deny if { path /mon }'],
    requests: [
      ask('GET /mon'),
      ask('GET /mon', 'X-Fail: 1\r\n'),
      ask('GET /mon?x'),
      ask('GET http://Example.org:80/mon'),
      ask('HEAD /mon'),
    ],
  },
  {
    name: 'use-server and http-send-name-header',
    frontend: [],
    backend: ['http-send-name-header X-Server', 'use-server s2 if { path_beg /a }', 'use-server s1 if { path / }'],
    requests: [...few, ask('GET /a', 'X-Server: none\r\n')],
  },
  {
    name: 'servers that requests name',
    frontend: [],
    backend: [
      'http-send-name-header X-Server',
      'use-server %[req.hdr(x-use)] if { req.hdr(x-use) -m found }',
      'use-server %HM if { path / }',
      'use-server s2 if TRUE',
    ],
    requests: [...few, ...['s1', 's2', 'none'].map((name) => ask('GET /', `X-Use: ${name}\r\n`))],
  },
  {
    name: 'redirect lines come after rules that allow',
    frontend: [
      'http-request allow if { path /a/b }',
      'http-request set-header X-A 1',
      'redirect location /a%20b if { path /a/b }',
      'redirect prefix /deny if { path /deny }',
    ],
    backend: [
      'http-request allow',
      'http-request deny',
      'redirect location /never if { path / } { method HEAD OPTIONS }',
    ],
    requests: few,
  },
  {
    name: 'early hints',
    frontend: ['http-request early-hint Link "</a>" if { path /a/b }', 'http-request early-hint Link </b>'],
    requests: few,
  },
  {
    name: 'servers that take new work',
    sections: [
      'backend main',
      ' server s1 127.0.0.1:1 maxconn 5',
      ' server s2 127.0.0.1:1 maxconn 7 backup',
      'backend spare',
      ' server s1 127.0.0.1:1 maxconn 5 disabled',
      ' server s2 127.0.0.1:1 maxconn 7 backup',
      ' server s3 127.0.0.1:1 maxconn 9 backup',
      'backend spares',
      ' option allbackups',
      ' server s1 127.0.0.1:1 disabled',
      ' server s2 127.0.0.1:1 maxconn 7 backup',
      ' server s3 127.0.0.1:1 maxconn 9 backup',
    ],
    frontend: ['main', 'spare', 'spares'].map(
      (name) => `http-request set-header X-${name} "%[nbsrv(${name})] %[be_conn_free(${name})] %[avg_queue(${name})]"`,
    ),
    requests: one,
  },
  {
    name: 'timeouts from expressions',
    frontend: [],
    backend: [
      'http-request set-timeout server req.fhdr(x-timeout)',
      'http-request set-timeout tunnel hdr_cnt(x-list),mul(1000)',
      'http-request set-header X-T "%[cur_server_timeout] %[cur_tunnel_timeout]"',
    ],
    requests: ['7000', 'none', '6s'].map((value) => ask('GET /a', `X-Timeout: ${value}\r\n`)),
  },
  {
    name: 'what has no effect here is taken all the same',
    frontend: [
      'http-request set-nice 5',
      'http-request set-log-level silent',
      'http-request strict-mode off',
      'http-request set-var-fmt(txn.a) text',
      'http-request unset-var(txn.a)',
      'http-response set-log-level debug',
    ],
    backend: ['http-request set-timeout server 3s', 'http-request set-timeout tunnel 3s'],
    requests: one,
  },
];

/** Targets with something in them that a normalizer takes out. */
const oddTargets = [
  ...['/', '//', '/.', '/..', '/./', '/../', '/a/.', '/a/..', '/./bar/', '/a/./a', '/.well-known/', '/a/.../b'],
  ...[
    '/foo/../',
    '/foo/../bar/',
    '/foo/bar/../',
    '/../bar/',
    '/bar/../../',
    '/foo//../',
    '/foo/%2E%2E/',
    '/a//../../b',
  ],
  ...['/../../a/../b', '//..', '/a/b/../../../c/..', '/..a/b..', '/a/..?x=/../', '/foo//bar?x=//', '/./?/./'],
  ...['/%61dmin', '/foo%3Fbar=baz', '/%%36%36', '/%ZZ', '/%6f', '/%zz', '/%6', '/%', '/%c3%a9?%7e=%2f', '/a?b=%zz'],
  ...['/?c=3&a=1&b=2', '/?aaa=3&a=1&aa=2', '/?a=3&b=4&a=1&b=5&a=2', '/?b&a&=1&&a=', '/?', '/?a=b?c&a', '/x?a=1;b'],
].map((target) => ask(`GET ${target}`));

const absolute = ['http://h', 'http://h/a/../b//c?b&a'].map(
  (target) => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
);

const normalizers = [
  ...['path-merge-slashes', 'path-strip-dot', 'path-strip-dotdot', 'path-strip-dotdot full', 'query-sort-by-name'],
  ...['percent-decode-unreserved', 'percent-decode-unreserved strict', 'percent-to-uppercase'],
  ...['percent-to-uppercase strict', 'fragment-strip', 'fragment-encode'],
];

const normalized: readonly Case[] = [
  ...normalizers.map((normalizer) =>
    requests([`http-request normalize-uri ${normalizer}`], [...oddTargets, ...absolute]),
  ),
  ...['fragment-strip', 'fragment-encode'].map((normalizer) =>
    requests(
      ['http-request set-path /a#b if { path /a/b }', 'http-request set-uri /c?d#e#f if { path / }'].concat(
        `http-request normalize-uri ${normalizer}`,
      ),
      [...few, ask('GET /a#b'), ask('GET /?#')],
    ),
  ),
  {
    name: 'a malformed target in the log',
    frontend: ['http-request normalize-uri percent-to-uppercase strict', 'log-format "%ST %ts %HU"'],
    requests: [ask('GET /%zz'), ask('GET /%aa')],
  },
  {
    name: 'unique ids',
    frontend: [
      'unique-id-format "%{+X}o  %ci_%fi_%[src,hex]  %{-X}ci %HM %HU %{+Q}HV %{+X}[src] "',
      'unique-id-header X-Unique-ID',
      'http-request set-header X-Early "%[unique-id]|%ID" if { path /a }',
      'http-request set-method POST if { path /a }',
      'http-request set-path /new if { path / }',
      'http-request deny if { path /deny }',
      'log-format "%ID|%[unique-id]|%{+Q}ID"',
    ],
    requests: [...few, ask('GET /x', 'X-Unique-ID: mine\r\n'), 'GET\r\n\r\n'],
  },
  {
    name: 'a unique id of which nobody is told',
    frontend: ['unique-id-format %ci', 'http-request set-header X-Id %[unique-id]'],
    requests: one,
  },
  ...['txn', 'proc'].map((scope): Case => {
    const variable = `${scope}.v`;
    const conditions = ['ifexists', 'ifnotexists', 'ifempty', 'ifnotempty', 'ifset', 'ifnotset', 'ifgt', 'iflt'];
    return {
      name: `conditions of setting variables of scope ${scope}`,
      frontend: conditions.flatMap((condition, index) => [
        // Each on a variable that is not there, that is a number, that is a text, and that was there.
        `http-request set-var(${variable}${index}a,${condition}) int(5)`,
        `http-request set-var(${variable}${index}b) int(5)`,
        `http-request set-var(${variable}${index}b,${condition}) int(6)`,
        `http-request set-var(${variable}${index}c) int(5)`,
        `http-request set-var(${variable}${index}c,${condition}) int(4)`,
        `http-request set-var(${variable}${index}d) int(5)`,
        `http-request set-var(${variable}${index}d,${condition}) str(new)`,
        `http-request set-var-fmt(${variable}${index}e) old`,
        `http-request set-var-fmt(${variable}${index}e,${condition}) "%[req.hdr(none)]"`,
        `http-request set-var(${variable}${index}f) int(5)`,
        `http-request unset-var(${variable}${index}f)`,
        `http-request set-var(${variable}${index}f,${condition}) int(7)`,
        `http-request set-header X-${condition} "${['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `%[var(${variable}${index}${letter},none)]`).join('|')} %[int(9),set-var(${variable}${index}g,${condition},ifnotempty)] %[var(${variable}${index}g,none)]"`,
      ]),
      requests: one,
    };
  }),
  {
    name: 'what is kept of a request is what came',
    frontend: [
      'http-request set-method PUT',
      'http-request set-pathq /new?x=y',
      'http-request set-header X-Kept "%[capture.req.method] %[capture.req.uri] %[capture.req.ver] %HM %HU"',
      'http-request set-header X-Now "%[method] %[pathq] %[url]"',
    ],
    requests: few,
  },
];

export const cases: readonly Case[] = [
  ...normalized,
  ...rules('http-request', headerEdits),
  ...rules('http-request', targetEdits, few),
  ...rules('http-request', answers, [...one, ask('HEAD /a/b?c=d'), ask('GET /')]),
  ...rules('http-response', responseEdits, [...one, ask('GET /404')]),
  ...rules('http-response', responseAnswers),
  ...rules('http-after-response', responseEdits),
  ...order,
];
