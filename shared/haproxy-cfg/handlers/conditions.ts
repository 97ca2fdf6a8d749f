/** Conditions of rules, and the tests of ACLs, as fields of the model. */
import { findAclKeyword } from '../../language/acl-keywords.ts';
import { AclError, parseAcl, readFields } from '../../language/parse-acl.ts';
import { predefinedAcls } from '../../language/predefined-acls.ts';
import { findPlaceProblem, type Place } from '../../language/sample-types.ts';
import { LanguageError } from '../../language/tokenize.ts';
import type { AclTest } from '../../model/acl.ts';
import type { ProxyDraft } from '../proxy-draft.ts';

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

/** Where a rule stands whose condition is read: what is never there cannot match, which is told by `warn`. */
export interface RulePlace {
  readonly place: Place;
  readonly warn: (text: string) => void;
  /** How HAProxy names the place, such as "frontend http-response header rule". */
  readonly name: string;
}

/**
 * The condition after "if" or "unless" in the words of a rule, as a field of the model; the words before it. Where the place
 * is given, a test of what is not there gives way to one that fails, as it would at every request.
 */
export function splitCondition(
  words: readonly string[],
  { aclsByName }: Pick<ProxyDraft, 'aclsByName'>,
  place?: RulePlace,
): {
  before: readonly string[];
  condition: { if?: string; unless?: string };
} {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return { before: words, condition: {} };
  const text = conditionText(words.slice(at + 1), aclsByName, place);
  return { before: words.slice(0, at), condition: words[at] === 'if' ? { if: text } : { unless: text } };
}

const never = '{ always_false }';

function conditionText(words: readonly string[], known: ProxyDraft['aclsByName'], place?: RulePlace): string {
  if (words.length === 0) throw new ConditionProblem('missing ACL name or anonymous ACL after the keyword.');
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word !== '{' && word !== '!{') {
      const name = word.replace(/^!+/, '');
      const isName = word !== 'or' && word !== '||' && word !== '!';
      if (isName) checkName(name, known);
      parts.push(isName && neverMatches(name, known, place) ? word.slice(0, word.length - name.length) + never : word);
      continue;
    }
    const end = words.indexOf('}', at);
    if (end < 0) throw new ConditionProblem("missing closing '}' in condition.");
    const test = readTest(words.slice(at + 1, end));
    at = end;
    if (place !== undefined && missesIn(place.place, test)) {
      const why = `because it uses keyword '${keywordOf(test)}' which is incompatible with '${place.name}'`;
      place.warn(`anonymous acl will never match ${why}`);
      parts.push(word.slice(0, -1) + never);
      continue;
    }
    const { criterion, flags, values } = test;
    parts.push(word, quoteWord(criterion), ...(flags ?? []).map(quoteFlag));
    if (values !== undefined) parts.push('--', ...values.map(quoteWord));
    parts.push('}');
  }
  return parts.join(' ');
}

/** Whether an ACL looks only at what is not there. */
function neverMatches(name: string, known: ProxyDraft['aclsByName'], place: RulePlace | undefined): boolean {
  if (place === undefined) return false;
  const own = known.get(name);
  // One that was refused is known without a criterion.
  if (own?.criterion === '') return false;
  const predefined = predefinedAcls.get(name);
  const misses =
    own === undefined
      ? predefined !== undefined && findPlaceProblem(predefined.sample.fetch.needs, place.place) !== undefined
      : [own, ...(own.or ?? [])].every((test) => missesIn(place.place, test));
  if (misses) {
    const why = `because it only involves keywords that are incompatible with '${place.name}'`;
    place.warn(`acl '${name}' will never match ${why}`);
  }
  return misses;
}

function missesIn(place: Place, test: AclTest): boolean {
  return findPlaceProblem(parseAcl(test).sample.fetch.needs, place) !== undefined;
}

/** The criterion without arguments and converters. */
function keywordOf({ criterion }: AclTest): string {
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
