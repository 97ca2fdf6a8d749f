/** Conditions that look at what is never there: a test of it fails, so that what is negated holds. */
import type { Case } from './cases.ts';

const ask = (method: string, target: string, body = '') =>
  `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${
    method === 'POST' ? `Content-Length: ${body.length}\r\n` : ''
  }\r\n${body}`;

const requests = [
  ask('GET', '/x'),
  ask('GET', '/x?y=z'),
  ask('POST', '/x', 'abc'),
  ask('GET', '/deny'),
  ask('GET', '/go'),
];

const acls = [
  'acl path path_beg /',
  'acl mixed path_beg /',
  'acl mixed dst_port gt 0',
  'acl none path_beg /',
  'acl none dst_port 1',
  'acl three path_beg /',
  'acl three dst_port 1',
  'acl three method GET',
];

const conditions = [
  'if { path_beg / }',
  'if !{ path_beg / }',
  'unless { path_beg / }',
  'unless !{ path_beg / }',
  'if !!{ path_beg / }',
  'if path',
  'if !path',
  'if mixed',
  'if !mixed',
  'if none',
  'if !none',
  'unless none',
  'if three',
  'if ! three',
  'unless three',
  'if three mixed',
  'if three !none { method POST } or path',
  'if none or { method POST } three',
  'if { req.hdr(host) -m found }',
  'if { url -m found } or { method POST }',
  'if { req.body_len gt 0 }',
  'if { http_first_req }',
];

export const placeCases: readonly Case[] = [
  ...['http-response', 'http-after-response'].map((set) => ({
    name: `${set} on requests`,
    frontend: [
      ...acls,
      'http-request deny if { path /deny }',
      'http-request redirect location /y if { path /go }',
      ...conditions.map((condition, index) => `${set} add-header X-${index} yes ${condition}`),
    ],
    requests,
  })),
  {
    name: 'requests on responses',
    frontend: [
      'acl late status 200',
      'acl late path /x',
      ...['{ status 200 }', '!{ status 200 }', 'late', '!late', '{ res.hdr(server) -m found } or !late'].flatMap(
        (condition, index) => [
          `http-request add-header X-${index} yes if ${condition}`,
          `http-request add-header Y-${index} yes unless ${condition}`,
        ],
      ),
      'http-request add-header Z-1 yes if { capture.res.ver -m found }',
      'http-request add-header Z-2 yes if !{ srv_id 1 }',
      'http-request add-header Z-3 yes if { be_name -m found }',
      'tcp-request connection reject if { path_beg / }',
      'tcp-request connection reject unless !{ path_beg / }',
      'tcp-request session reject if { method GET }',
      'tcp-request content reject if { status 200 }',
      'redirect location /never if { status 200 } or { res.hdr_cnt ge 0 }',
    ],
    requests,
  },
];
