/** How the servers of a backend are checked (option httpchk and plain TCP checks). */
import { type Static, Type } from 'typebox';
import { expressionField, variableConditionsField } from './edit-rules.ts';
import { closedObject } from './fields.ts';
import { formatField } from './rule-object.ts';
import {
  type ErrorCheckStatus,
  errorCheckStatuses,
  headerNamePattern,
  type OkCheckStatus,
  okCheckStatuses,
  type TimeoutCheckStatus,
  timeoutCheckStatuses,
} from './vocabulary.ts';

export const tcpCheckSchema = closedObject(
  { type: Type.Literal('tcp') },
  { title: 'TcpCheck', description: 'The server is up when it accepts a connection.' },
);

const variable = Type.String({
  pattern: '^(?:proc|sess|check)\\.[A-Za-z0-9_.]{1,100}$',
  description: 'Scope and name: "check." and "sess." live with one check, "proc." with the process.',
  examples: ['check.port'],
});

/** A step of a check that concerns variables (configuration manual 2.6, "http-check set-var"). */
const stepSchema = Type.Union(
  [
    closedObject(
      {
        action: Type.Literal('set-var'),
        variable,
        expression: expressionField,
        conditions: variableConditionsField,
      },
      { title: 'CheckSetVar', description: 'Sets a variable to the value of a sample expression.' },
    ),
    closedObject(
      {
        action: Type.Literal('set-var-fmt'),
        variable,
        value: formatField('The text.'),
        conditions: variableConditionsField,
      },
      { title: 'CheckSetVarFmt', description: 'Sets a variable to a text.' },
    ),
    closedObject(
      { action: Type.Literal('unset-var'), variable },
      { title: 'CheckUnsetVar', description: 'Forgets a variable.' },
    ),
  ],
  { discriminator: { propertyName: 'action' }, title: 'CheckStep' },
);
export type CheckStep = Static<typeof stepSchema>;

const steps = (description: string) => Type.Optional(Type.Array(stepSchema, { description, maxItems: 50 }));

const statusField = <Status extends string>(statuses: readonly Status[], description: string) =>
  Type.Optional(
    Type.Unsafe<Status>(
      Type.Union(
        statuses.map((status) => Type.Literal(status)),
        { description },
      ),
    ),
  );

export const httpCheckSchema = closedObject(
  {
    type: Type.Literal('http'),
    method: Type.Optional(Type.String({ pattern: '^[A-Z]{1,20}$', description: 'Default: "OPTIONS".' })),
    uri: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,4096}$', description: 'Default: "/".' })),
    uriLf: Type.Optional(formatField('The same, made for each check; "/" where it comes to nothing.')),
    version: Type.Optional(
      Type.Union([Type.Literal('HTTP/1.0'), Type.Literal('HTTP/1.1')], {
        description: 'Default: "HTTP/1.0", or "HTTP/1.1" when a Host header is given.',
      }),
    ),
    headers: Type.Optional(
      Type.Array(
        closedObject({
          name: Type.String({ pattern: headerNamePattern }),
          value: formatField('Its value; a field without one is not sent.'),
        }),
        { description: 'Header fields to send. The length of the body is added by itself.', maxItems: 50 },
      ),
    ),
    body: Type.Optional(Type.String({ maxLength: 8_192, description: 'The body of the request.' })),
    bodyLf: Type.Optional(formatField('The same, made for each check.')),
    beforeSend: steps('What is done with variables before the request is made.'),
    beforeExpect: steps('What is done with variables once the request is sent, before there is an answer.'),
    afterExpect: steps('What is done with variables once the answer is as expected.'),
    expect: Type.Optional(
      closedObject(
        {
          status: Type.Optional(
            Type.String({
              pattern: '^[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*$',
              description:
                'Statuses and ranges of them that count as healthy, such as "200-299,304". Default: "200-399".',
            }),
          ),
          onSuccess: Type.Optional(formatField('What is told of an answer that is as expected.')),
          onError: Type.Optional(formatField('What is told of one that is not. Default: its reason.')),
          comment: Type.Optional(
            Type.String({ maxLength: 1_000, description: 'Told with an answer that is not as expected.' }),
          ),
          statusCode: Type.Optional({
            ...expressionField,
            description: 'A sample expression for the code that is told. Default: the status of the answer.',
          }),
          okStatus: statusField<OkCheckStatus>(
            okCheckStatuses,
            'What a check has found whose answer is as expected. With "L7OKC" the server takes no new traffic. Default: "L7OK".',
          ),
          errorStatus: statusField<ErrorCheckStatus>(
            errorCheckStatuses,
            'What a check has found whose answer is not. Default: "L7STS".',
          ),
          toutStatus: statusField<TimeoutCheckStatus>(
            timeoutCheckStatuses,
            'What a check has found that waited for an answer in vain. Default: "L7TOUT".',
          ),
        },
        { description: 'What a healthy server answers, and what is told. Default: a status from 200 to 399.' },
      ),
    ),
  },
  { title: 'HttpCheck', description: 'The server is up when it answers a request as expected (option httpchk).' },
);

export const healthCheckSchema = Type.Union([tcpCheckSchema, httpCheckSchema], {
  discriminator: { propertyName: 'type' },
  title: 'HealthCheck',
  description: 'How the servers with "check" are checked. Default: {"type": "tcp"}.',
});
export type HttpCheck = Static<typeof httpCheckSchema>;
export type HealthCheck = Static<typeof healthCheckSchema>;
