/** Content rules and waits in mode http. */
import { delay } from './both.ts';
import { type Case, end, get, inspect, inspectAnswer } from './case.ts';

const post = (body: string, length = body.length, fields = '', path = '/a') =>
  `POST ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${length}\r\n${fields}\r\n${body}`;
const chunked = (body: string) =>
  `POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
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

export const messageCases: readonly Case[] = [
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
