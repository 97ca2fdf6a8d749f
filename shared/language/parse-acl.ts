/** Reads what an ACL tests: a criterion with converters, flags, and patterns (configuration manual 2.6, section 7.1). */
import { findAclKeyword } from './acl-keywords.ts';
import {
  defaultMatch,
  findPatternProblem,
  type MatchMethod,
  matchInputs,
  matchMethods,
  needsPatterns,
  versionPattern,
} from './match-methods.ts';
import { readCall, readConversions, readName, type Sample } from './parse-sample.ts';
import { canBecome, findPlaceProblem, type Place, typeNames } from './sample-types.ts';
import { hint } from './suggest.ts';
import { LanguageError } from './tokenize.ts';

/** A test ready to be compiled. */
export interface AclExpression {
  readonly sample: Sample;
  readonly match: MatchMethod;
  readonly ignoreCase: boolean;
  /** With operators such as "gt" where the method takes them. */
  readonly values: readonly string[];
  /** Files with more patterns, in order. */
  readonly files: readonly PatternSource[];
  /** The number that "-u" gives the patterns for the runtime API; undefined for one of their own. */
  readonly id: number | undefined;
}

/** A file whose lines are patterns; a map gives its keys. */
export interface PatternSource {
  readonly kind: 'acl' | 'map';
  readonly name: string;
  /** Whether "-i" stood before it. */
  readonly ignoreCase: boolean;
}

/** A word of a test and where it stands, from 1. */
export interface AclWord {
  readonly text: string;
  readonly column: number;
  /** Quoted words are no flags. */
  readonly quoted: boolean;
}

/** The same as in a document: criterion, flags such as "-i" and "-m beg", and patterns. */
export interface AclFields {
  readonly criterion: string;
  readonly flags?: readonly string[];
  readonly values?: readonly string[];
}

/** What is wrong with an ACL: which of its fields, and which of the flags or values. */
export class AclError extends Error {
  readonly field: 'criterion' | 'flags' | 'values';
  readonly index: number;

  constructor(field: AclError['field'], index: number, message: string) {
    super(message);
    this.field = field;
    this.index = index;
  }
}

/** Reads the words of a test. Throws LanguageError with the column of what is wrong. */
export function parseAclWords(words: readonly AclWord[], place?: Place): AclExpression {
  const [criterion, ...rest] = words as readonly [AclWord, ...AclWord[]];
  const { fields, columns } = readFields(criterion, rest);
  try {
    return parseAcl(fields, place);
  } catch (error) {
    if (error instanceof LanguageError) throw new LanguageError(criterion.column + error.column - 1, error.message);
    if (!(error instanceof AclError)) throw error;
    const column = error.field === 'criterion' ? criterion.column : columns[error.field][error.index];
    throw new LanguageError(column ?? criterion.column, error.message);
  }
}

/** Which words are flags and which are patterns, and the column of each. */
export function readFields(
  criterion: AclWord,
  rest: readonly AclWord[],
): { fields: Required<AclFields>; columns: { flags: number[]; values: number[] } } {
  const flags: string[] = [];
  const flagColumns: number[] = [];
  let at = 0;
  for (; at < rest.length; at++) {
    const { text, column, quoted } = rest[at] as AclWord;
    if (quoted || !text.startsWith('-')) break;
    if (text === '--') {
      at++;
      break;
    }
    const takesArgument = text === '-m' || text === '-f' || text === '-u';
    flags.push(takesArgument ? `${text} ${rest[++at]?.text ?? ''}`.trim() : text);
    flagColumns.push(column);
  }
  const values = rest.slice(at);
  return {
    fields: { criterion: criterion.text, flags, values: values.map(({ text }) => text) },
    columns: { flags: flagColumns, values: values.map(({ column }) => column) },
  };
}

