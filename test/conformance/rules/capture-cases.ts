/** Captures of fields, samples and cookies, as rules and the log see them. */
import { ask, type Case } from './cases.ts';

const logged =
  'log-format "%HU hr=%hr hs=%hs hrl=%hrl hsl=%hsl CC=%CC CS=%CS %{+Q}hr %{+Q}hs %{+Q}hrl %{+Q}hsl %{+Q}CC %[capture.req.hdr(1)] %[capture.res.hdr(1)] %hr  end"';

const cookies = [
  'SIB=1; SIC=2',
  'SI',
  'SI="a;b"; SI=2',
  'x=SIA=3',
  '$SI=1; SIQ=',
  'SIB="a b", c',
  'a=1,SID=2;b',
  'SID=0123456789012345678901234567890123456789',
];

export const captureCases: readonly Case[] = [
  {
    name: 'header fields and samples in slots',
    frontend: [
      'capture request header Host len 4',
      'capture request header x-list len 30',
      'declare capture request len 10',
      'http-request capture path len 20',
      'declare capture response len 5',
      'capture response header Server len 30',
      'capture response header X-One len 30',
      'http-request capture req.hdr(x-a) id 2',
      'http-request set-header X-B "%[req.hdr(x-a),upper,capture-req(2)]" if { path /upper }',
      'http-response capture status id 0',
      'http-request deny if { path /deny }',
      'http-request return if { path /return }',
      'http-request set-header X-Captured "%[capture.req.hdr(0)] %[capture.req.hdr(1)] %[capture.req.hdr(3)] %hr|%hrl|%CC"',
      'http-response set-header X-Captured "%[capture.req.hdr(0)] %[capture.res.hdr(1)] %[capture.res.hdr(2)] %[capture.res.hdr(9)] %hr|%hs|%CC|%CS"',
      'http-after-response capture str(after) id 1 if { capture.req.uri /after }',
      logged,
    ],
    backend: ['http-request capture str(backend) id 9', 'http-request capture method id 2 if { path /b }'],
    requests: [
      ...['GET /a/b?c=d', 'GET /deny', 'GET /return', 'GET /404', 'GET /b', 'GET /after', 'GET /upper'].map((line) =>
        ask(line, 'X-A: th"r#e|e{}\xe9\r\n'),
      ),
      'GET / HTTP/1.0\r\n\r\n',
      'GET\r\n\r\n',
    ],
  },
  {
    name: 'cookies',
    frontend: [
      'capture cookie SI len 30',
      'http-request return if { path /return }',
      'http-request redirect location /x if { path /redirect }',
      'http-request tarpit if { path /tarpit }',
      'http-request set-header cookie SIX=9 if { path /set }',
      'http-response deny if { capture.req.uri /rdeny }',
      'http-response return if { capture.req.uri /rreturn }',
      'http-response set-header set-cookie SIX=9 if { capture.req.uri /rset }',
      'http-after-response set-header set-cookie SIX=9 if { capture.req.uri /aset }',
      logged,
    ],
    backend: ['http-request deny if { path /deny }'],
    requests: [
      ...['/', '/return', '/redirect', '/tarpit', '/set', '/rdeny', '/rreturn', '/rset', '/aset', '/deny'].map(
        (path) => `GET ${path} HTTP/1.1\r\nHost: h\r\nCookie: SIB=1; SIC=2\r\nConnection: close\r\n\r\n`,
      ),
      ...cookies.map((cookie) => `GET / HTTP/1.1\r\nHost: h\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`),
    ],
  },
  {
    name: 'the cookie that the server sets',
    frontend: ['capture cookie k= len 60', logged],
    requests: [ask('GET /')],
  },
];
