/** Rules of defaults, which come before those of the proxies that take them. */
import { ask, type Case } from './cases.ts';

const paths = ['/', '/allow', '/deny', '/set', '/mine', '/theirs', '/404'];
const requests = paths.map((path) => ask(`GET ${path}`));

export const defaultsCases: readonly Case[] = [
  {
    name: 'rules of the defaults of a frontend',
    frontendDefaults: [
      'acl mine path /theirs',
      'acl allowed path /allow',
      'http-request set-header X-First "%[path]" if mine',
      'http-request allow if allowed',
      'http-request set-path /set/again if { path /set }',
      'http-request set-var(txn.a) str(defaults)',
      'http-response add-header X-Order defaults',
      'http-response allow if { status 404 }',
      'http-after-response add-header X-After defaults',
    ],
    frontend: [
      'acl mine path /mine',
      'http-request deny if { path /deny }',
      'http-request deny deny_status 410 if { path /allow }',
      'http-request set-header X-Second "%[var(txn.a)] %[path]" if mine',
      'http-request set-header X-Last "%[path]"',
      'http-response add-header X-Order frontend',
      'http-after-response add-header X-After frontend',
    ],
    requests,
  },
  {
    name: 'rules of the defaults of both',
    frontendDefaults: [
      'tcp-request connection accept if { src 127.0.0.0/8 }',
      'tcp-request content reject if { path /deny }',
      'http-request auth if { path /set }',
      'http-after-response add-header X-Order fd',
    ],
    backendDefaults: [
      'tcp-request content reject if { path /mine }',
      'http-request set-header X-Back "%[path]"',
      'http-request auth if { path /theirs }',
      'http-response set-header X-Server me',
      'http-after-response add-header X-Order bd',
    ],
    frontend: ['tcp-request connection reject', 'http-after-response add-header X-Order f'],
    backend: ['http-request add-header X-Back own', 'http-after-response add-header X-Order b'],
    requests,
  },
  {
    name: 'captures of defaults',
    frontendDefaults: ['http-request capture path len 20', 'http-request capture method id 0 if { path /set }'],
    frontend: [
      'capture request header Host len 5',
      'http-request capture req.hdr(cookie) len 7',
      'log-format "%hr %[capture.req.hdr(0)]"',
    ],
    requests,
  },
];