/** Reads a test from its fields. Throws LanguageError about the criterion, with its column, or AclError. */
export function parseAcl({ criterion, flags = [], values: given = [] }: AclFields, place?: Place): AclExpression {
  const { sample, keywordMatch, versions } = parseCriterion(criterion, place);
  const { ignoreCase, match: flagMatch, files, id } = readFlags(flags);
  const match = flagMatch ?? keywordMatch ?? defaultMatch(sample.type);
  if (match === undefined) {
    throw new AclError('criterion', 0, `"${criterion}" is of ${typeNames[sample.type]}: say with -m how to compare it`);
  }
  if (!canBecome(sample.type, matchInputs[match])) {
    const index = flags.findIndex((flag) => flag.startsWith('-m'));
    throw new AclError('flags', index, `a sample of type ${typeNames[sample.type]} cannot be matched by "${match}"`);
  }
  const values = versions && flagMatch === undefined ? given.map(versionPattern) : given;
  if (match === 'auth' && files.length > 0) {
    throw new AclError('flags', 0, `"${criterion}" takes the names of groups, not a file of them`);
  }
  const expression: AclExpression = { sample, match, ignoreCase, values, files, id };
  if (!needsPatterns(match) || (values.length === 0 && files.length > 0)) return expression;
  if (values.length === 0) throw new AclError('criterion', 0, `"${criterion}" has no pattern to compare with`);
  const problem = findPatternProblem(match, values, ignoreCase);
  if (problem !== undefined) throw new AclError('values', problem.index, problem.problem);
  return expression;
}

/** Reads "hdr_beg(host)" or "path,lower": the sample, and how its name says to compare it. */
function parseCriterion(
  text: string,
  place: Place | undefined,
): { sample: Sample; keywordMatch: MatchMethod | undefined; versions: boolean } {
  const { name, end: nameEnd } = readName(text, 0);
  const keyword = findAclKeyword(name);
  if ('problem' in keyword) throw new LanguageError(1, keyword.problem);
  const { fetch, match, versions = false } = keyword;
  const problem = place === undefined ? undefined : findPlaceProblem(fetch.needs, place);
  if (problem !== undefined) throw new LanguageError(1, `"${name}" ${problem}`);
  const call = readCall(text, nameEnd, { ...fetch, name }, 0);
  const { sample, end } = readConversions(text, call.end, fetch, call.args);
  if (end < text.length) throw new LanguageError(end + 1, `"${text.slice(end)}" follows a criterion that is complete`);
  const isPlain = sample.conversions.length === 0;
  return { sample, keywordMatch: isPlain ? match : undefined, versions: isPlain && versions };
}

/** Flags count for the files that stand behind them. */
function readFlags(flags: readonly string[]): {
  ignoreCase: boolean;
  match: MatchMethod | undefined;
  files: readonly PatternSource[];
  id: number | undefined;
} {
  let ignoreCase = false;
  let kind: PatternSource['kind'] = 'acl';
  let match: MatchMethod | undefined;
  const files: PatternSource[] = [];
  let id: number | undefined;
  for (const [index, flag] of flags.entries()) {
    const [, name = '', argument = ''] = /^(\S*)\s*([\s\S]*)$/.exec(flag) ?? [];
    switch (name) {
      case '-i':
        ignoreCase = true;
        break;
      // Names are never resolved.
      case '-n':
        break;
      case '-u':
        if (!/^-?[0-9]+$/.test(argument)) throw new AclError('flags', index, 'the argument of -u must be an integer');
        id = Number(argument);
        break;
      case '-M':
        kind = 'map';
        break;
      case '-f':
        if (argument === '') throw new AclError('flags', index, '"-f" needs a name in the same text: "-f NAME"');
        files.push({ kind, name: argument, ignoreCase });
        break;
      case '-m': {
        if (files.length > 0) throw new AclError('flags', index, '"-m" must stand before the files');
        if (argument === '') throw new AclError('flags', index, '"-m" needs a match method in the same text: "-m str"');
        const found = matchMethods.find((method) => method === argument);
        if (found === undefined) {
          const near = hint(argument, matchMethods);
          throw new AclError(
            'flags',
            index,
            `unknown match method "${argument}"${near || `; known are ${matchMethods.join(', ')}`}`,
          );
        }
        match = found;
        break;
      }
      default:
        throw new AclError('flags', index, `unknown flag "${name}"; known are -f, -i, -m, -M, -n, -u and --`);
    }
  }
  return { ignoreCase, match, files, id };
}
