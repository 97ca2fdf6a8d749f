/** The rules that answer in place of a server: deny, tarpit, return, redirect. */
import { type Static, Type } from 'typebox';
import { headerValuePattern, nameField } from './fields.ts';
import { replyContent } from './reply-content.ts';
import { ruleObject } from './rule-object.ts';
import { errorStatuses } from './vocabulary.ts';

/** What the answer consists of; at most one of string, lfString, errorfile and defaultErrorfiles is given. */
const content = {
  ...replyContent,
  errorfile: Type.Optional(nameField('The error file to answer with, whole.')),
  defaultErrorfiles: Type.Optional(
    Type.Literal(true, { description: 'Answer with the error page that the proxy has for the status.' }),
  ),
};

const statusField = (fallback: number) =>
  Type.Integer({
    minimum: 200,
    maximum: 599,
    description: `Status to answer; one of ${errorStatuses.join(', ')} where it is an error page or error file. Default: ${fallback}.`,
  });

const pageUnlessTold = 'With the error page of the proxy for the status, unless it says otherwise.';

export const denyRuleSchema = ruleObject('DenyRule', `Answers the request and stops. ${pageUnlessTold}`, {
  action: Type.Literal('deny'),
  status: Type.Optional(statusField(403)),
  ...content,
});

export const denyResponseRuleSchema = ruleObject(
  'DenyResponseRule',
  `Answers the request in place of the response of the server, and stops. ${pageUnlessTold}`,
  { action: Type.Literal('deny'), status: Type.Optional(statusField(502)), ...content },
);

export const tarpitRuleSchema = ruleObject(
  'TarpitRule',
  `Holds the request for timeouts.tarpit, to slow a robot down, then answers it. ${pageUnlessTold}`,
  { action: Type.Literal('tarpit'), status: Type.Optional(statusField(500)), ...content },
);

export const returnRuleSchema = ruleObject('ReturnRule', 'Answers the request and stops.', {
  action: Type.Literal('return'),
  status: Type.Optional(statusField(200)),
  ...content,
});

export const authRuleSchema = ruleObject(
  'AuthRule',
  'Answers the request with 401 and asks for user and password (Basic authentication), with the error page of the proxy. Where it stands unless a condition with http_auth holds, only users of that list pass.',
  {
    action: Type.Literal('auth'),
    realm: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        pattern: headerValuePattern,
        description: 'What the user and password are for. Default: the name of the proxy.',
      }),
    ),
  },
);

export const redirectCodes = [301, 302, 303, 307, 308];

const redirectTarget = (description: string) =>
  Type.String({ minLength: 1, maxLength: 8_192, pattern: headerValuePattern, description });

const cookieField = (description: string) =>
  Type.String({ minLength: 1, maxLength: 4_096, pattern: '^[\\x21-\\x3a\\x3c-\\x7e]+$', description });

export const redirectRuleSchema = ruleObject(
  'RedirectRule',
  'Answers the request with a redirection and stops. Exactly one of location, prefix and scheme is given.',
  {
    action: Type.Literal('redirect'),
    location: Type.Optional(redirectTarget('The whole new location. A log-format string, as the next two.')),
    prefix: Type.Optional(redirectTarget('Put before the path and query of the request.')),
    scheme: Type.Optional(redirectTarget('Scheme before the host, path and query of the request, such as "https".')),
    code: Type.Optional(
      Type.Integer({ enum: redirectCodes, description: `Status: ${redirectCodes.join(', ')}. Default: 302.` }),
    ),
    dropQuery: Type.Optional(
      Type.Boolean({ description: 'With prefix or scheme: leave the query out. Default: false.' }),
    ),
    appendSlash: Type.Optional(
      Type.Boolean({ description: 'With prefix or scheme: end the location with "/". Default: false.' }),
    ),
    ignoreEmpty: Type.Optional(
      Type.Boolean({ description: 'With location: an empty one means that the rule does not apply. Default: false.' }),
    ),
    afterAllow: Type.Optional(
      Type.Boolean({
        description:
          'For requests: evaluated even when a rule before it has allowed the request, as a redirect line of a haproxy.cfg is. Default: false.',
      }),
    ),
    setCookie: Type.Optional(cookieField('A cookie to set, "NAME" or "NAME=VALUE", for the path "/".')),
    clearCookie: Type.Optional(cookieField('A cookie to clear: "NAME" or "NAME=".')),
  },
);

export type AuthRule = Static<typeof authRuleSchema>;
export type DenyRule = Static<typeof denyRuleSchema>;
export type TarpitRule = Static<typeof tarpitRuleSchema>;
export type ReturnRule = Static<typeof returnRuleSchema>;
export type RedirectRule = Static<typeof redirectRuleSchema>;
/** What the rules that answer with content share. */
export type AnswerFields = Omit<ReturnRule, 'action' | 'name'>;
