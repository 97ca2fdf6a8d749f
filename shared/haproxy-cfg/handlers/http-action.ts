/** Reads what an http-request, http-response or http-after-response line tells to do. */
import { findRegexProblem } from '../../language/regular-expression.ts';
import type {
  AddressRule,
  CommonEditRule,
  PriorityRule,
  RequestEditRule,
  SetStatusRule,
  SocketRule,
  VariableRule,
} from '../../model/edit-rules.ts';
import type { HttpRequestRule, HttpResponseRule } from '../../model/rules.ts';
import {
  type LogLevel,
  logLevels,
  normalizers,
  type VariableCondition,
  variableConditions,
} from '../../model/vocabulary.ts';
import { parseCfgSize, parseCfgTime } from '../cfg-values.ts';
import type { CfgDraft, ProxyDraft } from '../proxy-draft.ts';
import { readAnswerWords, readRedirectWords } from './answer-words.ts';
import { readCaptureRule } from './capture-lines.ts';
import { RuleProblem } from './conditions.ts';
import { expectNothing, textOf } from './rule-words.ts';
import { readTrackingAction } from './stick-rules.ts';

/** An action with its arguments, without name and condition. */
export type HttpAction = Named<HttpRequestRule> | Named<SetStatusRule> | Named<HttpResponseRule>;
type Named<Rule> = Rule extends unknown ? Omit<Rule, 'name'> : never;
type Action<Name> = Name extends unknown
  ? Extract<CommonEditRule | SocketRule | RequestEditRule, { action: Name }>
  : never;

interface Words {
  /** The rule set, such as "http-request". */
  readonly set: string;
  readonly action: string;
  /** What stands in parentheses behind the action. */
  readonly argument: string;
  readonly words: readonly string[];
  /** Whose rule it is. */
  readonly draft: ProxyDraft;
}

/** Throws RuleProblem on what is wrong or not supported. */
export function readHttpAction({ set, action, argument, words, draft }: Words, cfg: CfgDraft): HttpAction {
  switch (action) {
    case 'allow':
    case 'reject':
    case 'silent-drop':
      expectNothing(`${set} ${action}`, words);
      return { action };
    case 'deny':
    case 'tarpit':
    case 'return':
      return { action, ...readAnswerWords(action, words, cfg, set) };
    case 'redirect':
      return readRedirectWords(words);
    case 'auth':
      return readAuth(words);
    case 'set-header':
    case 'add-header':
    case 'early-hint': {
      const [header = '', value = ''] = exactly(words, 2);
      return { action, header, value };
    }
    case 'del-header':
      return readDelHeader(words);
    case 'replace-header':
    case 'replace-value': {
      const [header = '', regex = '', value = ''] = exactly(words, 3);
      return { action, header, regex: checked(regex), value };
    }
    case 'replace-path':
    case 'replace-pathq':
    case 'replace-uri': {
      const [regex = '', value = ''] = exactly(words, 2);
      return { action, regex: checked(regex), value };
    }
    case 'set-method':
    case 'set-path':
    case 'set-pathq':
    case 'set-query':
    case 'set-uri': {
      const [value = ''] = exactly(words, 1);
      return { action, value };
    }
    case 'wait-for-body':
      return readWaitForBody(set, words);
    case 'wait-for-handshake':
      expectNothing(`${set} ${action}`, words);
      return { action };
    case 'normalize-uri':
      return readNormalizeUri(words);
    case 'capture':
      return readCaptureRule(set, words, draft);
    case 'set-map':
    case 'del-map':
    case 'add-acl':
    case 'del-acl':
      return readPatternEdit({ set, action, argument, words, draft }, action);
    default:
      return readTrackingAction(set, action, argument, words) ?? readNote(action, argument, words);
  }
}

function readAuth(words: readonly string[]): HttpAction {
  const [word, realm, ...more] = words;
  if (word === undefined) return { action: 'auth' };
  if (word !== 'realm') expectNothing('http-request auth', words);
  if (realm === undefined) throw new RuleProblem('missing realm value.\n.');
  expectNothing('http-request auth', more);
  return { action: 'auth', realm };
}

function readNote(action: string, argument: string, words: readonly string[]): HttpAction {
  switch (action) {
    case 'strict-mode': {
      const [mode = ''] = exactly(words, 1);
      if (mode !== 'on' && mode !== 'off')
        throw new RuleProblem(`Unexpected value '${mode}'. Only 'on' and 'off' are supported.`);
      return { action, strict: mode === 'on' };
    }
    case 'set-status':
      return readSetStatus(words);
    case 'set-timeout':
      return readSetTimeout(words);
    default:
      return readConnectionAction(action, argument, words);
  }
}

