/** Small configurations with rules on connections and contents, and what clients send to each. */
import { delay, type Site } from './both.ts';

export interface Case extends Site {
  readonly name: string;
  /** Names of payloads, or texts. */
  readonly sends: readonly string[];
  /** Whether each is sent in pieces of one to a few bytes as well. */
  readonly inPieces?: boolean;
}

const inspect = `tcp-request inspect-delay ${delay}ms`;
const inspectAnswer = `tcp-response inspect-delay ${delay}ms`;
const end = 'default_backend one';

const streams: Case[] = [
  {
    name: 'a router by server name',
    frontend: [
      inspect,
      'tcp-request content accept if { req.ssl_hello_type 1 }',
      'use_backend two if { req.ssl_sni -i two.example }',
      'use_backend two if { req.len gt 0 } !{ req.ssl_hello_type 1 }',
      end,
    ],
    sends: ['modern', 'older', 'nameless', 'cut', 'no handshake', 'http'],
    inPieces: true,
  },
  {
    name: 'by version',
    frontend: [
      inspect,
      'tcp-request content reject if { req.ssl_ver lt 3.3 }',
      'use_backend two if { req.ssl_ver 3.3 } { req.ssl_alpn h2 }',
      end,
    ],
    sends: ['modern', 'older', 'sslv2', 'short'],
  },
  {
    name: 'by cookie of RDP',
    frontend: [
      inspect,
      'tcp-request content accept if RDP_COOKIE',
      'use_backend two if { req.rdp_cookie(mstshash) -m beg ali }',
      end,
    ],
    sends: ['rdp', 'rdp cut', 'rdp other', 'short'],
    inPieces: true,
  },
  {
    name: 'by payload',
    frontend: [
      inspect,
      'tcp-request content accept if { req.payload(0,3) -m found }',
      'use_backend two if { req.payload(0,3) -m bin 474554 }',
      end,
    ],
    sends: ['http', 'http cut', 'short', 'counted'],
    inPieces: true,
  },
  {
    name: 'by what is HTTP',
    frontend: [
      inspect,
      'tcp-request content reject if !HTTP',
      'use_backend two if { path_beg /a } { hdr(host) one.example }',
      end,
    ],
    sends: ['http', 'http cut', 'no http', 'modern', 'short', ''],
    inPieces: true,
  },
  {
    name: 'keys to track that are still to come',
    frontend: [
      inspect,
      'stick-table type string len 20 size 10 expire 1m store gpc0',
      'tcp-request connection set-var(sess.n) int(0)',
      'tcp-request content set-var(sess.n) var(sess.n),add(1)',
      'tcp-request content track-sc0 req.payload(0,3)',
      'tcp-request content set-var(sess.n) var(sess.n),add(1)',
      'tcp-request content track-sc1 path if { req.payload(0,1) -m str G }',
      'use_backend two if { sc0_tracked } { sc1_tracked } { var(sess.n) -m int 2 }',
      'use_backend two if { sc0_tracked } !{ req.payload(0,1) -m str G }',
      end,
    ],
    sends: ['http', 'http cut', 'no http', 'short'],
    inPieces: true,
  },
  {
    name: 'a server that is noted for what it sends',
    frontend: [inspect, 'tcp-request content accept if { req.ssl_hello_type 1 }', end],
    backend: [
      'stick-table type binary len 32 size 30k expire 30m',
      'stick on req.payload_lv(43,1) if { req.ssl_hello_type 1 }',
      'stick store-response res.payload_lv(43,1) if { res.ssl_hello_type 2 }',
      'stick store-response res.payload(0,2)',
      inspectAnswer,
      'tcp-response content accept if { res.len gt 0 }',
    ],
    sends: ['modern', 'http'],
  },
  {
    name: 'captures',
    frontendDefaults: ['tcp-request content capture src len 3'],
    frontend: [
      inspect,
      'capture request header Host len 9',
      'tcp-request content capture req.payload(0,4) len 10',
      'tcp-request content capture path len 10',
      'declare capture request len 4',
      'tcp-request content capture str(xy) len 1 if { capture.req.hdr(0) 127 }',
      'tcp-request content capture var(txn.no) len 10',
      'tcp-request content capture req.payload(1,2) len 3 if { req.payload(0,1) -m str G }',
      'use_backend two if { capture.req.hdr(3) -m beg /a }',
      end,
    ],
    sends: ['http', 'http cut', 'short', 'counted', 'no http'],
    inPieces: true,
  },
  {
    name: 'captures that wait for nothing',
    frontend: ['tcp-request content capture dst len 20', end],
    sends: ['short'],
  },
  { name: 'a wait', frontend: [inspect, 'tcp-request content accept if WAIT_END', end], sends: ['short'] },
  {
    name: 'a wait for nothing',
    frontend: [inspect, 'tcp-request content accept if WAIT_END', 'default_backend greeter'],
    sends: [''],
  },
  {
    name: 'a late refusal',
    frontend: [
      inspect,
      'acl quick req.len ge 4',
      'tcp-request content accept if quick',
      'tcp-request content reject if WAIT_END',
      end,
    ],
    sends: ['short', 'counted', ''],
  },
  {
    name: 'a silent client',
    frontend: [inspect, 'tcp-request content reject if { req.len gt 0 }', 'default_backend greeter'],
    sends: ['short', ''],
  },
  { name: 'an empty buffer', frontend: [inspect, 'tcp-request content reject if { req.len 0 }', end], sends: [''] },
  {
    name: 'either or',
    frontend: [inspect, 'tcp-request content reject if { req.payload(0,9) -m str x } or { src 127.0.0.1 }', end],
    sends: ['short'],
  },
  {
    name: 'both, one of them not yet known',
    frontend: [inspect, 'tcp-request content reject if { req.payload(0,9) -m str x } { src 127.0.0.2 }', end],
    sends: ['short', 'counted'],
  },
  {
    name: 'both, one of them false',
    frontend: [inspect, 'tcp-request content reject if { src 127.0.0.2 } { req.payload(0,9) -m str x }', end],
    sends: ['short'],
  },
  {
    name: 'the negation of what is not known',
    frontend: [inspect, 'tcp-request content reject unless { req.payload(0,5) -m str ab }', end],
    sends: ['short', 'counted'],
  },
  { name: 'without delay', frontend: ['tcp-request content accept if WAIT_END', end], sends: ['short'] },
  {
    name: 'rules of the backend',
    frontend: [inspect, 'tcp-request content accept if { req.len ge 2 }', end],
    backend: [inspect, 'tcp-request content reject if { req.payload(0,2) -m str ab }'],
    sends: ['short', 'counted'],
  },
  {
    name: 'only the backend waits',
    frontend: [end],
    backend: [inspect, 'tcp-request content reject if { req.payload(0,2) -m str ab }'],
    sends: ['short', 'counted'],
  },
  {
    name: 'variables of sessions',
    frontend: [
      'tcp-request connection set-var(sess.v) src,concat(x)',
      'tcp-request session set-var-fmt(sess.v) "%[var(sess.v)]-%[src]"',
      'tcp-request content set-var(txn.v) var(sess.v)',
      end,
    ],
    sends: ['short'],
  },
  {
    name: 'variables that are gone',
    frontend: [
      'tcp-request connection set-var(sess.v) str(a)',
      'tcp-request connection set-var(txn.v) str(b)',
      'tcp-request session unset-var(sess.v)',
      end,
    ],
    sends: ['short'],
  },
  {
    name: 'addresses',
    frontend: [
      'tcp-request connection set-src src,ipmask(8)',
      'tcp-request session set-dst str(192.0.2.1)',
      'tcp-request content set-var(txn.v) fc_src,concat(,txn.x)',
      'use_backend two if { src 127.0.0.0 } { dst 192.0.2.1 } !{ fc_dst 192.0.2.1 }',
      end,
    ],
    sends: ['short'],
  },
  {
    name: 'addresses of contents',
    frontend: [
      'tcp-request content set-src str(10.1.2.3)',
      'tcp-request content set-src-port int(65537)',
      'tcp-request content set-dst str(nothing)',
      'tcp-request content set-dst-port int(80)',
      'use_backend two if { src 10.1.2.3 } { src_port 1 } { fc_src 127.0.0.1 } { dst_port 80 } !{ fc_dst_port 80 }',
      end,
    ],
    sends: ['short'],
  },
  {
    name: 'a connection refused by its address',
    frontend: ['tcp-request connection set-src str(10.0.0.1)', 'tcp-request content reject if { src 10.0.0.1 }', end],
    sends: ['short'],
  },
];

