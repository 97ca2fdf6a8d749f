/** The rules that change a message on its way, or what is noted of it: headers, target, status, variables, log level. */
import { type Static, type TProperties, Type } from 'typebox';
import { captureRuleSchema } from './capture.ts';
import { durationField, headerValuePattern } from './fields.ts';
import { formatField, headerField, regexField, replacementField, ruleObject } from './rule-object.ts';
import {
  type LogLevel,
  logLevels,
  type Normalizer,
  normalizers,
  type VariableCondition,
  variableConditions,
} from './vocabulary.ts';

const header = { header: headerField };

const setHeader = ruleObject('SetHeaderRule', 'Removes a header field and adds it with a new value.', {
  action: Type.Literal('set-header'),
  ...header,
  value: formatField('Its value.'),
});
const addHeader = ruleObject('AddHeaderRule', 'Adds a header field behind all others.', {
  action: Type.Literal('add-header'),
  ...header,
  value: formatField('Its value.'),
});
const delHeader = ruleObject('DelHeaderRule', 'Removes header fields.', {
  action: Type.Literal('del-header'),
  header: Type.String({
    minLength: 1,
    maxLength: 1_000,
    description: 'Name of the fields, or what it is compared with.',
  }),
  match: Type.Optional(
    Type.Union(
      [Type.Literal('str'), Type.Literal('beg'), Type.Literal('end'), Type.Literal('sub'), Type.Literal('reg')],
      {
        description:
          'How names are compared: "str" whole, "beg" by their beginning, "end" by their end, "sub" by a part, "reg" by a regular expression. Default: "str".',
      },
    ),
  ),
});
const replaceHeader = ruleObject('ReplaceHeaderRule', 'Replaces each value of a header field that matches.', {
  action: Type.Literal('replace-header'),
  ...header,
  regex: regexField('What a value must match.'),
  value: replacementField,
});
const replaceValue = ruleObject(
  'ReplaceValueRule',
  'Replaces each element of the comma-separated lists in a header field that matches.',
  {
    action: Type.Literal('replace-value'),
    ...header,
    regex: regexField('What an element must match.'),
    value: replacementField,
  },
);

const variable = Type.String({
  pattern: '^(?:proc|sess|txn|req|res)\\.[A-Za-z0-9_.]{1,1000}$',
  description:
    'Scope and name: "proc." lives with the process, "sess." with the connection, "txn." with request and response, "req." and "res." with either.',
  examples: ['txn.tenant'],
});
export const variableConditionsField = Type.Optional(
  Type.Array(
    Type.Unsafe<VariableCondition>(Type.Union(variableConditions.map((condition) => Type.Literal(condition)))),
    {
      uniqueItems: true,
      description:
        'What must hold for the variable to be set: "ifexists", "ifnotexists", "ifset", "ifnotset": whether it has a value already, where "proc." variables always exist; "ifempty", "ifnotempty": whether the new value is a text of no characters; "ifgt", "iflt": whether the old value is greater or less than the new one, where both are integers. Default: nothing.',
    },
  ),
);
export const expressionField = Type.String({ minLength: 1, maxLength: 8_192, description: 'A sample expression.' });

/** The rules on variables; `kind` begins their titles, `more` are fields that they have beside. */
export function variableRules<More extends TProperties>(kind: string, more: More) {
  return [
    ruleObject(`${kind}SetVarRule`, 'Sets a variable to the value of a sample expression.', {
      action: Type.Literal('set-var'),
      ...more,
      variable,
      expression: expressionField,
      conditions: variableConditionsField,
    }),
    ruleObject(`${kind}SetVarFmtRule`, 'Sets a variable to a text.', {
      action: Type.Literal('set-var-fmt'),
      ...more,
      variable,
      value: formatField('The text.'),
      conditions: variableConditionsField,
    }),
    ruleObject(`${kind}UnsetVarRule`, 'Forgets a variable.', {
      action: Type.Literal('unset-var'),
      ...more,
      variable,
    }),
  ] as const;
}

/** The rules that put another address or port in place of one of the client's connection; arguments as above. */
export function addressRules<More extends TProperties>(kind: string, more: More) {
  const rule = <Action extends string>(action: Action, title: string, what: string) =>
    ruleObject(`${kind}${title}`, `Takes the value of an expression for ${what}. Without a value nothing changes.`, {
      action: Type.Literal(action),
      ...more,
      expression: expressionField,
    });
  return [
    rule('set-src', 'SetSrcRule', 'the address of the client'),
    rule('set-src-port', 'SetSrcPortRule', 'the port of the client'),
    rule('set-dst', 'SetDstRule', 'the address that the client connected to'),
    rule('set-dst-port', 'SetDstPortRule', 'the port that the client connected to'),
  ] as const;
}

