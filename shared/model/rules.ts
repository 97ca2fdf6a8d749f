/** The rules of a proxy: http-request and http-response rules, which act on messages, and rules that choose a backend. */
import { type Static, Type } from 'typebox';
import {
  authRuleSchema,
  denyResponseRuleSchema,
  denyRuleSchema,
  redirectRuleSchema,
  returnRuleSchema,
  tarpitRuleSchema,
} from './answer-rules.ts';
import {
  commonEditRules,
  requestEditRules,
  responseEditRules,
  serverResponseRules,
  socketRules,
} from './edit-rules.ts';
import { patternRules } from './pattern-rules.ts';
import { ruleObject } from './rule-object.ts';
import { httpStickRules } from './stick-rules.ts';

export const allowRuleSchema = ruleObject(
  'AllowRule',
  'Stops the evaluation of these rules here; the message passes.',
  {
    action: Type.Literal('allow'),
  },
);

const rejectRuleSchema = ruleObject('RejectRule', 'Closes the connection without an answer.', {
  action: Type.Literal('reject'),
});

const silentDropRuleSchema = ruleObject(
  'SilentDropRule',
  'Closes the connection and, as far as the system lets, does not tell the client: it is reset.',
  { action: Type.Literal('silent-drop') },
);

export const httpRequestRuleSchema = Type.Union(
  [
    allowRuleSchema,
    denyRuleSchema,
    tarpitRuleSchema,
    returnRuleSchema,
    redirectRuleSchema,
    authRuleSchema,
    rejectRuleSchema,
    silentDropRuleSchema,
    ...commonEditRules,
    ...socketRules,
    ...patternRules,
    ...requestEditRules,
    ...httpStickRules,
  ],
  {
    discriminator: { propertyName: 'action' },
    title: 'HttpRequestRule',
    description: 'What to do with a request: answer it, change it, note something, or let it pass.',
  },
);

export const httpResponseRuleSchema = Type.Union(
  [
    allowRuleSchema,
    denyResponseRuleSchema,
    returnRuleSchema,
    redirectRuleSchema,
    silentDropRuleSchema,
    ...commonEditRules,
    ...responseEditRules,
    ...serverResponseRules,
    ...socketRules,
    ...httpStickRules,
    ...patternRules,
  ],
  {
    discriminator: { propertyName: 'action' },
    title: 'HttpResponseRule',
    description: 'What to do with the response of a server: replace it, change it, note something, or let it pass.',
  },
);

export const httpAfterResponseRuleSchema = Type.Union([allowRuleSchema, ...commonEditRules, ...responseEditRules], {
  discriminator: { propertyName: 'action' },
  title: 'HttpAfterResponseRule',
  description: 'What to change in any response, also those that Sluice makes itself.',
});

export const backendSwitchingRuleSchema = ruleObject(
  'BackendSwitchingRule',
  'Chooses the backend of a request or connection (use_backend). The first rule that applies wins.',
  {
    backend: Type.String({
      pattern: '^(?:[A-Za-z0-9_.:-]{1,128}|[^\\r\\n]*%\\[[^\\r\\n]*)$',
      maxLength: 8_192,
      description:
        'The backend to use. With "%[sample]" in it, as in "%[req.hdr(host),lower]", it names the backend when the rule applies; where no backend in the mode of the frontend has that name, the next rules are asked.',
      examples: ['app', '%[req.hdr(host),lower]'],
    }),
  },
);

export const serverSwitchingRuleSchema = ruleObject(
  'ServerSwitchingRule',
  'Chooses the server of a request or connection (use-server), unless it is down. The first rule that applies wins.',
  {
    server: Type.String({
      pattern: '^(?:[A-Za-z0-9_.:-]{1,128}|[^\\r\\n]*%[^\\r\\n]*)$',
      maxLength: 8_192,
      description:
        'The server of this backend to use. With "%[sample]" or a log variable in it, it names the server when the rule applies; where no server has that name, one is balanced to.',
      examples: ['s1', '%[req.hdr(x-server)]'],
    }),
  },
);

export type HttpRequestRule = Static<typeof httpRequestRuleSchema>;
export type HttpResponseRule = Static<typeof httpResponseRuleSchema>;
export type HttpAfterResponseRule = Static<typeof httpAfterResponseRuleSchema>;
export type ServerSwitchingRule = Static<typeof serverSwitchingRuleSchema>;
export type BackendSwitchingRule = Static<typeof backendSwitchingRuleSchema>;
