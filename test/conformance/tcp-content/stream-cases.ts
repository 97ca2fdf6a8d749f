/** Content rules on streams and on what servers send. */
import { type Case, end, inspect, inspectAnswer } from './case.ts';

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

export const streamCases: readonly Case[] = [...streams, ...answers];
