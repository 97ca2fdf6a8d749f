/** Reads a condition such as "{ path_beg /api } !blocked or LOCAL" into alternatives of tests that must all hold. */
import { type AclExpression, checkPattern, parseCriterion } from './criteria.ts';
import { LanguageError, type Token, tokenize } from './tokenize.ts';

/** One test of a condition: a named ACL or one written in place, perhaps negated. */
export interface Term {
  readonly negated: boolean;
  readonly test: { readonly acl: string } | { readonly inline: AclExpression };
  /** Column of the term in the text, from 1. */
  readonly column: number;
}

/** Holds when all terms of one of the alternatives hold. */
export interface Condition {
  readonly anyOf: readonly (readonly Term[])[];
}

/**
 * Parses a condition (configuration manual 2.6, section 7.2): terms side by side are joined by "and", "or" or "||"
 * begins an alternative, "!" negates, braces hold an anonymous ACL. Throws LanguageError with the column.
 */
export function parseCondition(text: string): Condition {
  const tokens = tokenize(text);
  const alternatives: Term[][] = [[]];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    const current = alternatives.at(-1) as Term[];
    if (!token.quoted && (token.text === 'or' || token.text === '||')) {
      if (current.length === 0) throw new LanguageError(token.column, `"${token.text}" has nothing on its left`);
      alternatives.push([]);
      at++;
      continue;
    }
    const { term, next } = readTerm(tokens, at);
    current.push(term);
    at = next;
  }
  if (alternatives.at(-1)?.length === 0) throw new LanguageError(text.length + 1, 'a test is missing at the end');
  return { anyOf: alternatives };
}

function readTerm(tokens: readonly Token[], start: number): { term: Term; next: number } {
  let at = start;
  let negated = false;
  let { text, column } = tokens[at] as Token;
  const startColumn = column;
  while (text.startsWith('!')) {
    negated = !negated;
    text = text.slice(1);
    column++;
    if (text === '') {
      const following = tokens[++at];
      if (following === undefined) throw new LanguageError(column, '"!" has nothing to negate');
      ({ text, column } = following);
    }
  }
  if (text === '{') {
    const end = tokens.findIndex((token, index) => index > at && token.text === '}' && !token.quoted);
    if (end < 0) throw new LanguageError(column, '"{" is not closed by a "}" that stands as a word of its own');
    const inline = readExpression(tokens.slice(at + 1, end), column);
    return { term: { negated, test: { inline }, column: startColumn }, next: end + 1 };
  }
  if (text.startsWith('{')) throw new LanguageError(column, '"{" must be followed by white space');
  if (!/^[A-Za-z0-9_.:-]+$/.test(text)) throw new LanguageError(column, `"${text}" is no name of an ACL`);
  return { term: { negated, test: { acl: text }, column: startColumn }, next: at + 1 };
}

/** The words inside braces: criterion, flags, patterns. */
function readExpression(tokens: readonly Token[], braceColumn: number): AclExpression {
  const [first, ...rest] = tokens;
  if (first === undefined) throw new LanguageError(braceColumn, 'the braces hold no test');
  const parsed = parseCriterion(first.text);
  if ('problem' in parsed) throw new LanguageError(first.column, parsed.problem);
  let ignoreCase = false;
  let at = 0;
  for (; at < rest.length; at++) {
    const token = rest[at] as Token;
    if (token.quoted || !token.text.startsWith('-')) break;
    if (token.text === '--') {
      at++;
      break;
    }
    if (token.text !== '-i') throw new LanguageError(token.column, `unknown flag "${token.text}"; known is -i`);
    ignoreCase = true;
  }
  const patterns = rest.slice(at);
  if (patterns.length === 0) throw new LanguageError(first.column, `"${first.text}" has no pattern to compare with`);
  for (const pattern of patterns) {
    const problem = checkPattern(parsed.criterion, pattern.text);
    if (problem !== undefined) throw new LanguageError(pattern.column, problem);
  }
  return { ...parsed, ignoreCase, values: patterns.map((pattern) => pattern.text) };
}
