/** What becomes of requests with unusual names of header fields (option http-restrict-req-hdr-names). */
import { ask, type Case } from './cases.ts';

const option = (policy: string) => `option http-restrict-req-hdr-names ${policy}`;

const fields = [
  '',
  'X_Bad: 1\r\n',
  'X.Dot: 1\r\nX-9: 2\r\n',
  "X!: 1\r\nX-Fine: 2\r\nX'Bad: 3\r\n",
  '_: 1\r\nX_Bad: 2\r\n',
];
const requests = ['GET /', 'GET /set'].flatMap((line) => fields.map((more) => ask(line, more)));

const sets = ['http-request set-header X_Set y if { path /set }', 'http-request set-var(txn.names) req.hdr_cnt(x_bad)'];
const log = 'log-format "%ST %ts %[var(txn.names)]"';

const policies = ['preserve', 'delete', 'reject'];

export const headerNameCases: readonly Case[] = [
  ...policies.map((policy) => ({
    name: `unusual names in a frontend: ${policy}`,
    frontend: [option(policy), ...sets, log],
    requests,
  })),
  ...policies.map((policy) => ({
    name: `unusual names in a backend: ${policy}`,
    frontend: [...sets, log],
    backend: [option(policy), 'http-request set-header Y_Set y'],
    requests,
  })),
  {
    name: 'unusual names without rules, with a page of its own',
    frontend: [option('reject'), 'http-error status 403 content-type text/plain string "no such names"'],
    requests,
  },
  {
    name: 'unusual names that a rule answers or lets pass',
    frontend: [
      option('reject'),
      'http-request return status 204 if { path /set }',
      'http-request allow if { req.hdr(x.dot) 1 }',
      'http-after-response set-header X-After %[status]',
    ],
    requests,
  },
];
