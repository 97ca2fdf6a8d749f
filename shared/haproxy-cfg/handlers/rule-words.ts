/** What the lines of all rules have in common: ACL tests, the condition at the end, and how what is wrong is told. */
import { parseCriterion } from '../../language/criteria.ts';
import type { AclTest } from '../../model/acl.ts';
import type { Statement } from '../statement.ts';

export class RuleProblem extends Error {}

/** Criterion, flags and values; `path -m beg` becomes `path_beg`. */
export function readTest(words: readonly string[]): AclTest {
  const [fetch = '', ...rest] = words;
  if (fetch === '') throw new RuleProblem("missing fetch method in ACL expression ''.");
  let criterion = fetch;
  let ignoreCase = false;
  let at = 0;
  for (; at < rest.length && rest[at]?.startsWith('-'); at++) {
    const flag = rest[at] ?? '';
    if (flag === '--') {
      at++;
      break;
    }
    if (flag === '-i') ignoreCase = true;
    else if (flag === '-m') criterion = withMatch(fetch, rest[++at] ?? '');
    else throw new RuleProblem(`flag '${flag}' is not supported by Sluice.`);
  }
  const parsed = parseCriterion(criterion);
  if ('problem' in parsed) {
    const name = criterion.replace(/\(.*/s, '');
    throw new RuleProblem(
      `unknown fetch method '${name}' in ACL expression '${fetch}', or one that Sluice does not support.`,
    );
  }
  const values = rest.slice(at);
  if (values.length === 0) throw new RuleProblem(`'${criterion}' needs a pattern to match against.`);
  return { criterion, ...(ignoreCase && { flags: ['-i'] as const }), values } as AclTest;
}

function withMatch(fetch: string, method: string): string {
  const match = /^([a-z]+)(\(.*\))?$/s.exec(fetch);
  if (method === 'str' || match === null) return fetch;
  if (['beg', 'end', 'sub', 'dir', 'dom'].includes(method)) return `${match[1]}_${method}${match[2] ?? ''}`;
  throw new RuleProblem(`matching method '${method}' is not supported by Sluice.`);
}

/** The condition after "if" or "unless" in the words of a rule, as a field of the model; the words before it. */
export function splitCondition(words: readonly string[]): {
  before: readonly string[];
  condition: { if?: string; unless?: string };
} {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return { before: words, condition: {} };
  const text = conditionText(words.slice(at + 1));
  return { before: words.slice(0, at), condition: words[at] === 'if' ? { if: text } : { unless: text } };
}

function conditionText(words: readonly string[]): string {
  if (words.length === 0) throw new RuleProblem('missing ACL name or anonymous ACL after the keyword.');
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word !== '{' && word !== '!{') {
      parts.push(word);
      continue;
    }
    const end = words.indexOf('}', at);
    if (end < 0) throw new RuleProblem("missing closing '}' in condition.");
    const { criterion, flags, values } = readTest(words.slice(at + 1, end));
    parts.push(word, quoteWord(criterion), ...(flags ?? []), '--', ...values.map(quoteWord), '}');
    at = end;
  }
  return parts.join(' ');
}

/** A word as the language of conditions reads it back. */
function quoteWord(word: string): string {
  return /^[^\s"'\\{}]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Throws RuleProblem when words are left. */
export function expectNothing(words: readonly string[]): void {
  if (words.length > 0) throw new RuleProblem(`expects 'if' or 'unless', but got '${words[0]}'.`);
}

/** The comment above a line, as a field of the model. */
export function describe(statement: Statement): { description?: string } {
  return statement.comment === '' ? {} : { description: statement.comment };
}

/** Reads; a RuleProblem becomes an alert that begins with `what`. */
export function attempt(statement: Statement, what: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    statement.alert(`${what} : ${error.message}`);
  }
}
