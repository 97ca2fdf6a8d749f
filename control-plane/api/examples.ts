/** The examples of the API description. Each fits its schema; a test proves it. */
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Fields } from '../config/resource-kinds.ts';

const acl = { name: 'static', criterion: 'path_beg', flags: ['-i'], values: ['/static', '/images'] };
const bind = { name: 'public', address: '127.0.0.1', port: 8081 };
const server = { name: 's1', address: '127.0.0.1', port: 9001, weight: 2, check: true };
const httpRequestRule = { name: 'ban', action: 'deny', status: 403, if: '{ src 10.9.0.0/16 }' };
const httpResponseRule = { name: 'hide', action: 'del-header', header: 'Server' };
const httpAfterResponseRule = { name: 'frames', action: 'set-header', header: 'X-Frame-Options', value: 'DENY' };
const tcpRequestRule = { name: 'inside', type: 'connection', action: 'reject', unless: '{ src 10.0.0.0/8 }' };
const tcpResponseRule = { name: 'no-banner', action: 'reject', if: '{ res.payload(0,4) -m str EVIL }' };
const serverSwitchingRule = { name: 'reports', server: 's1', if: '{ path_beg /reports }' };
const stickRule = { name: 'source', type: 'on', pattern: 'src' };
const backendSwitchingRule = { name: 'assets', backend: 'static', if: '{ path_beg /static }' };

export const healthCheckExample: Fields = {
  type: 'http',
  method: 'GET',
  uri: '/health',
  expect: { status: '200-399' },
};

const user = { name: 'tiger', password: '$5$abcdefgh$GzAL/HPD/MYJIjVUUnvBTiqueLrt/LVxJEZtz0qaNX2', groups: ['admin'] };

export const childExamples: Readonly<Record<string, Fields>> = {
  Acl: acl,
  Bind: bind,
  Server: server,
  User: user,
  HttpRequestRule: httpRequestRule,
  HttpResponseRule: httpResponseRule,
  HttpAfterResponseRule: httpAfterResponseRule,
  TcpRequestRule: tcpRequestRule,
  TcpResponseRule: tcpResponseRule,
  ServerSwitchingRule: serverSwitchingRule,
  StickRule: stickRule,
  BackendSwitchingRule: backendSwitchingRule,
};

export const frontendExample: Fields = {
  name: 'web',
  mode: 'http',
  binds: [bind],
  acls: [acl],
  httpRequestRules: [{ ...httpRequestRule, if: '{ src 10.9.0.0/16 } !static' }],
  defaultBackend: 'app',
  timeouts: { client: '30s' },
};

export const backendExample: Fields = {
  name: 'app',
  mode: 'http',
  balance: { algorithm: 'roundrobin' },
  healthCheck: healthCheckExample,
  defaultServer: { inter: '1s', rise: 2, fall: 3 },
  servers: [server, { name: 'sorry', address: '127.0.0.1', port: 9009, backup: true }],
};

export const errorFileExample: Fields = {
  name: 'sorry',
  headers: [{ name: 'content-type', value: 'text/plain' }],
  content: 'We are back in a minute.\n',
};

export const peersExample: Fields = {
  name: 'limits',
  tables: [{ name: 'clients', type: 'ip', size: 100_000, expire: '1m', store: ['http_req_rate(10s)'] }],
};
export const userlistExample: Fields = { name: 'staff', groups: ['admin'], users: [user] };

export const defaultsExample: Fields = { name: 'http', mode: 'http', timeouts: { client: '1m', server: '1m' } };

export const configExample = {
  errorFiles: [errorFileExample],
  peers: [peersExample],
  userlists: [userlistExample],
  defaults: [defaultsExample],
  frontends: [frontendExample],
  backends: [backendExample],
} as unknown as ConfigDocument;
