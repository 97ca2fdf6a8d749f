/** What rules do with stick tables: `track-sc`, counters and tags of what is tracked, and `stick` lines. */
import { parseSample } from '../../language/parse-sample.ts';
import { LanguageError } from '../../language/tokenize.ts';
import type { HttpStickRule, StickRule } from '../../model/stick-rules.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { ConditionProblem, RuleProblem, splitCondition } from './conditions.ts';
import { describe, expectNothing } from './rule-words.ts';

type Named<Rule> = Rule extends unknown ? Omit<Rule, 'name'> : never;

/** An action without name and condition. */
export type TrackingAction = Named<HttpStickRule>;

/** The numbers in the parentheses of an action, and how HAProxy names them. */
interface Numbers {
  readonly array?: 'gpc' | 'gpt';
  readonly what: string;
}

/**
 * Reads a tracking action; undefined for any other. `set` is the rule set, `argument` what stands in parentheses. Throws
 * RuleProblem.
 */
export function readTrackingAction(
  set: string,
  action: string,
  argument: string,
  words: readonly string[],
): TrackingAction | undefined {
  const what = `${action}(${argument})`;
  switch (action) {
    case 'track-sc0':
    case 'track-sc1':
    case 'track-sc2':
      return { action, ...readTrack(`${set} ${action}`, words) };
    case 'sc-inc-gpc': {
      const numbers = readNumbers(argument, { array: 'gpc', what });
      expectNothing(`${set} ${what}`, words);
      return { action, ...numbers };
    }
    case 'sc-inc-gpc0':
    case 'sc-inc-gpc1':
      expectNothing(`${set} ${what}`, words);
      return { action, counter: readCounter(argument, { what: `${what}(<Track ID>)` }) };
    case 'sc-set-gpt':
      return { action, ...readNumbers(argument, { array: 'gpt', what }), ...readValue(`${set} ${what}`, words) };
    case 'sc-set-gpt0': {
      const counter = readCounter(argument, { what: 'sc-set-gpt0(<Track ID>)' }, what);
      return { action, counter, ...readValue(`${set} ${what}`, words) };
    }
    default:
      return undefined;
  }
}

function readTrack(what: string, words: readonly string[]): { key: string; table?: string } {
  const [key, keyword, table, ...rest] = words;
  if (key === undefined) throw new RuleProblem('missing fetch method.');
  checkExpression(key);
  if (keyword !== 'table') {
    expectNothing(what, words.slice(1));
    return { key };
  }
  if (table === undefined) throw new RuleProblem('missing table name.');
  expectNothing(what, rest);
  return { key, table };
}

function readNumbers(argument: string, { array = 'gpc', what }: Numbers): { index: number; counter: number } {
  const [first = '', second] = argument.split(',');
  const shown = `sc-${array === 'gpc' ? 'inc' : 'set'}-${array}(<${array.toUpperCase()} ID>,<Track ID>)`;
  if (!/^[0-9]+$/.test(first) || second === undefined) {
    throw new RuleProblem(`Missing ${array} ID '${what}'. Expects ${shown}.`);
  }
  if (Number(first) > 99) throw new RuleProblem(`invalid ${array} ID '${what}'. The max allowed ID is 99.`);
  return { index: Number(first), counter: readCounter(second, { what: shown }, what) };
}

/** `what` is how the action is written, `shown` the way it stands in the file where HAProxy repeats that. */
function readCounter(text: string, { what }: Numbers, shown?: string): number {
  const subject = `invalid stick table track ID${shown === undefined ? '' : ` '${shown}'`}`;
  if (!/^[0-9]*$/.test(text)) throw new RuleProblem(`${subject}. Expects ${what}.`);
  if (Number(text) > 2) throw new RuleProblem(`${subject}. The max allowed ID is 2.`);
  return Number(text);
}

/** A number, or an expression for one. */
function readValue(what: string, words: readonly string[]): { value: number } | { expression: string } {
  const [word, ...rest] = words;
  if (word === undefined) throw new RuleProblem('expects a value or an expression.');
  expectNothing(what, rest);
  if (/^[+-]?[0-9]+$/.test(word)) return { value: Number(BigInt.asUintN(32, BigInt(word.replace('+', '')))) };
  checkExpression(word);
  return { expression: word };
}

/** HAProxy's words for what it has no name for; whether it fits its place is told later. */
function checkExpression(text: string): void {
  const problem = findExpressionProblem(text);
  if (problem !== undefined) throw new RuleProblem(`${problem}.`);
}

function findExpressionProblem(text: string): string | undefined {
  try {
    parseSample(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    const [, kind, name] = /^unknown (fetch|converter) "([^"]*)"/.exec(error.message) ?? [];
    return kind === undefined ? error.message : `unknown ${kind === 'fetch' ? 'fetch method' : kind} '${name}'`;
  }
}

/** `stick on|match|store-request|store-response PATTERN [table T] [if|unless CONDITION]`. */
export function readStick(statement: Statement, draft: ProxyDraft): void {
  const type = statement.keyword.slice('stick '.length) as StickRule['type'];
  try {
    const { before, condition } = splitCondition(statement, statement.args, draft);
    const [pattern, keyword, table, ...rest] = before;
    if (pattern === undefined) {
      statement.alert("'stick' expects a fetch method.");
      return;
    }
    const problem = findExpressionProblem(pattern);
    const unknown = keyword === 'table' ? rest[0] : keyword;
    if (problem !== undefined) statement.alert(`'stick': ${problem}`);
    else if (unknown !== undefined) statement.alert(`'stick': unknown keyword '${unknown}'.`);
    else {
      const name = `rule-${draft.stickRules.length + 1}`;
      const given = keyword === 'table' ? { table: table ?? '' } : {};
      const item = { name, ...describe(statement), type, pattern, ...given, ...condition };
      draft.stickRules.push({ item, line: statement.line });
    }
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    const what = error instanceof ConditionProblem ? 'error detected while parsing sticking condition : ' : '';
    statement.alert(`'stick': ${what}${error.message}`);
  }
}
