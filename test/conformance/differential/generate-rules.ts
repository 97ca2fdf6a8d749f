/** Lines with rules: every action that Sluice has, and now and then one that neither program takes. */
import { canBecome, type Place } from '../../../shared/language/sample-types.ts';
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
const logVariables = ['%HM', '%HU', '%HPO', '%HV', '%ci', '%f', '%ft', '%b', '%fi', '%fp', '%%'];

/** A text of a rule: words, samples, a few of the variables of the log. */
export function formatText(dice: Dice, place: Place): string {
  const parts = dice.list(1, 3, () =>
    dice.choose([
      () => dice.pick(plainWords),
      () => dice.pick(texts).replaceAll('%', '%%'),
      () => `%${dice.pick(flags)}[${sampleText(dice, place).text}]`,
      () => `%${dice.pick(flags)}[${sampleText(dice, place).text}]`,
      () => dice.pick(place === 'connection' ? ['%ci', '%f', '%%'] : logVariables),
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
  'replace-header': (dice, place) => line(fieldName(dice, place), dice.pick(regexes), replacementText(dice, place)),
  'replace-value': (dice, place) => line(fieldName(dice, place), dice.pick(regexes), replacementText(dice, place)),
  'set-var': (dice, place) => word(sampleText(dice, place).text),
  'set-var-fmt': (dice, place) => word(formatText(dice, place)),
  'unset-var': () => '',
  'strict-mode': (dice) => dice.pick(['on', 'off', 'off']),
};

const socketActs: Readonly<Record<string, Act>> = {
  'set-log-level': (dice) => dice.pick(['silent', 'info', 'err', 'debug', 'loud']),
  'set-nice': () => '5',
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
  'replace-path': (dice) => line(dice.pick(regexes), dice.pick(targetReplacements)),
  'replace-pathq': (dice) => line(dice.pick(regexes), dice.pick(targetReplacements)),
  'replace-uri': (dice) => line(dice.pick(regexes), dice.pick(targetReplacements)),
  'early-hint': (dice, place) => line('Link', formatText(dice, place)),
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
    () => `string ${word(dice.pick(['', 'x']))}`,
    () => 'default-errorfiles',
    () => '',
  ]);
}

function answerText(dice: Dice, place: Place, statuses: readonly string[]): string {
  const parts: string[] = [];
  if (dice.once(2)) parts.push(`status ${dice.pick(statuses)}`);
  const content = contentText(dice, place);
  if (content !== '') parts.push(content);
  for (let more = dice.pick([0, 0, 1, 2]); more > 0; more--) {
    parts.push(
      `hdr ${word(dice.pick(['X-A', 'X-New', 'Cache-Control', 'Set-Cookie']))} ${word(formatText(dice, place))}`,
    );
  }
  return parts.join(' ');
}

export function redirectText(dice: Dice, place: Place): string {
  const how = dice.choose([
    () => `location ${word(dice.once(2) ? dice.pick(['/x', 'http://h/', '/x?y=1']) : targetText(dice, place, '/l'))}`,
    () => `prefix ${word(dice.pick(['/', '/pre', 'http://other', '', `/%[${sampleText(dice, place).text}]`]))}`,
    () => `scheme ${word(dice.pick(['https', `%[${sampleText(dice, place).text}]`]))}`,
  ]);
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

const errorStatuses = ['400', '403', '404', '408', '429', '500', '503', '418', '200', '204', '304'];

const answers: Readonly<Record<string, Act>> = {
  deny: (dice, place) =>
    dice.once(3) ? `deny_status ${dice.pick(errorStatuses)}` : answerText(dice, place, errorStatuses),
  return: (dice, place) => answerText(dice, place, ['200', '200', '404', '503', '204', '418', '999']),
  redirect: (dice, place) => redirectText(dice, place),
};

const requestAnswers: Readonly<Record<string, Act>> = {
  ...answers,
  // HAProxy has let go of the request by the time it answers.
  tarpit: (dice) => answerText(dice, 'connection', errorStatuses),
};

const setStatus: Readonly<Record<string, Act>> = {
  'set-status': (dice) => dice.pick(['299', '503 reason "Go away"', '404', '200', '204', '304', '418 reason Tea']),
};

const actsOf: Readonly<
  Record<RulePlace['set'], { edits: Readonly<Record<string, Act>>; ends: Readonly<Record<string, Act>> }>
> = {
  'http-request': { edits: { ...edits, ...edits, ...targets, ...socketActs }, ends: { ...requestAnswers } },
  'http-response': { edits: { ...edits, ...setStatus, ...socketActs }, ends: answers },
  'http-after-response': { edits: { ...edits, ...setStatus }, ends: {} },
};

/** One rule. Those that end the list have a condition nearly always. */
export function ruleText(dice: Dice, { set, acls, inFrontend }: RulePlace): string {
  const place: Place = set === 'http-request' ? 'http-request' : 'http-response';
  const { edits: changing, ends } = actsOf[set];
  if (dice.once(120))
    return `${set} ${dice.pick(['nonsense', 'set-headers X a', 'deny status', 'set-header X', 'tarpit x', 'allow now'])}`;
  if (dice.once(40)) return `${set} allow${conditionText(dice, place, acls, true)}`;
  if (set === 'http-request' && !inFrontend && dice.once(40)) return 'http-request set-timeout server 2s';
  if (set === 'http-request' && dice.once(60)) return `http-request reject${conditionText(dice, place, acls, true)}`;
  const isEnd = Object.keys(ends).length > 0 && dice.once(5);
  const [action, act] = dice.pick(Object.entries(isEnd ? ends : changing));
  const argument = /-var/.test(action) ? `(${variableOf(dice)})` : '';
  const told = act(dice, place);
  return `${set} ${action}${argument}${told === '' ? '' : ` ${told}`}${conditionText(dice, place, acls, isEnd && !dice.once(12))}`;
}

function variableOf(dice: Dice): string {
  return dice.once(80) ? dice.pick(['a', 'foo.a', 'txn.', 'txn.a-b']) : variableText(dice);
}
