/** The rules that change a message on its way, or what is noted of it: headers, target, status, variables, log level. */
import { type Static, Type } from 'typebox';
import { durationField, headerValuePattern } from './fields.ts';
import { formatField, headerField, regexField, replacementField, ruleObject } from './rule-object.ts';
import { type LogLevel, logLevels, type VariableCondition, variableConditions } from './vocabulary.ts';

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
  pattern: '^(?:proc|sess|txn|req|res)\\.[A-Za-z0-9_]{1,100}$',
  description:
    'Scope and name: "proc." lives with the process, "sess." with the connection, "txn." with request and response, "req." and "res." with either.',
  examples: ['txn.tenant'],
});
const conditions = Type.Optional(
  Type.Array(
    Type.Unsafe<VariableCondition>(Type.Union(variableConditions.map((condition) => Type.Literal(condition)))),
    {
      uniqueItems: true,
      description:
        'What must hold for the variable to be set: "ifexists", "ifnotexists", "ifset", "ifnotset": whether it has a value already, where "proc." variables always exist; "ifempty", "ifnotempty": whether the new value is a text of no characters; "ifgt", "iflt": whether the old value is greater or less than the new one, where both are integers. Default: nothing.',
    },
  ),
);
const setVar = ruleObject('SetVarRule', 'Sets a variable to the value of a sample expression.', {
  action: Type.Literal('set-var'),
  variable,
  expression: Type.String({ minLength: 1, maxLength: 8_192, description: 'A sample expression.' }),
  conditions,
});
const setVarFmt = ruleObject('SetVarFmtRule', 'Sets a variable to a text.', {
  action: Type.Literal('set-var-fmt'),
  variable,
  value: formatField('The text.'),
  conditions,
});
const unsetVar = ruleObject('UnsetVarRule', 'Forgets a variable.', { action: Type.Literal('unset-var'), variable });

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

const setLogLevel = ruleObject('SetLogLevelRule', 'Sets the level of the line in the log.', {
  action: Type.Literal('set-log-level'),
  level: Type.Unsafe<LogLevel | 'silent'>(
    Type.Union(
      [...logLevels, 'silent'].map((level) => Type.Literal(level)),
      { description: 'The level; "silent" for no line.' },
    ),
  ),
});

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
  value: durationField('The timeout.', 'none, it is required'),
});
const setPriority = <Action extends 'set-priority-class' | 'set-priority-offset'>(
  action: Action,
  title: string,
  description: string,
) =>
  ruleObject(title, description, {
    action: Type.Literal(action),
    expression: Type.String({ minLength: 1, maxLength: 8_192, description: 'A sample expression: an integer.' }),
  });
const earlyHint = ruleObject('EarlyHintRule', 'Sends a response 103 with this header field ahead (RFC 8297).', {
  action: Type.Literal('early-hint'),
  ...header,
  value: formatField('Its value.'),
});

const noEffect = 'HAProxy acts on it; Sluice takes it and does nothing.';
const setNice = ruleObject('SetNiceRule', `Priority of the processing. ${noEffect}`, {
  action: Type.Literal('set-nice'),
  nice: Type.Integer({ minimum: -1024, maximum: 1024, description: 'Higher is less urgent.' }),
});
const setMark = ruleObject('SetMarkRule', `Netfilter mark of packets to the client. ${noEffect}`, {
  action: Type.Literal('set-mark'),
  mark: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'The mark.' }),
});
const setTos = ruleObject('SetTosRule', `TOS or DSCP of packets to the client. ${noEffect}`, {
  action: Type.Literal('set-tos'),
  tos: Type.Integer({ minimum: 0, maximum: 255, description: 'The value.' }),
});

/** Those of http-after-response rules, which the other two kinds have too. */
export const commonEditRules = [
  setHeader,
  addHeader,
  delHeader,
  replaceHeader,
  replaceValue,
  setVar,
  setVarFmt,
  unsetVar,
  strictMode,
] as const;
export const responseEditRules = [setStatus] as const;
export const socketRules = [setLogLevel, setNice, setMark, setTos] as const;
export const requestEditRules = [
  setTarget('set-method'),
  setTarget('set-path'),
  setTarget('set-pathq'),
  setTarget('set-query'),
  setTarget('set-uri'),
  replaceTarget('replace-path', 'ReplacePathRule', 'the path'),
  replaceTarget('replace-pathq', 'ReplacePathqRule', 'path and query'),
  replaceTarget('replace-uri', 'ReplaceUriRule', 'the whole target'),
  setTimeout,
  setPriority(
    'set-priority-class',
    'SetPriorityClassRule',
    'Sets the class of the request in the queue of a backend: lower classes are served first. From -2047 to 2047; 0 without a rule.',
  ),
  setPriority(
    'set-priority-offset',
    'SetPriorityOffsetRule',
    'Has the request count as queued so many milliseconds later, or earlier below 0, than others of its class. From -524287 to 524287.',
  ),
  earlyHint,
] as const;

export type CommonEditRule = Static<(typeof commonEditRules)[number]>;
export type SetStatusRule = Static<typeof setStatus>;
export type SocketRule = Static<(typeof socketRules)[number]>;
export type RequestEditRule = Static<(typeof requestEditRules)[number]>;
