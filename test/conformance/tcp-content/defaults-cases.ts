/** Content rules of defaults. */
import { type Case, end, get, inspect } from './case.ts';

/** HAProxy evaluates some rules of defaults only for proxies with such rules of their own, and none again after a wait. */
export const defaultsCases: readonly Case[] = [
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
