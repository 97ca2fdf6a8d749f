/** A frontend: where clients connect, and what is done with what they send. */
import { type Static, Type } from 'typebox';
import { aclSchema } from './acl.ts';
import { bindSchema } from './bind.ts';
import { captureFields } from './capture.ts';
import { connectionLimits } from './connection-limits.ts';
import { closedObject, descriptionField, modeField, nameField } from './fields.ts';
import { forwardforSchema } from './forwardfor.ts';
import { httpIgnoreProbesField, httpOptions } from './http-options.ts';
import { idField } from './ids.ts';
import { logOptions, logsField } from './log-target.ts';
import { conditionField } from './rule-object.ts';
import {
  backendSwitchingRuleSchema,
  httpAfterResponseRuleSchema,
  httpRequestRuleSchema,
  httpResponseRuleSchema,
} from './rules.ts';
import { stickTableSchema } from './stick-table.ts';
import { inspectDelayField, tcpRequestRuleSchema } from './tcp-request-rule.ts';
import { frontendTimeoutsSchema } from './timeouts.ts';
import { uniqueIdFields } from './unique-id.ts';

export const frontendSchema = closedObject(
  {
    name: nameField('Name of the frontend, unique among frontends.'),
    description: Type.Optional(descriptionField),
    id: Type.Optional(idField('frontends and backends')),
    from: Type.Optional(nameField('The defaults that fill in what this frontend does not say.')),
    mode: Type.Optional(modeField),
    disabled: Type.Optional(Type.Boolean({ description: 'A disabled frontend opens no socket. Default: false.' })),
    ...connectionLimits,
    binds: Type.Optional(Type.Array(bindSchema, { description: 'Where it listens.', maxItems: 1_000 })),
    acls: Type.Optional(Type.Array(aclSchema, { description: 'Tests for its conditions.' })),
    tcpRequestRules: Type.Optional(Type.Array(tcpRequestRuleSchema, { description: 'What to do with connections.' })),
    inspectDelay: Type.Optional(inspectDelayField),
    stickTable: Type.Optional(stickTableSchema),
    httpRequestRules: Type.Optional(
      Type.Array(httpRequestRuleSchema, { description: 'What to do with requests, before a backend is chosen.' }),
    ),
    httpResponseRules: Type.Optional(
      Type.Array(httpResponseRuleSchema, {
        description: 'What to do with the responses of servers, after those of the backend.',
      }),
    ),
    httpAfterResponseRules: Type.Optional(
      Type.Array(httpAfterResponseRuleSchema, {
        description: 'What to change in any response, after those of the backend.',
      }),
    ),
    backendSwitchingRules: Type.Optional(
      Type.Array(backendSwitchingRuleSchema, { description: 'Which backend to use under which condition.' }),
    ),
    defaultBackend: Type.Optional(
      nameField('The backend when no switching rule applies. Without one such requests get 503.'),
    ),
    monitorUri: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,1000}$',
        description:
          'A target for those who watch: a request for exactly it is answered with 200 "Service ready." before any http-request rule, without a line in the log.',
        examples: ['/ready'],
      }),
    ),
    monitorFail: Type.Optional(
      Type.Array(
        closedObject({ if: Type.Optional(conditionField('if')), unless: Type.Optional(conditionField('unless')) }),
        {
          maxItems: 100,
          description:
            'When one of these conditions holds, requests for monitorUri are answered with 503 (monitor fail).',
        },
      ),
    ),
    ...captureFields,
    ...uniqueIdFields,
    httpIgnoreProbes: Type.Optional(httpIgnoreProbesField),
    forwardfor: Type.Optional(forwardforSchema),
    ...httpOptions,
    logs: logsField('Where its connections and requests are logged; an empty list for nowhere (no log).'),
    ...logOptions,
    timeouts: Type.Optional(frontendTimeoutsSchema),
  },
  { title: 'Frontend', description: 'Where clients connect, and what is done with what they send.' },
);
export type Frontend = Static<typeof frontendSchema>;
