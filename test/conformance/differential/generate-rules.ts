/** Lines with rules: every action that Sluice has, and now and then one that neither program takes. */
import { canBecome, type Place } from '../../../shared/language/sample-types.ts';
import { normalizers, variableConditions } from '../../../shared/model/vocabulary.ts';
import type { Dice } from './dice.ts';
import { conditionText } from './generate-conditions.ts';
import { sampleText, variableText } from './generate-samples.ts';
import { line, word } from './quoting.ts';
import {
  cookieNames,
  paths,
  plainWords,
  regexes,
  replacements,
  requestFields,
  responseFields,
  texts,
} from './words.ts';

/** Where a rule stands, and the ACLs of the lines above it. */
export interface RulePlace {
  readonly set: 'http-request' | 'http-response' | 'http-after-response';
  readonly acls: readonly string[];
  /** Frontends have no server timeouts to set. */
  readonly inFrontend: boolean;
}

type Act = (dice: Dice, place: Place) => string;

const flags = ['', '', '', '{+Q}', '{+X}', '{+E}', '{-Q}', '{+Q,+E}'];
const logVariables = [
  ...['%HM', '%HU', '%HPO', '%HV', '%HP', '%HQ', '%r', '%ci', '%f', '%ft', '%b', '%s', '%fi', '%fp', '%%'],
  ...[
    '%{+Q}HM',
    '%{+X}fi',
    '%{+E}HU',
    '%si',
    '%{+Q}si',
    '%bi',
    '%{+X}bi',
    '%{+Q}s',
    '%sslv',
    '%{+Q}sslc',
    '%hr',
    '%CC',
  ],
];

/** A text of a rule: words, samples, a few of the variables of the log. */
export function formatText(dice: Dice, place: Place): string {
  const parts = dice.list(1, 3, () =>
    dice.choose([
      () => dice.pick(plainWords),
      () => dice.pick(texts).replaceAll('%', '%%'),
      () => `%${dice.pick(flags)}[${sampleText(dice, place).text}]`,
      () => `%${dice.pick(flags)}[${sampleText(dice, place).text}]`,
      () => dice.pick(place === 'connection' ? ['%ci', '%f', '%%', '%s', '%si'] : logVariables),
    ]),
  );
  return parts.join(dice.pick(['', '', ' ', '-']));
}

function fieldName(dice: Dice, place: Place): string {
  const names = place === 'http-response' ? responseFields : requestFields;
  if (dice.once(60)) return dice.pick(['Content-Length', 'Connection', 'Transfer-Encoding', 'bad name', 'Host:', '']);
  return dice.pick([...names, ...names, 'Cookie', 'Set-Cookie', 'Host', 'X-New', 'x-new']);
}

/** A replacement: references to groups, with samples between them. */
function replacementText(dice: Dice, place: Place): string {
  const text = dice.pick(replacements);
  return dice.once(4) ? `${text}%[${sampleText(dice, place).text}]` : text;
}

/** An empty one is refused. */
function regexText(dice: Dice): string {
  return dice.once(400) ? '' : dice.pick(regexes.filter((regex) => regex !== ''));
}

const edits: Readonly<Record<string, Act>> = {
  'set-header': (dice, place) => line(fieldName(dice, place), formatText(dice, place)),
  'add-header': (dice, place) => line(fieldName(dice, place), formatText(dice, place)),
  'del-header': (dice, place) => {
    const name = fieldName(dice, place);
    const method = dice.pick(['', '', 'str', 'beg', 'end', 'sub', 'reg']);
    if (method === '') return word(name);
    const pattern =
      method === 'reg' ? dice.pick(['^x-', 'X-', '(a|b)$', 'list']) : dice.pick(['x-', 'x-a', 'list', 'X-L', name]);
    return `${word(pattern)} -m ${method}`;
  },
  'replace-header': (dice, place) => line(fieldName(dice, place), regexText(dice), replacementText(dice, place)),
  'replace-value': (dice, place) => line(fieldName(dice, place), regexText(dice), replacementText(dice, place)),
  'set-var': (dice, place) => word(sampleText(dice, place).text),
  capture: (dice, place) => captureText(dice, place),
  'track-sc': (dice, place) => trackText(dice, place),
  'sc-inc-gpc0': () => '',
  'sc-inc-gpc1': () => '',
  'sc-inc-gpc': () => '',
  'sc-set-gpt': (dice, place) => (dice.once(2) ? '7' : word(sampleText(dice, place).text)),
  'sc-set-gpt0': (dice, place) => (dice.once(2) ? '7' : word(sampleText(dice, place).text)),
  'set-map': (dice, place) => line(shortText(dice, place), shortText(dice, place)),
  'del-map': (dice, place) => word(shortText(dice, place)),
  'add-acl': (dice, place) => word(shortText(dice, place)),
  'del-acl': (dice, place) => word(shortText(dice, place)),
  'set-var-fmt': (dice, place) => word(formatText(dice, place)),
  'unset-var': () => '',
  'strict-mode': (dice) => dice.pick(['on', 'off', 'off']),
};

