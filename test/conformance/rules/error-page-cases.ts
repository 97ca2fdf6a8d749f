/** Error pages of http-error lines, and the words behind statuses. */
import { ask, type Case } from './cases.ts';

const statuses = [
  ...[200, 201, 204, 205, 208, 210, 226, 299, 300, 301, 302, 303, 306, 310, 400, 401, 402, 403, 404, 405, 406],
  ...[407, 408, 409, 410, 413, 414, 416, 417, 418, 421, 422, 424, 425, 426, 428, 429, 431, 449, 450, 451, 456, 499],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 599],
];

const denied = [403, 404, 405, 407, 408, 410, 429, 500, 502];

export const errorPageCases: readonly Case[] = [
  {
    name: 'reason phrases of return',
    frontend: statuses.map((status) => `http-request return status ${status} if { path /${status} }`),
    requests: statuses.map((status) => ask(`GET /${status}`)),
  },
  {
    name: 'http-error in a frontend',
    frontend: [
      'http-error status 403 hdr X-Empty yes',
      'http-error status 404 content-type text/plain string "plain %[src]"',
      'http-error status 405 content-type text/plain lf-string "%[src] %[path] %[req.hdr(x-list)] %[capture.req.method] %[status] %[res.hdr(server)] %HM %% %[var(txn.a)]" hdr X-A "%[req.hdr(x-list)]-%ci" hdr X-A b',
      'http-error status 407 content-type text/plain file .ci/run',
      'http-error status 408 content-type text/plain lf-file .dockerignore hdr X-B c',
      'http-error status 410',
      'http-error status 429 content-type text/plain',
      'http-error status 502 content-type text/plain lf-string "no %[capture.req.uri] %[path] %[res.hdr(server)] %[status]"',
      'http-error status 503 content-type text/plain string nowhere',
      'http-error status 200 content-type text/plain string watched',
      'monitor-uri /mon',
      'http-request set-var(txn.a) str(a)',
      ...denied.map((status) => `http-request deny deny_status ${status} if { path /${status} }`),
      'http-request return status 405 default-errorfiles if { path /return }',
      'http-response deny if { capture.req.uri /response }',
      'http-after-response set-header X-After "%[status]"',
      'use_backend nowhere if { path /503 }',
      'log-format "%ST %ts"',
    ],
    sections: ['backend nowhere', ' mode http', ' http-error status 503 default-errorfiles'],
    requests: [
      ...denied.flatMap((status) => [ask(`GET /${status}`), ask(`HEAD /${status}`)]),
      ...['/503', '/response', '/return', '/404'].map((path) => ask(`GET ${path}`)),
    ],
  },
  {
    name: 'error files of nothing',
    frontend: [
      ...[400, 403, 502, 503].map((status) => `errorfile ${status} /dev/null`),
      'http-request deny if { path /deny }',
      'http-request tarpit deny_status 502 if { path /tarpit }',
      'http-request return status 404 errorfile /dev/null if { path /return }',
      'http-request deny status 404 errorfile /dev/null if { path /answer }',
      'http-after-response set-header X-After 1',
      'use_backend silent if { path /503 }',
      'log-format "%ST %ts %B %HM"',
    ],
    sections: ['backend silent', ' mode http'],
    requests: [
      ...['/deny', '/tarpit', '/return', '/answer', '/503'].map((path) => ask(`GET ${path}`)),
      ask('HEAD /deny'),
      'GET /a b HTTP/1.1\r\n\r\n',
    ],
  },
  {
    name: 'http-error in a backend',
    frontend: [
      'http-error status 403 content-type text/plain string front',
      'http-error status 404 content-type text/plain string front',
    ],
    backend: [
      'http-error status 403 content-type text/plain string back',
      'http-error status 404 content-type text/plain string back',
      'http-error status 404 default-errorfiles',
      'http-request deny deny_status 404 if { path / }',
      'http-request deny',
    ],
    requests: [ask('GET /'), ask('GET /a')],
  },
  {
    name: 'an error page that asks for a password itself',
    frontend: [
      'http-error status 401 content-type text/plain string who hdr WWW-Authenticate "Basic realm=a" hdr X-A b',
      'http-request auth realm c',
    ],
    requests: [ask('GET /')],
  },
];
