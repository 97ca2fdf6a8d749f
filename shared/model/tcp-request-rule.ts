/** tcp-request rules: what becomes of a connection before anything is understood of what it brings. */
import { type Static, Type } from 'typebox';
import { addressRules, logLevelRule, niceRule, packetRules, priorityRules, variableRules } from './edit-rules.ts';
import { durationField } from './fields.ts';
import { ruleObject } from './rule-object.ts';
import { stickCounterRules, trackRules } from './stick-rules.ts';

const type = Type.Union([Type.Literal('connection'), Type.Literal('session'), Type.Literal('content')], {
  description:
    'When it is evaluated: "connection" as soon as a connection is accepted, before anything is noted of it; "session" once what frames it (PROXY protocol, TLS) is over; "content" before the http-request rules of each request, in mode tcp before a backend is chosen. Backends have only "content".',
});
const content = Type.Literal('content', {
  description: 'Only what a connection brings is logged, queued or processed.',
});

export const tcpRequestRuleSchema = Type.Union(
  [
    ruleObject('TcpAcceptRule', 'Stops the evaluation of the rules of this type; the connection passes.', {
      action: Type.Literal('accept'),
      type,
    }),
    ruleObject('TcpRejectRule', 'Closes the connection without an answer.', { action: Type.Literal('reject'), type }),
    ruleObject('TcpSilentDropRule', 'Resets the connection.', { action: Type.Literal('silent-drop'), type }),
    ...variableRules('Tcp', { type }),
    ...addressRules('Tcp', { type }),
    ...packetRules('Tcp', { type }),
    logLevelRule('Tcp', { type: content }),
    niceRule('Tcp', { type: content }),
    ...priorityRules('Tcp', { type: content }),
    ...trackRules({ type }, 'Tcp'),
    ...stickCounterRules({ type }, 'Tcp'),
  ],
  {
    discriminator: { propertyName: 'action' },
    title: 'TcpRequestRule',
    description: 'What to do with a connection: accept or reject it, or note something of it.',
  },
);

export const inspectDelayField = durationField(
  'Longest wait for the bytes that conditions of tcp-request content rules ask for. Without it they have to do with what is there.',
  'none',
);

export type TcpRequestRule = Static<typeof tcpRequestRuleSchema>;