/** The rules that say in which order what waits in the queue of a backend is served; arguments as above. */
export function priorityRules<More extends TProperties>(kind: string, more: More) {
  const rule = <Action extends string>(action: Action, title: string, what: string) =>
    ruleObject(`${kind}${title}`, `${what} Without a value nothing changes.`, {
      action: Type.Literal(action),
      ...more,
      expression: expressionField,
    });
  return [
    rule(
      'set-priority-class',
      'SetPriorityClassRule',
      'Takes the value of an expression for the class in the queue of the backend: lower classes are served first. From -2047 to 2047; 0 without such a rule.',
    ),
    rule(
      'set-priority-offset',
      'SetPriorityOffsetRule',
      'Takes the value of an expression for milliseconds by which to count as queued later than others of the class, or earlier where it is below 0. From -524287 to 524287.',
    ),
  ] as const;
}

const strictMode = ruleObject(
  'StrictModeRule',
  'Says what becomes of a message that a following rule of the list cannot rewrite as told.',
  {
    action: Type.Literal('strict-mode'),
    strict: Type.Boolean({
      description:
        'true: an internal error is answered, as where no such rule is. false: the rule that fails is left out.',
    }),
  },
);

/** The rule for the level of the log; arguments as above. */
export function logLevelRule<More extends TProperties>(kind: string, more: More) {
  return ruleObject(`${kind}SetLogLevelRule`, 'Sets the level of the line in the log.', {
    action: Type.Literal('set-log-level'),
    ...more,
    level: Type.Unsafe<LogLevel | 'silent'>(
      Type.Union(
        [...logLevels, 'silent'].map((level) => Type.Literal(level)),
        { description: 'The level; "silent" for no line.' },
      ),
    ),
  });
}

const setStatus = ruleObject('SetStatusRule', 'Changes the status of the response.', {
  action: Type.Literal('set-status'),
  status: Type.Integer({ minimum: 200, maximum: 599, description: 'The new status.' }),
  reason: Type.Optional(
    Type.String({ maxLength: 200, pattern: headerValuePattern, description: 'Its reason. Default: the standard one.' }),
  ),
});

const pathValues = {
  'set-method': ['SetMethodRule', 'Changes the method of the request.', 'The method.'],
  'set-path': ['SetPathRule', 'Changes the path and keeps the query.', 'The path, which begins with "/".'],
  'set-pathq': ['SetPathqRule', 'Changes path and query.', 'Path and query.'],
  'set-query': ['SetQueryRule', 'Changes what follows the first "?".', 'The query without "?".'],
  'set-uri': ['SetUriRule', 'Changes the whole target of the request.', 'Path and query, or an absolute URI.'],
} as const;
const setTarget = <Action extends keyof typeof pathValues>(action: Action) =>
  ruleObject(pathValues[action][0], pathValues[action][1], {
    action: Type.Literal(action),
    value: formatField(pathValues[action][2]),
  });

const normalizeUri = ruleObject('NormalizeUriRule', 'Brings path and query of the request into a normal form.', {
  action: Type.Literal('normalize-uri'),
  normalizer: Type.Unsafe<Normalizer>(
    Type.Union(
      normalizers.map((normalizer) => Type.Literal(normalizer)),
      {
        description:
          'What is done: "#" encoded or cut off with what follows; several "/" made one; "/./" and "/../" taken out; percent-encoded letters, digits, "-", ".", "_" and "~" decoded; percent-encoding in capitals; parameters of the query sorted by name.',
      },
    ),
  ),
  full: Type.Optional(
    Type.Boolean({ description: 'With path-strip-dotdot: "../" at the beginning goes too. Default: false.' }),
  ),
  strict: Type.Optional(
    Type.Boolean({
      description:
        'With percent-decode-unreserved and percent-to-uppercase: a "%" without two hexadecimal digits is answered with 400. Default: false.',
    }),
  ),
});
export type NormalizeUriRule = Static<typeof normalizeUri>;

const replaceTarget = <Action extends 'replace-path' | 'replace-pathq' | 'replace-uri'>(
  action: Action,
  title: string,
  what: string,
) =>
  ruleObject(title, `Replaces ${what} of the request where it matches.`, {
    action: Type.Literal(action),
    regex: regexField('What it must match.'),
    value: replacementField,
  });

const setTimeout = ruleObject('SetTimeoutRule', 'Sets a timeout for this request alone.', {
  action: Type.Literal('set-timeout'),
  timeout: Type.Union([Type.Literal('server'), Type.Literal('tunnel')], { description: 'Which one.' }),
  value: Type.Optional(durationField('The timeout.', 'none: this or expression is required')),
  expression: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8_192,
      description:
        'A sample expression for it in milliseconds, in place of value. Without a value, or one above 0, nothing changes.',
    }),
  ),
});
const earlyHint = ruleObject('EarlyHintRule', 'Sends a response 103 with this header field ahead (RFC 8297).', {
  action: Type.Literal('early-hint'),
  ...header,
  value: formatField('Its value.'),
});