/** Texts that entries of maps often have. */
function shortText(dice: Dice, place: Place): string {
  return dice.once(3) ? `%[${sampleText(dice, place).text}]` : dice.pick(['a', 'one', 'b', '/p']);
}

function captureText(dice: Dice, place: Place): string {
  const { requestSlots, responseSlots } = dice.scene;
  const slots = place === 'http-request' ? requestSlots : responseSlots;
  const sample = word(sampleText(dice, place).text);
  if (place === 'http-request' && (slots === 0 || dice.once(4))) return `${sample} len ${dice.pick([1, 5, 40])}`;
  return `${sample} id ${dice.between(0, Math.max(0, slots - 1))}`;
}

/** A sample that may be a key: of addresses from maps and fields of messages HAProxy does not know the type. */
export function keyText(dice: Dice, place: Place): string {
  const { text } = sampleText(dice, place);
  return /map_[a-z]+_ip|protobuf|ungrpc/.test(text) ? 'src' : text;
}

export function trackText(dice: Dice, place: Place): string {
  const table = dice.once(4) || dice.scene.tables.length === 0 ? '' : ` table ${dice.pick(dice.scene.tables)}`;
  return word(dice.once(3) ? 'src' : keyText(dice, place)) + table;
}

const bodyActs: Readonly<Record<string, Act>> = {
  'wait-for-body': (dice) => `time 60s${dice.pick(['', ' at-least 1', ' at-least 100'])}`,
};

const loggingActs: Readonly<Record<string, Act>> = {
  'set-log-level': (dice) => (dice.once(40) ? 'loud' : dice.pick(['silent', 'info', 'err', 'debug'])),
  'set-nice': () => '5',
};

const socketActs: Readonly<Record<string, Act>> = {
  ...loggingActs,
  'set-priority-class': (dice) => dice.pick(['int(5)', 'req.hdr_val(x-num)']),
  'set-priority-offset': (dice) => dice.pick(['int(-5)', 'req.hdr_val(x-num)']),
  'wait-for-handshake': () => '',
};

const targetReplacements = ['/x', '/new\\1', '/\\2-\\1', '/\\0', '/a\\x2cb', '/%[method]\\1', '/p%[src]', '\\0'];

/** No request becomes one of HEAD: HAProxy gives its client the head alone then, and a client of GET waits for more. */
const targets: Readonly<Record<string, Act>> = {
  'set-method': (dice) => word(dice.once(5) ? 'M%[path,length]' : dice.pick(['GET', 'POST', 'PUT', 'PURGE'])),
  'set-path': (dice, place) => word(targetText(dice, place, '/new')),
  'set-pathq': (dice, place) => word(targetText(dice, place, '/new?x=1')),
  'set-query': (dice, place) =>
    word(dice.once(2) ? safeText(dice, place) : dice.pick(['x=1', '%[query]&c=3', '%[path]'])),
  'set-uri': (dice, place) =>
    word(dice.once(4) ? `http://other:81${targetText(dice, place, '/n')}` : targetText(dice, place, '/n?y')),
  'replace-path': (dice) => line(regexText(dice), dice.pick(targetReplacements)),
  'replace-pathq': (dice) => line(regexText(dice), dice.pick(targetReplacements)),
  'replace-uri': (dice) => line(regexText(dice), dice.pick(targetReplacements)),
  'early-hint': (dice, place) => line('Link', formatText(dice, place)),
  'normalize-uri': (dice) => {
    const normalizer = dice.pick(normalizers);
    // Without its option, HAProxy takes one that has a condition for "path-merge-slashes".
    return (
      normalizer + (normalizer === 'path-strip-dotdot' ? ' full' : normalizer.startsWith('percent-') ? ' strict' : '')
    );
  },
  'set-src': (dice) => dice.pick(['src', 'req.hdr_ip(x-ip)', 'req.hdr(x-ip)', 'str(192.0.2.9)', 'dst']),
  'set-dst': (dice) => dice.pick(['dst', 'req.hdr_ip(x-ip)', 'str(192.0.2.9)']),
  'set-dst-port': (dice) => dice.pick(['int(81)', 'req.hdr_val(x-num)', 'dst_port']),
  'set-src-port': (dice) => dice.pick(['int(81)', 'req.hdr_val(x-num)']),
  ...bodyActs,
};