const answers: Case[] = [
  {
    name: 'an answer refused at once',
    frontend: ['default_backend greeter'],
    backend: ['tcp-response content reject'],
    sends: [''],
  },
  {
    name: 'an answer nobody waits for',
    frontend: ['default_backend greeter'],
    backend: ['tcp-response content reject if { res.len gt 0 }'],
    sends: [''],
  },
  {
    name: 'an answer that is waited for',
    frontend: ['default_backend greeter'],
    backend: [inspectAnswer, 'tcp-response content reject if { res.payload(0,5) -m str hello }'],
    sends: ['', 'short'],
  },
  {
    name: 'an answer that passes',
    frontend: ['default_backend greeter'],
    backend: [
      inspectAnswer,
      'tcp-response content accept if { res.payload_lv(0,1) -m found }',
      'tcp-response content accept if { res.len ge 5 }',
      'tcp-response content reject',
    ],
    sends: ['', 'short'],
  },
  {
    name: 'an answer that has to wait',
    frontend: ['default_backend greeter'],
    backend: [
      inspectAnswer,
      'tcp-response content set-var(txn.v) res.payload(0,3) if { res.payload(0,3) -m found }',
      'tcp-response content accept if WAIT_END',
    ],
    sends: ['short'],
  },
  {
    name: 'an answer that is closed',
    frontend: ['default_backend greeter'],
    backend: [inspectAnswer, 'tcp-response content close if { res.len gt 5 }'],
    sends: [''],
  },
];

