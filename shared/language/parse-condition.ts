/** Reads a condition such as "{ path_beg /api } !blocked or LOCAL" into alternatives of tests that must all hold. */
import { type AclExpression, parseAclWords } from './parse-acl.ts';
import type { Place } from './sample-types.ts';
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
 * begins an alternative, "!" negates, braces hold an anonymous ACL. Where the place is known, what it tests must be there. Throws LanguageError
 * with the column.
 */
export function parseCondition(text: string, place?: Place): Condition {
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
    const { term, next } = readTerm(tokens, at, place);
    current.push(term);
    at = next;
  }
  if (alternatives.at(-1)?.length === 0) throw new LanguageError(text.length + 1, 'a test is missing at the end');
  return { anyOf: alternatives };
}

function readTerm(tokens: readonly Token[], start: number, place: Place | undefined): { term: Term; next: number } {
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
    const inline = readExpression(tokens.slice(at + 1, end), column, place);
    return { term: { negated, test: { inline }, column: startColumn }, next: end + 1 };
  }
  if (text.startsWith('{')) throw new LanguageError(column, '"{" must be followed by white space');
  if (!/^[A-Za-z0-9_.:-]+$/.test(text)) throw new LanguageError(column, `"${text}" is no name of an ACL`);
  return { term: { negated, test: { acl: text }, column: startColumn }, next: at + 1 };
}

/** The words inside braces: criterion, flags, patterns. */
function readExpression(tokens: readonly Token[], braceColumn: number, place: Place | undefined): AclExpression {
  if (tokens.length === 0) throw new LanguageError(braceColumn, 'the braces hold no test');
  return parseAclWords(tokens, place);
}
