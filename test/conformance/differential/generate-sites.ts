/** Whole sites: proxies with rules of all kinds, and what clients ask and servers answer. */
import type { Place } from '../../../shared/language/sample-types.ts';
import type { Dice } from './dice.ts';
import { conditionText, termText, testText } from './generate-conditions.ts';
import { authLines, httpFeatures, tableLine } from './generate-features.ts';
import { formatText, redirectText, ruleText, trackText } from './generate-rules.ts';
import { sampleText, variableText } from './generate-samples.ts';
import { exchange } from './generate-traffic.ts';
import { word } from './quoting.ts';
import { plainScene } from './scene.ts';
import type { Exchange, Site } from './site.ts';

const logVariables = [
  ...[
    '%HM',
    '%HP',
    '%HPO',
    '%HQ',
    '%HU',
    '%HV',
    '%ST',
    '%b',
    '%f',
    '%ft',
    '%s',
    '%ts',
    '%tsc',
    '%rc',
    '%r',
    '%ci',
    '%fi',
    '%fp',
  ],
  ...['%{+Q}r', '%{+Q}HQ', '%{+X}ST', '%si', '%sp', '%bq', '%sq', '%CC', '%hr', '%ID', '%{+E}HU', '%{+Q,+E}r', '%sslv'],
  ...['%hr', '%hs', '%hrl', '%hsl', '%{+Q}hr', '%{+E}hrl', '%CS', '%{+Q}ID'],
];
const tcpLogVariables = ['%b', '%f', '%s', '%ts', '%rc', '%ci', '%fi', '%fp', '%si', '%sp', '%bq', '%sq'];

/**
 * Every line begins with the frontend and the port of the client, which tell whose it is. The request line is in all of them:
 * HAProxy keeps it for the texts of rules only where the log wants it. In mode tcp it logs a session at its end only where the
 * format asks for what is known then.
 */
function logFormat(dice: Dice, mode: Site['mode']): string {
  const place: Place = mode === 'http' ? 'http-log' : 'tcp-log';
  const parts = dice.list(1, 5, () =>
    dice.choose([
      () => dice.pick(mode === 'http' ? logVariables : tcpLogVariables),
      () => `%[${sampleText(dice, place).text}]`,
      () => `%{+Q}[${sampleText(dice, place).text}]`,
      () => '%[var(txn.a)]',
    ]),
  );
  return `log-format ${word(`%f %[fc_src_port] ${mode === 'http' ? '%{+Q}r ' : '%ts '}${parts.join(dice.pick([' ', '|']))}`)}`;
}

/** "acl" lines, whose names are added to those known. */
function aclLines(dice: Dice, place: Place, acls: string[], most: number): string[] {
  return dice.list(0, most, () => {
    const name = dice.pick(['one', 'two', 'is.three', 'four-4', 'LOCALHOST', 'one']);
    const text = `acl ${name} ${testText(dice, place)}`;
    acls.push(name);
    return text;
  });
}

function tcpRule(
  dice: Dice,
  type: 'connection' | 'session' | 'content',
  mode: Site['mode'],
  acls: readonly string[],
): string {
  const place: Place = type === 'content' ? (mode === 'http' ? 'http-request' : 'tcp') : 'connection';
  const [action, isEnd] = dice.choose<[string, boolean]>([
    () => ['accept', false],
    () => ['reject', true],
    () => [`set-var(${variableText(dice)}) ${word(sampleText(dice, place).text)}`, false],
    () => [`set-var-fmt(${variableText(dice)}) ${word(formatText(dice, place))}`, false],
    () => [`unset-var(${variableText(dice)})`, false],
    ...(dice.scene.tables.length === 0
      ? []
      : [() => [`track-sc${dice.pick([0, 1, 2])} ${trackText(dice, place)}`, false] as [string, boolean]]),
    ...(type === 'connection' ? [] : otherActs(dice, type, place)),
  ]);
  return `tcp-request ${type} ${action}${conditionText(dice, place, acls, isEnd)}`;
}

/** What rules may do once there is a session. */
function otherActs(dice: Dice, type: 'session' | 'content', place: Place): (() => [string, boolean])[] {
  const acts = [
    'set-src str(192.0.2.9)',
    `set-dst ${dice.pick(['str(192.0.2.8)', 'src'])}`,
    `set-src-port ${dice.pick(['int(81)', 'dst_port'])}`,
    ...(type === 'content'
      ? [`set-log-level ${dice.pick(['silent', 'err', 'info'])}`, 'set-nice 3', 'set-priority-class int(1)']
      : []),
    ...(type === 'content' && place === 'http-request' ? [`capture ${word(sampleText(dice, place).text)} len 9`] : []),
    ...(dice.scene.tables.length === 0
      ? []
      : ['sc-inc-gpc0(0)', 'sc-inc-gpc1(1)', 'sc-set-gpt0(0) 3', 'sc-inc-gpc(1,0)']),
  ];
  return [() => [dice.pick(acts), false]];
}

