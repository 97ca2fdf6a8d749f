/** Conditions of rules, and the tests of ACLs, as fields of the model. */
import { findAclKeyword } from '../../language/acl-keywords.ts';
import { AclError, parseAcl, readFields } from '../../language/parse-acl.ts';
import { predefinedAcls } from '../../language/predefined-acls.ts';
import { LanguageError } from '../../language/tokenize.ts';
import type { AclTest } from '../../model/acl.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { fitOfPredefined, fitOfTest, type Miss, placeOfRule, type RulePlace, warnOfMisses } from './rule-places.ts';

/** What is wrong with a rule, in HAProxy's words where it has any. */
export class RuleProblem extends Error {}

/** The same, for what stands after "if" or "unless". */
export class ConditionProblem extends RuleProblem {}

/** Criterion, flags and values; `path -m beg` becomes `path_beg`. */
export function readTest(words: readonly string[]): AclTest {
  const [first, ...rest] = words.map((text, index) => ({ text, column: index, quoted: false }));
  if (first === undefined || first.text === '') throw new RuleProblem("missing fetch method in ACL expression ''.");
  const { fields } = readFields(first, rest);
  try {
    parseAcl(fields);
  } catch (error) {
    if (!(error instanceof LanguageError || error instanceof AclError)) throw error;
    if (error instanceof AclError && / is no IP address or network/.test(error.message)) {
      throw new RuleProblem(`'${fields.values[error.index]}' is not a valid IPv4 or IPv6 address.`);
    }
    const where = error instanceof LanguageError && error.column > 1 ? `, column ${error.column}` : '';
    throw new RuleProblem(`${error.message} in ACL expression '${first.text}'${where}.`);
  }
  const criterion = withMatch(fields.criterion, fields.flags);
  // Names are never resolved.
  const flags = fields.flags.filter(
    (flag) => /^-[fiMmu]/.test(flag) && (criterion === fields.criterion || !flag.startsWith('-m')),
  );
  return {
    criterion,
    ...(flags.length > 0 && { flags: [...new Set(flags)] }),
    ...(fields.values.length > 0 && { values: [...fields.values] }),
  };
}

/** `hdr(host) -m beg` as `hdr_beg(host)`, where there is such a name. */
function withMatch(criterion: string, flags: readonly string[]): string {
  const methods = flags.filter((flag) => flag.startsWith('-m'));
  const [, name = '', rest = ''] = /^([a-z]+)(\([^()]*\))?$/s.exec(criterion) ?? [];
  const derived = `${name}_${methods[0]?.slice(3)}`;
  return methods.length === 1 && name !== '' && !('problem' in findAclKeyword(derived)) ? derived + rest : criterion;
}

/**
 * The condition after "if" or "unless" in the words of a rule, as a field of the model; the words before it. A test of what
 * is never there in rules of its kind gives way to one that fails, as it would at every request.
 */
export function splitCondition(
  statement: Statement,
  words: readonly string[],
  draft: Pick<ProxyDraft, 'aclsByName' | 'kind'>,
): {
  before: readonly string[];
  condition: { if?: string; unless?: string };
} {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return { before: words, condition: {} };
  const text = conditionText(statement, words.slice(at + 1), draft);
  return { before: words.slice(0, at), condition: words[at] === 'if' ? { if: text } : { unless: text } };
}

const never = '{ always_false }';

/** The words that may stand for a term: one of them must hold where there are several. */
type Choices = readonly string[];