/** A sample that leaves nothing behind that a target must not have: what HAProxy sends then, Sluice refuses to. */
function safeText(dice: Dice, place: Place): string {
  const { text, type } = sampleText(dice, place);
  return `%[${text}${canBecome(type, 'str') ? ',url_enc' : ''}]${dice.pick(plainWords)}`;
}

function targetText(dice: Dice, place: Place, fixed: string): string {
  return dice.choose([
    () => fixed,
    () => `/p%[path]`,
    () => dice.pick(paths),
    () => `/${safeText(dice, place)}`,
    () => `/${safeText(dice, place)}`,
  ]);
}

function contentText(dice: Dice, place: Place): string {
  const type = `content-type ${word(dice.pick(['text/plain', 'text/html; charset=utf-8', 'application/json']))}`;
  return dice.choose([
    () => `${type} string ${word(dice.pick(texts))}`,
    () => `${type} lf-string ${word(formatText(dice, place))}`,
    () => `${type} lf-string ${word(formatText(dice, place))}`,
    () => (dice.once(6) ? `string ${word(dice.pick(['', 'x']))}` : `${type} string ${word(dice.pick(texts))}`),
    () => 'default-errorfiles',
    () => 'errorfiles pages',
    () => `errorfile ${dice.pick(['403.http', '404.http', '500.http'])}`,
    () => '',
  ]);
}

function answerText(dice: Dice, place: Place, statuses: readonly string[]): string {
  const parts: string[] = [];
  const content = contentText(dice, place);
  // The log of HAProxy has the status of the rule, whatever that of the file.
  const ofFile = /^errorfile ([0-9]+)/.exec(content)?.[1];
  if (ofFile !== undefined) parts.push(`status ${ofFile}`);
  else if (dice.once(2)) parts.push(`status ${dice.pick(statuses)}`);
  if (content !== '') parts.push(content);
  for (let more = dice.pick([0, 0, 1, 2]); more > 0; more--) {
    // HAProxy drops fields beside an error page, and may crash when it has dropped names of proxies in them.
    const value = content.includes('errorfile') ? dice.pick(plainWords) : formatText(dice, place);
    parts.push(`hdr ${dice.pick(['X-A', 'X-New', 'Cache-Control', 'Set-Cookie'])} ${word(value)}`);
  }
  return parts.join(' ');
}

export function redirectText(dice: Dice, place: Place): string {
  const makers = [
    () => `location ${word(dice.once(2) ? dice.pick(['/x', 'http://h/', '/x?y=1']) : targetText(dice, place, '/l'))}`,
    () => `prefix ${word(dice.pick(['/', '/pre', 'http://other', '', `/%[${sampleText(dice, place).text}]`]))}`,
    () => `scheme ${word(dice.pick(['https', `%[${sampleText(dice, place).text}]`]))}`,
  ];
  // That of a response can only be one with a location.
  const how = dice.choose(place === 'http-response' && !dice.once(20) ? makers.slice(0, 1) : makers);
  const options = dice.list(0, 2, () =>
    dice.choose([
      () => `code ${dice.pick(['301', '302', '303', '307', '308', '305'])}`,
      () => `set-cookie ${dice.pick(cookieNames)}=1`,
      () => `clear-cookie ${dice.pick(cookieNames)}${dice.pick(['', '='])}`,
      () => 'drop-query',
      () => 'append-slash',
      () => 'ignore-empty',
    ]),
  );
  return [how, ...options].join(' ');
}

/** Those for which there are pages. */
const pageStatuses = ['400', '403', '404', '408', '429', '500', '503', '405', '410', '425', '502', '504'];
const errorStatuses = ['400', '403', '404', '408', '429', '500', '503', '418', '200', '204', '304'];

/** What an answer may look at: in HAProxy, one that takes the place of a response sees nothing of it. */
function seenBy(place: Place): Place {
  return place === 'http-response' ? 'connection' : place;
}