/** Rules on what a server sends first. */
function tcpResponseRule(dice: Dice, mode: Site['mode']): string {
  const place: Place = mode === 'http' ? 'http-response' : 'tcp-response';
  const [action, isEnd] = dice.choose<[string, boolean]>([
    () => ['accept', false],
    () => ['reject', true],
    ...(mode === 'tcp' ? [() => ['close', true] as [string, boolean]] : []),
    () => [`set-var(${variableText(dice)}) ${word(sampleText(dice, place).text)}`, false],
    () => [`unset-var(${variableText(dice)})`, false],
    () => [`set-var-fmt(${variableText(dice)}) ${word(formatText(dice, place))}`, false],
    () => [`set-log-level ${dice.pick(['silent', 'err', 'info'])}`, false],
  ]);
  // Without looking at the response it would be a question of time whether the request has been sent.
  const first = mode === 'http' ? '{ status gt 0 }' : '{ res.len gt 0 }';
  return `tcp-response content ${action} if ${first}${isEnd || dice.once(2) ? ` ${termText(dice, place, [])}` : ''}`;
}

const balances = ['balance roundrobin', 'balance static-rr', 'balance first', ''];
const forwards = [
  ...['option forwardfor', 'option forwardfor', 'option forwardfor except 127.0.0.1', 'option forwardfor if-none'],
  ...['option forwardfor header X-Ip', 'option forwardfor except 10.0.0.0/8 header X-Client if-none'],
];

const retries = ['500', '404 503', 'all-retryable-errors', 'none', 'conn-failure empty-response 500'];

const serverOptions = ['', '', ' weight 0', ' weight 2', ' weight 50', ' backup', ' disabled'];

function httpBackend(dice: Dice, number: number, features: readonly string[]): string[] {
  const acls: string[] = [];
  const lines = [dice.pick(balances), ...features, ...aclLines(dice, 'http-request', acls, 2)];
  const rules = (set: 'http-request' | 'http-response' | 'http-after-response', most: number) =>
    dice.list(0, most, () => ruleText(dice, { set, acls, inFrontend: false }));
  if (dice.once(12)) lines.push(tcpRule(dice, 'content', 'http', acls));
  if (dice.once(10)) lines.push('http-send-name-header X-Server');
  if (dice.once(8)) lines.push(dice.pick(forwards), 'option http-server-close');
  if (dice.once(15))
    lines.push(`retry-on ${dice.pick(retries)}`, ...dice.list(0, 1, () => `retries ${dice.between(0, 3)}`));
  if (dice.once(20)) lines.push(`http-reuse ${dice.pick(['never', 'safe', 'aggressive', 'always'])}`);
  if (dice.once(30)) lines.push(dice.pick(['option redispatch', 'option originalto', 'fullconn 100']));
  if (dice.once(15)) lines.push('tcp-response inspect-delay 60s', tcpResponseRule(dice, 'http'));
  lines.push(...rules('http-request', 3));
  // Their conditions look at what http-request rules may look at.
  const responseAcls = acls.length > 0 && dice.once(20) ? acls : [];
  lines.push(...dice.list(0, 3, () => ruleText(dice, { set: 'http-response', acls: responseAcls, inFrontend: false })));
  lines.push(...dice.list(0, 1, () => ruleText(dice, { set: 'http-after-response', acls: [], inFrontend: false })));
  if (dice.once(20))
    lines.push(`redirect ${redirectText(dice, 'http-request')}${conditionText(dice, 'http-request', acls, true)}`);
  const servers = number === 0 ? 3 : 2;
  if (dice.once(3))
    lines.push(`use-server s${dice.between(1, servers)}${conditionText(dice, 'http-request', acls, true)}`);
  for (let server = 1; server <= servers; server++) {
    lines.push(`server s${server} ORIGIN${server - 1}${server === 1 ? '' : dice.pick(serverOptions)}`);
  }
  return lines.filter((text) => text !== '');
}