const post = (body: string, length = body.length, fields = '', path = '/a') =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${length}\r\n${fields}\r\n${body}`;
const chunked = (body: string) =>
  `POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const get = (path = '/a', fields = '') => `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`;
const told = (expression: string) =>
  `http-request return status 200 content-type text/plain lf-string "${expression}\\n"`;
const body = told('%[req.body]|%[req.body_len]|%[req.body_size]|%[req.body_param(a)]|%[req.body_param]');

const bodies = [
  get(),
  post('a=1&b=2&c'),
  post('b=2&a=1', 10),
  post('a=', 10),
  post('', 10),
  chunked('4\r\nb=2&\r\n3\r\na=1\r\n0\r\n\r\n'),
  chunked('4\r\nb=2&\r\n3\r\na=1\r\n'),
  chunked('3\r\nb=2\r\nz'),
  chunked('3;x=y\r\na=2'),
];

const messages: Case[] = [
  {
    name: 'wait-for-body',
    mode: 'http',
    frontend: [`http-request wait-for-body time ${delay}ms`, body],
    sends: bodies,
    inPieces: true,
  },
  {
    name: 'wait-for-body at-least',
    mode: 'http',
    frontend: [`http-request wait-for-body time ${delay}ms at-least 5`, told('%[req.body_size]')],
    sends: bodies,
  },
  { name: 'http-buffer-request', mode: 'http', frontend: ['option http-buffer-request', body], sends: bodies },
  {
    name: 'a body that is asked for',
    mode: 'http',
    frontend: ['http-request wait-for-body time 10s', end],
    sends: [post('abc', 3, 'Expect: 100-continue\r\n')],
  },
  {
    name: 'a body that decides',
    mode: 'http',
    frontend: [
      'option http-buffer-request',
      'http-request set-header X-A a',
      'http-request deny if { req.body_len gt 50000 }',
      'use_backend two if { req.body_param(to) -m str two }',
      end,
    ],
    sends: [
      post('to=two&x'),
      post('to=one'),
      post(`x${'y'.repeat(99_999)}`),
      chunked('6\r\nto=two\r\n0\r\n\r\n'),
      get(),
    ],
    inPieces: true,
  },
  {
    name: 'a body that the backend waits for',
    mode: 'http',
    frontend: [end],
    backend: ['option http-buffer-request', 'http-request deny if { req.body -m sub evil }'],
    sends: [post('is evil'), post('is good'), post('is', 5)],
    inPieces: true,
  },
  {
    name: 'a wait of the backend',
    mode: 'http',
    frontend: ['http-request set-header X-Forwarded-For changed', end],
    backend: [
      `http-request wait-for-body time ${delay}ms if { method POST }`,
      'http-request deny if { req.body -m str bad }',
    ],
    sends: [post('bad'), post('good'), post('', 1), get()],
    inPieces: true,
  },
  {
    name: 'captures of requests',
    mode: 'http',
    frontendDefaults: ['tcp-request content capture method len 3', 'http-request capture url len 5'],
    frontend: [
      inspect,
      'tcp-request content capture req.body len 10 if METH_POST',
      'capture request header Host len 20',
      'http-request capture path len 10',
      'tcp-request content capture hdr(x-a) len 10',
      'http-request capture str(again) id 2 if { path /again }',
      'http-request deny if { capture.req.hdr(5) no }',
      end,
    ],
    sends: [
      get('/a', 'X-A: aa\r\n'),
      get('/a', 'X-A: no\r\n'),
      post('abc'),
      post('abcdefghijklmn'),
      get('/again'),
      get('/a', 'X-A: more than ten bytes\r\n'),
    ],
    inPieces: true,
  },
  {
    name: 'contents of requests',
    mode: 'http',
    frontend: [
      inspect,
      'tcp-request content reject if { path /no }',
      'tcp-request content set-var(sess.v) path',
      'tcp-request content reject if { req.body_param(a) -m str no }',
      'tcp-request content accept if WAIT_END',
      end,
    ],
    sends: [get(), get('/no'), post('a=no'), post('a=yes'), post('a=no', 10)],
    inPieces: true,
  },
  {
    name: 'a wait for contents of requests',
    mode: 'http',
    frontend: [inspect, 'tcp-request content accept if WAIT_END', body],
    sends: [get(), post('b', 10), post('a=yes')],
  },
  {
    name: 'addresses of requests',
    mode: 'http',
    frontend: [
      'option forwardfor',
      'tcp-request connection set-var(sess.v) src',
      'http-request set-src hdr(x-client)',
      'http-request set-src-port int(7)',
      'http-request set-dst hdr(x-server)',
      'http-request set-dst-port hdr(x-port)',
      'use_backend two if { src 10.0.0.0/8 } { src_port 7 } { fc_src 127.0.0.1 }',
      'use_backend two if { dst 192.0.2.9 } { dst_port 70 }',
      end,
    ],
    sends: [
      get('/a', 'X-Client: 10.2.3.4\r\n'),
      get('/a', 'X-Client: 2001:db8::7\r\n'),
      get('/a', 'X-Client: nobody\r\n'),
      get('/a', 'X-Server: 192.0.2.9\r\nX-Port: 70\r\n'),
      get(),
    ],
  },
  {
    name: 'what was noted of the connection',
    mode: 'http',
    frontend: [
      'tcp-request connection set-var(sess.v) src,ipmask(8)',
      'tcp-request session set-src str(192.0.2.7)',
      'option forwardfor',
      told('%[var(sess.v)] %[src] %[fc_src]'),
    ],
    sends: [get()],
  },
  {
    name: 'responses looked at too early',
    mode: 'http',
    frontend: [end],
    backend: ['tcp-response content reject if { res.hdr(x-name) one }', 'tcp-response content accept'],
    sends: [get()],
  },
  {
    name: 'responses looked at',
    mode: 'http',
    frontend: ['use_backend two if { path /two }', end],
    backend: [inspectAnswer, 'tcp-response content reject if { res.hdr(x-name) two }'],
    sends: [get(), get('/two')],
  },
  { name: 'wait-for-handshake', mode: 'http', frontend: ['http-request wait-for-handshake', end], sends: [get()] },
];