const answers: Readonly<Record<string, Act>> = {
  deny: (dice, place) =>
    dice.once(3)
      ? `deny_status ${dice.pick(dice.once(10) ? errorStatuses : pageStatuses)}`
      : answerText(dice, seenBy(place), errorStatuses),
  return: (dice, place) =>
    answerText(dice, seenBy(place), ['200', '200', '404', '503', '204', '418', dice.once(10) ? '999' : '299']),
  redirect: (dice, place) => redirectText(dice, place),
};

const conditionsOfVariables: readonly string[] = variableConditions;

const requestAnswers: Readonly<Record<string, Act>> = {
  ...answers,
  // HAProxy has let go of the request by the time it answers.
  tarpit: (dice) => answerText(dice, 'connection', errorStatuses),
  auth: (dice) => dice.pick(['', 'realm here', 'realm "two words"']),
};

const setStatus: Readonly<Record<string, Act>> = {
  'set-status': (dice) => dice.pick(['299', '503 reason "Go away"', '404', '200', '204', '304', '418 reason Tea']),
};

const actsOf: Readonly<
  Record<RulePlace['set'], { edits: Readonly<Record<string, Act>>; ends: Readonly<Record<string, Act>> }>
> = {
  'http-request': { edits: { ...edits, ...edits, ...targets, ...socketActs }, ends: { ...requestAnswers } },
  'http-response': { edits: { ...edits, ...setStatus, ...loggingActs, ...bodyActs }, ends: answers },
  'http-after-response': { edits: { ...edits, ...setStatus }, ends: {} },
};

/** One rule. Those that end the list have a condition nearly always. */
export function ruleText(dice: Dice, { set, acls, inFrontend }: RulePlace): string {
  const place: Place = set === 'http-request' ? 'http-request' : 'http-response';
  const { edits: changing, ends } = actsOf[set];
  if (dice.once(120))
    return `${set} ${dice.pick(['nonsense', 'set-headers X a', 'deny status', 'set-header X', 'tarpit x', 'allow now'])}`;
  if (dice.once(40)) return `${set} allow${conditionText(dice, place, acls, true)}`;
  if (set === 'http-request' && !inFrontend && dice.once(40)) {
    return `http-request set-timeout ${dice.pick(['server 59s', 'tunnel 58s', 'server 900000'])}`;
  }
  if (set === 'http-request' && dice.once(60)) return `http-request reject${conditionText(dice, place, acls, true)}`;
  const isEnd = Object.keys(ends).length > 0 && dice.once(5);
  const possible = Object.entries(isEnd ? ends : changing).filter(([name]) => canStand(name, set, inFrontend, dice));
  const [action, act] = dice.pick(possible);
  const told = act(dice, place);
  const number = action === 'track-sc' ? dice.pick(dice.once(20) ? ['3'] : ['0', '1', '2']) : '';
  return `${set} ${action}${number}${argumentOf(dice, action)}${told === '' ? '' : ` ${told}`}${conditionText(dice, place, acls, isEnd && !dice.once(12))}`;
}

/** Whether the scene has what the action works on. */
function canStand(action: string, set: RulePlace['set'], inFrontend: boolean, dice: Dice): boolean {
  const { scene } = dice;
  if (action === 'capture') {
    return set === 'http-request' ? inFrontend || scene.requestSlots > 0 : scene.responseSlots > 0;
  }
  if (/^(?:track-sc|sc-)/.test(action)) {
    return scene.tables.length > 0 && (set !== 'http-after-response' || dice.once(30));
  }
  return !/-(?:map|acl)$/.test(action) || (scene.editsFiles && (set !== 'http-after-response' || dice.once(30)));
}

/** What stands in parentheses behind the action. */
function argumentOf(dice: Dice, action: string): string {
  if (action.endsWith('-map')) return '(@-edit.map)';
  if (action.endsWith('-acl')) return '(@-edit.acl)';
  if (/^sc-(?:inc-gpc|set-gpt)$/.test(action)) return `(${dice.pick([0, 1, 7])},${dice.pick([0, 1, 2])})`;
  if (action.startsWith('sc-')) return `(${dice.pick([0, 0, 1, 2])})`;
  if (!/-var/.test(action)) return '';
  const conditions =
    action === 'unset-var' || !dice.once(5) ? [] : dice.list(1, 2, () => dice.pick(conditionsOfVariables));
  return `(${[variableOf(dice), ...conditions].join(',')})`;
}

function variableOf(dice: Dice): string {
  return dice.once(80) ? dice.pick(['a', 'foo.a', 'txn.', 'txn.a-b']) : variableText(dice);
}