const atLeast = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 2_147_483_647,
    description: 'So many bytes of the body are enough. 0 for all of it. Default: 0.',
  }),
);
const waitForBody = ruleObject(
  'WaitForBodyRule',
  'Waits for the body of the request before the rules behind this one are evaluated. It ends as soon as the whole body, or tune.bufsize bytes, have come.',
  {
    action: Type.Literal('wait-for-body'),
    time: durationField('Longest wait; a body that has not come by then is answered with 408.', 'none, it is required'),
    atLeast,
  },
);
const waitForResponseBody = ruleObject(
  'WaitForResponseBodyRule',
  'Waits for the body of the response before the rules behind this one are evaluated; nothing of it goes to the client before. It ends as soon as the whole body, or tune.bufsize bytes, have come, or the server sends no more.',
  {
    action: Type.Literal('wait-for-body'),
    time: durationField('Longest wait; a body that has not come by then is answered with 504.', 'none, it is required'),
    atLeast,
  },
);
const waitForHandshake = ruleObject(
  'WaitForHandshakeRule',
  'Waits for the TLS handshake with the client. Sluice takes no request before it is over.',
  { action: Type.Literal('wait-for-handshake') },
);

const noEffect = 'HAProxy acts on it; Sluice takes it and does nothing.';

/** Rules without effect on the priority of the processing; arguments as above. */
export function niceRule<More extends TProperties>(kind: string, more: More) {
  return ruleObject(`${kind}SetNiceRule`, `Priority of the processing. ${noEffect}`, {
    action: Type.Literal('set-nice'),
    ...more,
    nice: Type.Integer({ minimum: -1024, maximum: 1024, description: 'Higher is less urgent.' }),
  });
}

/** Rules without effect on packets to the client; arguments as above. */
export function packetRules<More extends TProperties>(kind: string, more: More) {
  return [
    ruleObject(`${kind}SetMarkRule`, `Netfilter mark of packets to the client. ${noEffect}`, {
      action: Type.Literal('set-mark'),
      ...more,
      mark: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'The mark.' }),
    }),
    ruleObject(`${kind}SetTosRule`, `TOS or DSCP of packets to the client. ${noEffect}`, {
      action: Type.Literal('set-tos'),
      ...more,
      tos: Type.Integer({ minimum: 0, maximum: 255, description: 'The value.' }),
    }),
  ] as const;
}

const httpVariableRules = variableRules('', {});
const httpAddressRules = addressRules('', {});
const httpPriorityRules = priorityRules('', {});
const httpPacketRules = packetRules('', {});

/** Those of http-after-response rules, which the other two kinds have too. */
export const commonEditRules = [
  setHeader,
  addHeader,
  delHeader,
  replaceHeader,
  replaceValue,
  ...httpVariableRules,
  captureRuleSchema,
  strictMode,
] as const;
/** Those of http-response and http-after-response rules. */
export const responseEditRules = [setStatus] as const;
/** Those of http-response rules alone: the response of a server may still come. */
export const serverResponseRules = [waitForResponseBody] as const;
export const socketRules = [logLevelRule('', {}), niceRule('', {}), ...httpPacketRules] as const;
export const requestEditRules = [
  setTarget('set-method'),
  setTarget('set-path'),
  setTarget('set-pathq'),
  setTarget('set-query'),
  setTarget('set-uri'),
  replaceTarget('replace-path', 'ReplacePathRule', 'the path'),
  replaceTarget('replace-pathq', 'ReplacePathqRule', 'path and query'),
  replaceTarget('replace-uri', 'ReplaceUriRule', 'the whole target'),
  normalizeUri,
  setTimeout,
  ...httpPriorityRules,
  earlyHint,
  waitForBody,
  waitForHandshake,
  ...httpAddressRules,
] as const;

export type CommonEditRule = Static<(typeof commonEditRules)[number]>;
export type SetStatusRule = Static<typeof setStatus>;
export type SocketRule = Static<(typeof socketRules)[number]>;
export type ServerResponseRule = Static<(typeof serverResponseRules)[number]>;
export type RequestEditRule = Static<(typeof requestEditRules)[number]>;
export type VariableRule = Static<(typeof httpVariableRules)[number]>;
export type PriorityRule = Static<(typeof httpPriorityRules)[number]>;
export type AddressRule = Static<(typeof httpAddressRules)[number]>;
