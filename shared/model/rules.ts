/** The rules of a proxy: http-request rules, which act on a request, and rules that choose a backend. */
import { type Static, type TProperties, Type } from 'typebox';
import { errorStatuses } from './error-file.ts';
import { closedObject, descriptionField, headerValuePattern, nameField } from './fields.ts';

const conditionField = (word: 'if' | 'unless') =>
  Type.String({
    minLength: 1,
    maxLength: 8_192,
    description: `The rule applies ${word} this condition holds: names of ACLs and anonymous ACLs in braces, joined by white space (and), "or" or "||", negated by "!".`,
    examples: ['{ src 10.0.0.0/8 } !static'],
  });

function ruleObject<Properties extends TProperties>(title: string, description: string, properties: Properties) {
  return closedObject(
    {
      name: nameField('Name of the rule, unique in its list.'),
      description: Type.Optional(descriptionField),
      priority: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1_000_000_000,
          description:
            'Rules are evaluated by ascending priority, then by name. A list in which a rule has none is numbered 100, 200, ... as it stands; a single new rule goes last.',
        }),
      ),
      if: Type.Optional(conditionField('if')),
      unless: Type.Optional(conditionField('unless')),
      ...properties,
    },
    { title, description },
  );
}

export const allowRuleSchema = ruleObject(
  'AllowRule',
  'Stops the evaluation of http-request rules here; the request passes.',
  {
    action: Type.Literal('allow'),
  },
);

export const denyRuleSchema = ruleObject('DenyRule', 'Answers the request with an error page and stops.', {
  action: Type.Literal('deny'),
  status: Type.Optional(
    Type.Integer({ enum: errorStatuses, description: `Status to answer: ${errorStatuses.join(', ')}. Default: 403.` }),
  ),
});

export const tarpitRuleSchema = ruleObject(
  'TarpitRule',
  'Holds the request for timeouts.tarpit, to slow a robot down, then answers it with an error page.',
  {
    action: Type.Literal('tarpit'),
    status: Type.Optional(
      Type.Integer({
        enum: errorStatuses,
        description: `Status to answer: ${errorStatuses.join(', ')}. Default: 500.`,
      }),
    ),
  },
);

export const redirectCodes = [301, 302, 303, 307, 308];

const redirectTarget = (description: string) =>
  Type.String({ minLength: 1, maxLength: 8_192, pattern: headerValuePattern, description });

export const redirectRuleSchema = ruleObject(
  'RedirectRule',
  'Answers the request with a redirection and stops. Exactly one of location, prefix and scheme is given.',
  {
    action: Type.Literal('redirect'),
    location: Type.Optional(redirectTarget('The whole new location.')),
    prefix: Type.Optional(redirectTarget('Put before the path and query of the request.')),
    scheme: Type.Optional(redirectTarget('Scheme before the host, path and query of the request, such as "https".')),
    code: Type.Optional(
      Type.Integer({ enum: redirectCodes, description: `Status: ${redirectCodes.join(', ')}. Default: 302.` }),
    ),
    dropQuery: Type.Optional(Type.Boolean({ description: 'With prefix: leave the query out. Default: false.' })),
    appendSlash: Type.Optional(
      Type.Boolean({ description: 'With prefix and dropQuery: end the path with "/". Default: false.' }),
    ),
  },
);

export const httpRequestRuleSchema = Type.Union(
  [allowRuleSchema, denyRuleSchema, tarpitRuleSchema, redirectRuleSchema],
  {
    discriminator: { propertyName: 'action' },
    title: 'HttpRequestRule',
    description: 'What to do with a request: allow, deny, tarpit or redirect it.',
  },
);

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

export type AllowRule = Static<typeof allowRuleSchema>;
export type DenyRule = Static<typeof denyRuleSchema>;
export type TarpitRule = Static<typeof tarpitRuleSchema>;
export type RedirectRule = Static<typeof redirectRuleSchema>;
export type HttpRequestRule = Static<typeof httpRequestRuleSchema>;
export type BackendSwitchingRule = Static<typeof backendSwitchingRuleSchema>;
