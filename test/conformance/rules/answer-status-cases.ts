/** What the log tells of an answer: %ST, whatever a page in its place says, and the fetches of the response of a server. */
import { ask, type Case } from './cases.ts';

const names = [
  ...['deny', 'deny429', 'content', 'return', 'default', 'file', 'auth', 'redirect', 'reject', 'tarpit'],
  ...[
    'none',
    'down',
    '404',
    'response-deny',
    'response-return',
    'response-redirect',
    'response-status',
    'served',
    'line',
  ],
];

const pages = [
  'errorloc302 403 /a',
  'errorloc303 502 /b',
  'errorfile 429 test/conformance/rules/multi-status.http',
  'errorfile 500 test/conformance/rules/multi-status.http',
];

const rules = [
  'http-request deny if { path /deny }',
  'http-request deny deny_status 429 if { path /deny429 }',
  'http-request deny status 410 content-type text/plain string x if { path /content }',
  'http-request return status 201 if { path /return }',
  'http-request return status 403 default-errorfiles if { path /default }',
  'http-request return status 404 errorfile test/conformance/rules/multi-status.http if { path /file }',
  'http-request auth if { path /auth }',
  'http-request redirect location /x code 307 if { path /redirect }',
  'http-request reject if { path /reject }',
  'http-request tarpit if { path /tarpit }',
  'http-response deny if { capture.req.uri /response-deny }',
  'http-response return status 202 if { capture.req.uri /response-return }',
  'http-response redirect location /x if { capture.req.uri /response-redirect }',
  'http-response set-status 299 if { capture.req.uri /response-status }',
  'redirect location /y if { path /line }',
  'use_backend empty if { path /none }',
  'use_backend down if { path /down }',
  'log-format "%ST %[status] %[capture.res.ver]"',
];

const sections = ['backend empty', ' mode http', 'backend down', ' mode http', ' server s 127.0.0.1:1 disabled'];
const requests = names.map((name) => ask(`GET /${name}`));

export const answerStatusCases: readonly Case[] = [
  { name: 'statuses in the log', frontend: rules, sections, requests },
  {
    name: 'statuses of pages in the log',
    frontend: [...pages, ...rules],
    requests,
  },
  {
    name: 'statuses that rules change in the log',
    frontend: [
      ...pages,
      ...rules,
      'http-after-response set-status 298 if { status 302 303 404 }',
      'http-after-response set-status 297 if { status 503 }',
    ],
    requests,
  },
];