/** HAProxy evaluates some rules of defaults only for proxies with such rules of their own, and none again after a wait. */
const ofDefaults: Case[] = [
  {
    name: 'rules of defaults',
    frontendDefaults: [
      inspect,
      'acl long src 10.0.0.0/8',
      'tcp-request connection set-var(sess.v) str(defaults)',
      'tcp-request session accept if { src 127.0.0.0/8 }',
      'tcp-request content set-var(txn.v) str(seen)',
      'tcp-request content reject if long',
    ],
    frontend: [
      'acl long req.len gt 20',
      'tcp-request connection accept',
      'tcp-request session reject',
      'tcp-request content set-var(txn.v) str(own) if long',
      end,
    ],
    sends: ['short', 'http', 'http cut', 'modern'],
    inPieces: true,
  },
  {
    name: 'content that rules of defaults accept',
    frontendDefaults: ['tcp-request content accept if { src 127.0.0.0/8 }'],
    frontend: [inspect, 'tcp-request content reject if { req.len gt 2 }', end],
    sends: ['short', 'http'],
    inPieces: true,
  },
  {
    name: 'rules on requests in defaults of a stream, and a delay',
    frontendDefaults: ['tcp-request inspect-delay 300ms', 'http-request deny', 'http-after-response set-header a b'],
    frontend: [inspect, 'tcp-request content accept if WAIT_END', end],
    sends: ['http'],
  },
  {
    name: 'rules of the defaults of a backend',
    frontend: ['default_backend greeter'],
    backendDefaults: ['tcp-request content set-var(txn.v) str(asked)', 'tcp-response content set-var(txn.v) str(told)'],
    backend: ['tcp-response content close if { var(txn.v) -m str told }'],
    sends: ['', 'short'],
  },
  {
    name: 'answers that rules of defaults accept',
    frontend: ['default_backend greeter'],
    backendDefaults: ['tcp-response content accept if { src 127.0.0.0/8 }'],
    backend: ['tcp-response content close'],
    sends: ['', 'short'],
  },
  {
    name: 'rules on contents of requests in defaults',
    mode: 'http',
    frontendDefaults: [inspect, 'tcp-request content reject if { path -m found } !{ path /a }'],
    backendDefaults: ['tcp-request content reject if { hdr(host) -m found } { path_beg /a }'],
    frontend: [end],
    sends: [get('/a'), get('/b'), get('/a/b'), 'http'],
  },
];

export const cases: readonly Case[] = [...streams, ...answers, ...messages, ...ofDefaults];