function httpFrontend(dice: Dice, features: readonly string[]): string[] {
  const acls: string[] = features.some((text) => text.startsWith('acl edited ')) ? ['edited'] : [];
  // Where the format is refused, the request line is wanted all the same.
  const lines = ['option httplog', ...features, logFormat(dice, 'http'), ...aclLines(dice, 'http-request', acls, 3)];
  if (dice.once(15)) lines.push(tcpRule(dice, 'connection', 'http', []));
  if (dice.once(15)) lines.push(tcpRule(dice, 'session', 'http', []));
  if (dice.once(10)) lines.push(tcpRule(dice, 'content', 'http', acls));
  if (dice.once(10)) lines.push(dice.pick(forwards));
  if (dice.once(30)) lines.push('option originalto');
  if (dice.once(20)) lines.push(`option http-restrict-req-hdr-names ${dice.pick(['preserve', 'delete', 'reject'])}`);
  if (dice.once(30))
    lines.push(dice.pick(['option dontlog-normal', 'option log-separate-errors', 'option dontlognull']));
  if (dice.once(15)) {
    lines.push('monitor-uri /login');
    if (dice.once(2)) lines.push(`monitor fail${conditionText(dice, 'http-request', acls, true)}`);
  }
  lines.push(...authLines(dice));
  lines.push(...dice.list(0, 5, () => ruleText(dice, { set: 'http-request', acls, inFrontend: true })));
  lines.push(...dice.list(0, 3, () => ruleText(dice, { set: 'http-response', acls: [], inFrontend: true })));
  lines.push(...dice.list(0, 2, () => ruleText(dice, { set: 'http-after-response', acls: [], inFrontend: true })));
  if (dice.once(12))
    lines.push(`redirect ${redirectText(dice, 'http-request')}${conditionText(dice, 'http-request', acls, true)}`);
  lines.push(
    ...dice.list(0, 2, () => {
      const backend = dice.pick([
        'b@-1',
        'b@-1',
        'b@-0',
        'b@-%[req.hdr(x-num)]',
        `b@-%[${sampleText(dice, 'http-request').text}]`,
        'b@-9',
      ]);
      const name = backend === 'b@-9' && !dice.once(20) ? 'b@-2' : backend;
      return `use_backend ${word(name)}${conditionText(dice, 'http-request', acls, !dice.once(5))}`;
    }),
  );
  return lines;
}

/** Rules and options that proxies take from their defaults. */
function httpDefaults(dice: Dice): string[] {
  const lines: string[] = [];
  for (const set of ['http-request', 'http-response', 'http-after-response'] as const) {
    if (dice.once(10)) lines.push(...dice.list(1, 2, () => ruleText(dice, { set, acls: [], inFrontend: true })));
  }
  if (dice.once(8)) lines.push(dice.pick(['option httpclose', 'option http-server-close', 'option http-keep-alive']));
  return lines;
}

function httpSite(dice: Dice): Site {
  const features = httpFeatures(dice);
  dice.scene = features.scene;
  return {
    mode: 'http',
    defaults: httpDefaults(dice),
    backendDefaults: httpDefaults(dice),
    frontend: httpFrontend(dice, features.frontend),
    backends: [0, 1, 2].map((number) => httpBackend(dice, number, number === 0 ? features.backend : [])),
    connections: dice.list(2, 3, () => dice.list(1, 3, () => exchange(dice))),
  };
}

/** Nobody is told of the end of the connection behind an answer that is whole without it. */
function staysOpen(each: Exchange): Exchange {
  const isWhole = each.line.startsWith('HEAD ') || / (?:204|304) /.test(each.answer.line);
  return isWhole ? { ...each, answer: { ...each.answer, closes: false } } : each;
}

/** Rules that look at contents wait until they can tell, which is at the latest when the client has said all. */
const inspection = [
  'tcp-request inspect-delay 60s',
  'tcp-request content set-var(txn.seen) bool(1) if { req.len gt 0 }',
];

function tcpSite(dice: Dice): Site {
  const acls: string[] = [];
  const inspects = !dice.once(3);
  const tables = inspects && dice.once(3) ? ['f@'] : [];
  dice.scene = { ...plainScene, tables };
  const place = inspects ? 'tcp' : 'connection';
  const frontend = [
    ...(tables.length > 0 ? [tableLine(dice)] : []),
    logFormat(dice, 'tcp'),
    ...aclLines(dice, place, acls, 2),
    ...dice.list(0, 1, () => tcpRule(dice, 'connection', 'tcp', [])),
    ...dice.list(0, 1, () => tcpRule(dice, 'session', 'tcp', [])),
    ...(inspects ? [...inspection, ...dice.list(0, 3, () => tcpRule(dice, 'content', 'tcp', acls))] : []),
    ...dice.list(0, 1, () => `use_backend b@-1${conditionText(dice, place, acls, true)}`),
  ];
  const backends = [0, 1].map((number) => [
    ...[dice.pick(balances)].filter((text) => text !== ''),
    ...(inspects ? ['tcp-request inspect-delay 60s'] : []),
    ...(inspects ? dice.list(0, 1, () => tcpRule(dice, 'content', 'tcp', [])) : []),
    ...(inspects && dice.once(3)
      ? ['tcp-response inspect-delay 60s', ...dice.list(1, 2, () => tcpResponseRule(dice, 'tcp'))]
      : []),
    `server s1 ORIGIN${number}`,
    `server s2 ORIGIN2${dice.pick(serverOptions)}`,
  ]);
  return {
    mode: 'tcp',
    defaults: [],
    backendDefaults: [],
    frontend,
    backends,
    connections: dice.list(2, 3, () => dice.list(1, inspects ? 1 : 2, () => exchange(dice)).map(staysOpen)),
  };
}

export function generateSite(dice: Dice): Site {
  return dice.once(10) ? tcpSite(dice) : httpSite(dice);
}