/** What rules on connections may do as well: note something of them, beside what they bring. */
export type ConnectionAction = Named<VariableRule> | Named<AddressRule> | Named<PriorityRule> | Named<SocketRule>;

/** Throws RuleProblem on what is wrong or not supported. */
export function readConnectionAction(action: string, argument: string, words: readonly string[]): ConnectionAction {
  switch (action) {
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
      return readVariable(action, argument, words);
    case 'set-src':
    case 'set-src-port':
    case 'set-dst':
    case 'set-dst-port':
    case 'set-priority-class':
    case 'set-priority-offset':
      if (words.length === 0) throw new RuleProblem('missing fetch method.');
      return { action, expression: words.join(' ') };
    case 'set-log-level': {
      const [level = ''] = exactly(words, 1);
      if (level !== 'silent' && !(logLevels as readonly string[]).includes(level)) {
        throw new RuleProblem("expects exactly 1 argument (log level name or 'silent').");
      }
      return { action, level: level as LogLevel | 'silent' };
    }
    case 'set-nice':
      return { action, nice: Math.max(-1024, Math.min(1024, integer(words))) };
    case 'set-mark':
      return { action, mark: integer(words) };
    case 'set-tos':
      return { action, tos: integer(words) };
    default:
      throw new RuleProblem(`action '${action}' is not supported by Sluice.`);
  }
}

/** HAProxy takes an empty word for a missing one; a text that is empty is an expression of nothing. */
function exactly(words: readonly string[], count: number): readonly string[] {
  if (words.length === count && !words.includes('')) return words.map(textOf);
  throw new RuleProblem(`expects exactly ${count} argument${count === 1 ? '' : 's'}.`);
}

/** `set-map(FILE) KEY VALUE` and its kin. */
function readPatternEdit(
  { set, argument, words }: Words,
  action: 'set-map' | 'del-map' | 'add-acl' | 'del-acl',
): HttpAction {
  if (argument === '') throw new RuleProblem(`'${action}' without the name of a file is not supported by Sluice.`);
  const count = action === 'set-map' ? 2 : 1;
  const [key, value = ''] = words.map(textOf);
  if (key === undefined || words.length < count) throw new RuleProblem(`expects exactly ${count} arguments.`);
  expectNothing(`${set} ${action}(${argument})`, words.slice(count));
  if (action === 'set-map') return { action, map: argument, key, value };
  return action === 'del-map' ? { action, map: argument, key } : { action, aclFile: argument, key };
}

function integer(words: readonly string[]): number {
  const [word = ''] = exactly(words, 1);
  if (!/^(?:-?[0-9]+|0x[0-9a-f]+)$/i.test(word))
    throw new RuleProblem(`invalid character in '${word}', which is no integer.`);
  return Number(word);
}

function checked(regex: string): string {
  const problem = findRegexProblem(regex, false);
  if (problem !== undefined) throw new RuleProblem(`regex '${regex}' is invalid: ${problem}`);
  return regex;
}

function readDelHeader(words: readonly string[]): Omit<Action<'del-header'>, 'name'> {
  const [header = '', flag, match] = words;
  const known = ['str', 'beg', 'end', 'sub', 'reg'] as const;
  if (header === '' || words.length > 3) throw new RuleProblem("expects '<name>' and optionally '-m <method>'.");
  if (flag === undefined) return { action: 'del-header', header };
  const method = known.find((each) => each === match);
  if (flag !== '-m' || method === undefined) {
    throw new RuleProblem("'-m' expects one of 'str', 'beg', 'end', 'sub' and 'reg'.");
  }
  return { action: 'del-header', header: method === 'reg' ? checked(header) : header, match: method };
}

export function readVariable(
  action: 'set-var' | 'set-var-fmt' | 'unset-var',
  argument: string,
  words: readonly string[],
): Named<VariableRule> {
  const [variable = '', ...given] = argument.split(',');
  checkVariableName(variable);
  if (action === 'unset-var') {
    if (given.length > 0) {
      throw new RuleProblem(
        'unset-var does not expect parameters after the variable name. Only "set-var" and "set-var-fmt" manage conditions.',
      );
    }
    expectNothing(`${action}(${argument})`, words);
    return { action, variable };
  }
  const conditions = readVariableConditions(given);
  if (words.length === 0) throw new RuleProblem(`'${action}' expects an argument.`);
  const text = words.join(' ');
  if (action === 'set-var-fmt') return { action, variable, value: textOf(text), ...conditions };
  return { action, variable, expression: text, ...conditions };
}

