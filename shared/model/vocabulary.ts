/** The words of the model: lists that schemas, readers and checks share. Nothing here needs a schema to be loaded. */

/** Statuses of answers that Sluice gives by itself: HAProxy 2.6's (configuration manual, "errorfile"), 414 and 431. */
export const errorStatuses = [
  200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 425, 429, 431, 500, 501, 502, 503, 504,
];

/** Header fields that Sluice writes itself, lower case. */
export const framingFields = ['connection', 'content-length', 'keep-alive', 'proxy-connection', 'transfer-encoding'];

export const balanceAlgorithms = ['roundrobin', 'static-rr', 'leastconn', 'first', 'random'] as const;
export type BalanceAlgorithm = (typeof balanceAlgorithms)[number];

/** Causes of a retry, in HAProxy's words (configuration manual 2.6, "retry-on"). */
export const retryCauses = [
  'conn-failure',
  'empty-response',
  'response-timeout',
  'junk-response',
  'all-retryable-errors',
  '401',
  '403',
  '404',
  '408',
  '425',
  '500',
  '501',
  '502',
  '503',
  '504',
] as const;
export type RetryCause = (typeof retryCauses)[number];

/** What must hold for set-var to set its variable (configuration manual 2.6, section 7.3.1, "set-var"). */
export const variableConditions = [
  'ifexists',
  'ifnotexists',
  'ifempty',
  'ifnotempty',
  'ifset',
  'ifnotset',
  'ifgt',
  'iflt',
] as const;
export type VariableCondition = (typeof variableConditions)[number];

/** What a check may be made to find (configuration manual 2.6, "http-check expect"). */
export const okCheckStatuses = ['L7OK', 'L7OKC', 'L6OK', 'L4OK'] as const;
export type OkCheckStatus = (typeof okCheckStatuses)[number];
export const errorCheckStatuses = ['L7OKC', 'L7RSP', 'L7STS', 'L6RSP', 'L4CON'] as const;
export type ErrorCheckStatus = (typeof errorCheckStatuses)[number];
export const timeoutCheckStatuses = ['L7TOUT', 'L6TOUT', 'L4TOUT'] as const;
export type TimeoutCheckStatus = (typeof timeoutCheckStatuses)[number];

/** What http-request normalize-uri can do (configuration manual 2.6). */
export const normalizers = [
  'fragment-encode',
  'fragment-strip',
  'path-merge-slashes',
  'path-strip-dot',
  'path-strip-dotdot',
  'percent-decode-unreserved',
  'percent-to-uppercase',
  'query-sort-by-name',
] as const;
export type Normalizer = (typeof normalizers)[number];

/** Facilities in the order of their numbers (configuration manual 2.6, "log"). */
export const logFacilities = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'auth2',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'cron2',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;
export type LogFacility = (typeof logFacilities)[number];

/** Levels in the order of their numbers, the gravest first. */
export const logLevels = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logLineFormats = ['local', 'rfc3164', 'rfc5424', 'priority', 'short', 'timed', 'iso', 'raw'] as const;
export type LogLineFormat = (typeof logLineFormats)[number];

/** An HTTP header field name: a token (RFC 9110 section 5.1). */
export const headerNamePattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$";

/** What the keys of a stick table are. */
export const stickTableTypes = ['ip', 'ipv6', 'integer', 'string', 'binary'] as const;
export type StickTableType = (typeof stickTableTypes)[number];

/** The rules that have to do with stick tables and stand in all sets alike. */
export const stickCounterActions = ['sc-inc-gpc', 'sc-inc-gpc0', 'sc-inc-gpc1', 'sc-set-gpt', 'sc-set-gpt0'] as const;
export const trackActions = ['track-sc0', 'track-sc1', 'track-sc2'] as const;
