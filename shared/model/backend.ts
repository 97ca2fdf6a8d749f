/** A backend: a set of servers and how traffic is spread over them. */
import { type Static, Type } from 'typebox';
import { aclSchema } from './acl.ts';
import { closedObject, descriptionField, modeField, nameField } from './fields.ts';
import { forwardforSchema } from './forwardfor.ts';
import { healthCheckSchema } from './health-check.ts';
import { httpOptions } from './http-options.ts';
import { idField } from './ids.ts';
import { logsField, logTagField } from './log-target.ts';
import {
  httpAfterResponseRuleSchema,
  httpRequestRuleSchema,
  httpResponseRuleSchema,
  serverSwitchingRuleSchema,
} from './rules.ts';
import { defaultServerSchema, serverSchema } from './server.ts';
import { stickRuleSchema } from './stick-rules.ts';
import { stickTableSchema } from './stick-table.ts';
import { inspectDelayField, tcpRequestRuleSchema } from './tcp-request-rule.ts';
import { responseInspectDelayField, tcpResponseRuleSchema } from './tcp-response-rule.ts';
import { backendTimeoutsSchema } from './timeouts.ts';
import {
  type BalanceAlgorithm,
  balanceAlgorithms,
  headerNamePattern,
  type RetryCause,
  retryCauses,
} from './vocabulary.ts';

export const balanceSchema = closedObject(
  {
    algorithm: Type.Unsafe<BalanceAlgorithm>(
      Type.Union(
        balanceAlgorithms.map((algorithm) => Type.Literal(algorithm)),
        {
          description:
            '"roundrobin": each in turn by weight. "static-rr": the same, but weights changed at run time have no effect, other than 0. "leastconn": the fewest connections for its weight. "first": the first with fewer sessions than its maxconn. "random": a few are drawn by weight, and of these the one with the fewest sessions for its weight is taken.',
        },
      ),
    ),
    draws: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: 'How many servers "random" draws. Default: 2.',
      }),
    ),
  },
  { title: 'Balance', description: 'How a server is chosen. Default: {"algorithm": "roundrobin"}.' },
);

/** Settings that a backend has and `defaults` may say for many. */
export const backendSettings = {
  balance: Type.Optional(balanceSchema),
  logHealthChecks: Type.Optional(
    Type.Boolean({
      description:
        'Whether each check that changes what is known of a server is logged, besides its going up and down (option log-health-checks). Default: false.',
    }),
  ),
  fullconn: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description:
        'Sessions of the backend with which its servers reach their maxconn from minconn on. 0 for a tenth of the maxconn of all frontends that lead here or, when one of them has no limit, the maxconn of its servers together. Default: 0.',
    }),
  ),
  allBackups: Type.Optional(
    Type.Boolean({
      description:
        'Whether all backup servers share the traffic when no other server is left (option allbackups), and not the first of them alone. Default: false.',
    }),
  ),
  healthCheck: Type.Optional(healthCheckSchema),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'How many times a failed connection to a server is tried again. Default: 3.',
    }),
  ),
  redispatch: Type.Optional(
    Type.Boolean({ description: 'Whether a retry may go to another server (option redispatch). Default: false.' }),
  ),
  persist: Type.Optional(
    Type.Boolean({
      description:
        'Whether clients are sent to the server that a stick table names even while it is down (option persist); with redispatch a retry may go to another one. Default: false.',
    }),
  ),
  retryOn: Type.Optional(
    Type.Array(Type.Unsafe<RetryCause>(Type.Union(retryCauses.map((cause) => Type.Literal(cause)))), {
      description:
        'What is tried again: "conn-failure", a connection that could not be made; and, for idempotent requests (RFC 9110 section 9.2.2) whose body is small or absent: "empty-response", no byte of an answer before the server closed; "response-timeout"; "junk-response", an answer that is no HTTP; or an answer with one of the statuses named. "all-retryable-errors" stands for conn-failure, empty-response, junk-response, response-timeout, 500, 502, 503 and 504. An empty list: nothing. Default: conn-failure and empty-response.',
      uniqueItems: true,
    }),
  ),
  httpReuse: Type.Optional(
    Type.Union([Type.Literal('never'), Type.Literal('safe'), Type.Literal('aggressive'), Type.Literal('always')], {
      description:
        'When a connection to a server serves more than one client: "never"; "safe": only for requests that can be sent again if it turns out to be closed, or that are not the first of their client; "aggressive": also for first requests, on connections that have proved to last; "always". Default: "safe".',
    }),
  ),
  defaultServer: Type.Optional(defaultServerSchema),
};

export const backendSchema = closedObject(
  {
    name: nameField('Name of the backend, unique among backends.'),
    description: Type.Optional(descriptionField),
    id: Type.Optional(idField('frontends and backends')),
    from: Type.Optional(nameField('The defaults that fill in what this backend does not say.')),
    mode: Type.Optional(modeField),
    ...backendSettings,
    forwardfor: Type.Optional(forwardforSchema),
    ...httpOptions,
    acls: Type.Optional(Type.Array(aclSchema, { description: 'Tests for its conditions.' })),
    tcpRequestRules: Type.Optional(
      Type.Array(tcpRequestRuleSchema, {
        description: 'What to do with connections and requests that come to this backend.',
      }),
    ),
    inspectDelay: Type.Optional(inspectDelayField),
    tcpResponseRules: Type.Optional(
      Type.Array(tcpResponseRuleSchema, { description: 'What to do with what servers send.' }),
    ),
    responseInspectDelay: Type.Optional(responseInspectDelayField),
    stickTable: Type.Optional(stickTableSchema),
    stickRules: Type.Optional(
      Type.Array(stickRuleSchema, { description: 'How clients come back to the server that served them before.' }),
    ),
    httpRequestRules: Type.Optional(
      Type.Array(httpRequestRuleSchema, { description: 'What to do with requests, after those of the frontend.' }),
    ),
    httpResponseRules: Type.Optional(
      Type.Array(httpResponseRuleSchema, { description: 'What to do with the responses of servers.' }),
    ),
    httpAfterResponseRules: Type.Optional(
      Type.Array(httpAfterResponseRuleSchema, {
        description: 'What to change in any response, also in those that Sluice makes itself.',
      }),
    ),
    serverSwitchingRules: Type.Optional(
      Type.Array(serverSwitchingRuleSchema, { description: 'Which server to use under which condition.' }),
    ),
    httpSendNameHeader: Type.Optional(
      Type.String({
        pattern: headerNamePattern,
        description: 'Name of a header field that tells the server the name it has here. Default: none.',
      }),
    ),
    logs: logsField('Where changes of its servers are logged. What passes is logged by frontends.'),
    logTag: logTagField,
    timeouts: Type.Optional(backendTimeoutsSchema),
    servers: Type.Optional(Type.Array(serverSchema, { description: 'Where traffic goes.', maxItems: 10_000 })),
  },
  { title: 'Backend', description: 'A set of servers and how traffic is spread over them.' },
);
export type Balance = Static<typeof balanceSchema>;
export type Backend = Static<typeof backendSchema>;
