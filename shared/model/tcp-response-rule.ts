/** tcp-response rules: what becomes of what a server sends before anything is understood of it. */
import { type Static, Type } from 'typebox';
import { logLevelRule, niceRule, packetRules, variableRules } from './edit-rules.ts';
import { durationField } from './fields.ts';
import { ruleObject } from './rule-object.ts';

export const tcpResponseRuleSchema = Type.Union(
  [
    ruleObject('TcpResponseAcceptRule', 'Stops the evaluation of these rules; what the server sends passes.', {
      action: Type.Literal('accept'),
    }),
    ruleObject('TcpResponseCloseRule', 'Closes the connection to the server at once; what it has sent passes.', {
      action: Type.Literal('close'),
    }),
    ruleObject('TcpResponseRejectRule', 'Closes both connections; nothing passes.', {
      action: Type.Literal('reject'),
    }),
    ruleObject('TcpResponseSilentDropRule', 'Resets the connection of the client.', {
      action: Type.Literal('silent-drop'),
    }),
    ...variableRules('TcpResponse', {}),
    ...packetRules('TcpResponse', {}),
    logLevelRule('TcpResponse', {}),
    niceRule('TcpResponse', {}),
  ],
  {
    discriminator: { propertyName: 'action' },
    title: 'TcpResponseRule',
    description: 'What to do with what a server sends: let it pass or not, or note something of it.',
  },
);

export const responseInspectDelayField = durationField(
  'Longest wait for the bytes that conditions of tcp-response rules ask for. Without it these are evaluated as soon as the server is connected to.',
  'none',
);

export type TcpResponseRule = Static<typeof tcpResponseRuleSchema>;