/** Throws RuleProblem where a text is no name of a variable. */
function checkVariableName(variable: string): void {
  if (!/^(?:proc|sess|txn|req|res|check)\../.test(variable)) {
    throw new RuleProblem(
      `invalid variable name '${variable}'. A variable name must be start by its scope. The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'.`,
    );
  }
  const wrong = variable.search(/[^A-Za-z0-9_.]/);
  if (wrong >= 0) throw new RuleProblem(`invalid syntax at char '${variable.slice(wrong)})'.`);
}

function readVariableConditions(words: readonly string[]): { conditions?: VariableCondition[] } {
  const conditions = new Set<VariableCondition>();
  for (const word of words) {
    if (word === '') continue;
    const condition = variableConditions.find((known) => known === word);
    if (condition === undefined) throw new RuleProblem(`unknown condition "${word}".`);
    conditions.add(condition);
  }
  return conditions.size === 0 ? {} : { conditions: [...conditions] };
}

function readNormalizeUri([normalizer, option, ...more]: readonly string[]): HttpAction {
  const found = normalizers.find((known) => known === normalizer);
  if (normalizer === undefined) throw new RuleProblem('missing argument <normalizer>.');
  if (found === undefined) throw new RuleProblem(`unknown normalizer '${normalizer}'.`);
  const action = 'normalize-uri';
  const surplus = (words: readonly string[]) => expectNothing(`http-request ${action}`, words);
  const known = found === 'path-strip-dotdot' ? 'full' : found.startsWith('percent-') ? 'strict' : undefined;
  if (option === undefined) return { action, normalizer: found };
  if (known === undefined) surplus([option]);
  if (option !== known) throw new RuleProblem(`unknown argument '${option}' for '${found}' normalizer.`);
  surplus(more);
  return { action, normalizer: found, [known]: true };
}

function readSetStatus([word = '', ...more]: readonly string[]): HttpAction {
  const status = /^[0-9]{3}$/.test(word) ? Number(word) : 0;
  if (status < 100 || status > 999) throw new RuleProblem('expects an integer status code between 100 and 999.');
  if (status < 200 || status > 599) throw new RuleProblem(`status '${word}' is not supported by Sluice.`);
  const [keyword, reason] = more;
  if (keyword === undefined) return { action: 'set-status', status };
  if (keyword !== 'reason' || reason === undefined || more.length > 2) {
    throw new RuleProblem("expects 'set-status <status> [reason <str>]'.");
  }
  return { action: 'set-status', status, reason };
}

function readSetTimeout(words: readonly string[]): HttpAction {
  const [timeout = '', text = '', ...more] = words;
  if (text === '') throw new RuleProblem('expects 2 arguments: the timeout and its value.');
  if (timeout !== 'server' && timeout !== 'tunnel') {
    throw new RuleProblem("'set-timeout' rule supports 'server' or 'tunnel'.");
  }
  const time = parseCfgTime(text);
  if ('problem' in time) {
    if (/^[0-9]/.test(text)) throw new RuleProblem(`unexpected character '${time.problem}' in the time '${text}'.`);
    return { action: 'set-timeout', timeout, expression: [text, ...more].join(' ') };
  }
  return { action: 'set-timeout', timeout, value: time.value };
}

/** `wait-for-body time TIME [at-least SIZE]`. */
function readWaitForBody(set: string, words: readonly string[]): Omit<Action<'wait-for-body'>, 'name'> {
  let time: string | undefined;
  let atLeast: number | undefined;
  for (let at = 0; at < words.length; at += 2) {
    const [word = '', value] = words.slice(at, at + 2);
    if (word !== 'time' && word !== 'at-least') {
      expectNothing(`${set} wait-for-body`, time === undefined ? [] : [word]);
      break;
    }
    if (value === undefined) throw new RuleProblem(`missing argument for '${word}'.`);
    if (word === 'time') {
      const read = parseCfgTime(value);
      if ('problem' in read) throw new RuleProblem(`unexpected character '${read.problem}'.`);
      time = read.value;
    } else {
      atLeast = parseCfgSize(value);
      if (atLeast === undefined) throw new RuleProblem(`unexpected character '${/[^0-9]/.exec(value)?.[0] ?? ''}'.`);
    }
  }
  if (time === undefined) throw new RuleProblem('expects time <time> [ at-least <bytes> ].');
  return { action: 'wait-for-body', time, ...(atLeast !== undefined && { atLeast }) };
}
