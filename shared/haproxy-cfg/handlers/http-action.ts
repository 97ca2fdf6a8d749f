/** Reads what an http-request, http-response or http-after-response line tells to do. */
import { findRegexProblem } from '../../language/regular-expression.ts';
import type { CommonEditRule, RequestEditRule, SetStatusRule, SocketRule } from '../../model/edit-rules.ts';
import type { HttpRequestRule } from '../../model/rules.ts';
import { type LogLevel, logLevels } from '../../model/vocabulary.ts';
import { parseCfgTime } from '../cfg-values.ts';
import type { CfgDraft } from '../proxy-draft.ts';
import { readAnswerWords, readRedirectWords } from './answer-words.ts';
import { RuleProblem } from './conditions.ts';
import { expectNothing, textOf } from './rule-words.ts';

/** An action with its arguments, without name and condition. */
export type HttpAction = Named<HttpRequestRule> | Named<SetStatusRule>;
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
}

/** Throws RuleProblem on what is wrong or not supported. */
export function readHttpAction({ set, action, argument, words }: Words, cfg: CfgDraft): HttpAction {
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
    case 'set-var':
    case 'set-var-fmt':
    case 'unset-var':
      return readVariable(action, argument, words);
    default:
      return readNote(action, words);
  }
}

function readNote(action: string, words: readonly string[]): HttpAction {
  switch (action) {
    case 'strict-mode': {
      const [mode = ''] = exactly(words, 1);
      if (mode !== 'on' && mode !== 'off')
        throw new RuleProblem(`Unexpected value '${mode}'. Only 'on' and 'off' are supported.`);
      return { action, strict: mode === 'on' };
    }
    case 'set-log-level': {
      const [level = ''] = exactly(words, 1);
      if (level !== 'silent' && !(logLevels as readonly string[]).includes(level)) {
        throw new RuleProblem("expects exactly 1 argument (log level name or 'silent').");
      }
      return { action, level: level as LogLevel | 'silent' };
    }
    case 'set-status':
      return readSetStatus(words);
    case 'set-timeout':
      return readSetTimeout(words);
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

function readVariable(
  action: 'set-var' | 'set-var-fmt' | 'unset-var',
  argument: string,
  words: readonly string[],
): HttpAction {
  if (argument.includes(','))
    throw new RuleProblem('conditions behind the name of a variable are not supported by Sluice.');
  if (!/^(?:proc|sess|txn|req|res)\./.test(argument)) {
    throw new RuleProblem(
      `invalid variable name '${argument}'. A variable name must be start by its scope. The scope can be 'proc', 'sess', 'txn', 'req' or 'res'.`,
    );
  }
  if (action === 'unset-var') {
    expectNothing(`${action}(${argument})`, words);
    return { action, variable: argument };
  }
  if (words.length === 0) throw new RuleProblem(`'${action}' expects an argument.`);
  if (action === 'set-var-fmt') return { action, variable: argument, value: words.join(' ') };
  return { action, variable: argument, expression: words.join(' ') };
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
  const [timeout = '', text = ''] = exactly(words, 2);
  if (timeout !== 'server' && timeout !== 'tunnel') {
    throw new RuleProblem("'set-timeout' rule supports 'server' or 'tunnel'.");
  }
  const time = parseCfgTime(text);
  if ('problem' in time)
    throw new RuleProblem(`expected a time, but got '${text}', which is none or not supported by Sluice.`);
  return { action: 'set-timeout', timeout, value: time.value };
}