function conditionText(
  statement: Statement,
  words: readonly string[],
  { aclsByName: known, kind }: Pick<ProxyDraft, 'aclsByName' | 'kind'>,
): string {
  if (words.length === 0) throw new ConditionProblem('missing ACL name or anonymous ACL after the keyword.');
  const place = placeOfRule(statement.keyword, { kind });
  const alternatives: Choices[][] = [[]];
  const separators: string[] = [];
  const misses: Miss[] = [];
  const problems: string[] = [];
  let signs = '';
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (signs === '' && (word === 'or' || word === '||')) {
      separators.push(word);
      alternatives.push([]);
      continue;
    }
    signs += /^!*/.exec(word)?.[0] ?? '';
    const name = word.replace(/^!+/, '');
    if (name === '') continue;
    const sign = signs.length % 2 === 1 ? '!' : '';
    signs = '';
    const current = alternatives.at(-1) as Choices[];
    if (name !== '{') {
      checkName(name, known);
      current.push(termOfAcl(name, sign, { known, place, misses, problems }));
      continue;
    }
    const end = words.indexOf('}', at);
    if (end < 0) throw new ConditionProblem("missing closing '}' in condition.");
    const test = readTestOf(words.slice(at + 1, end));
    const { warned, problem } = fitOfTest(test, place);
    if (warned) misses.push({ acl: '', keyword: keywordOf(words[at + 1] ?? ''), whole: true });
    if (problem !== undefined) problems.push(problem);
    current.push([sign + (problem === undefined ? braced(test) : never)]);
    at = end;
  }
  if (signs !== '') throw new ConditionProblem("no such ACL : ''.");
  warnOfMisses(statement, place, misses);
  if (problems.length > 0) {
    statement.report.change(statement.line, `what is not there is taken for a test that never holds: ${problems[0]}`);
  }
  return alternatives.map((terms, index) => (separators[index - 1] ?? '') + writeTerms(terms, index > 0)).join(' ');
}

/** An alternative for each way of taking one choice of every term. */
function writeTerms(terms: readonly Choices[], follows: boolean): string {
  let texts = [''];
  for (const choices of terms) texts = texts.flatMap((text) => choices.map((choice) => `${text} ${choice}`));
  const [first = '', ...others] = texts;
  return [follows ? first : first.slice(1), ...others].join(' or');
}

/** What the terms of a condition are held against, and what has been found of them. */
interface Findings {
  readonly known: ProxyDraft['aclsByName'];
  readonly place: RulePlace;
  readonly misses: Miss[];
  readonly problems: string[];
}

/** A named ACL: its name, or where a part of it can never hold the tests that are left. */
function termOfAcl(name: string, sign: string, { known, place, misses, problems }: Findings): Choices {
  const own = known.get(name);
  // One that was refused is known without a criterion.
  if (own?.criterion === '') return [sign + name];
  const tests = own === undefined ? [] : [own, ...(own.or ?? [])];
  const fits = own === undefined ? [fitOfPredefined(name, place)] : tests.map((test) => fitOfTest(test, place));
  const warned = fits.findIndex((fit) => fit.warned);
  if (warned >= 0) {
    const whole = fits.every((fit) => fit.warned);
    misses.push({ acl: name, keyword: keywordOf(tests[warned]?.criterion ?? name), whole });
  }
  const problem = fits.find((fit) => fit.problem !== undefined)?.problem;
  if (problem === undefined) return [sign + name];
  problems.push(problem);
  const left = tests.filter((_, index) => fits[index]?.problem === undefined).map((test) => sign + braced(test));
  if (left.length === 0) return [sign + never];
  return sign === '' ? left : [left.join(' ')];
}

/** A test as an anonymous ACL. */
function braced({ criterion, flags, values }: AclTest): string {
  const words = [quoteWord(criterion), ...(flags ?? []).map(quoteFlag)];
  if (values !== undefined) words.push('--', ...values.map(quoteWord));
  return `{ ${words.join(' ')} }`;
}

/** A test that stands in a condition. */
function readTestOf(words: readonly string[]): AclTest {
  try {
    return readTest(words);
  } catch (error) {
    throw error instanceof RuleProblem ? new ConditionProblem(error.message) : error;
  }
}

/** A criterion without arguments and converters. */
function keywordOf(criterion: string): string {
  return criterion.replace(/[(,].*$/s, '');
}

/** HAProxy knows the ACLs of the lines above, and a few that it has defined itself. */
function checkName(name: string, known: ProxyDraft['aclsByName']): void {
  if (known.has(name) || predefinedAcls.has(name)) return;
  throw new ConditionProblem(`no such ACL : '${name}'.`);
}

/** The name of a file is a word of its own. */
function quoteFlag(flag: string): string {
  return flag.startsWith('-f ') ? `-f ${quoteWord(flag.slice(3))}` : flag;
}

/** A word as the language of conditions reads it back. */
function quoteWord(word: string): string {
  return /^[^\s"'\\{}]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}
