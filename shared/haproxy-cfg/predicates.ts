/** Evaluates the condition of ".if", ".elif" and "haproxy -cc" (configuration manual 2.6, 2.4). */

import type { Environment } from './tokenize-line.ts';

/** What the predicates ask about. */
export interface Facts {
  /** As "haproxy -v" shows it: "2.6.12". */
  version: string;
  /** The names after a "+" in the feature list of "haproxy -vv". */
  features: ReadonlySet<string>;
  /** What enabled() holds true for: POLL, EPOLL, SPLICE, ... */
  enabled: ReadonlySet<string>;
  /** The version of OpenSSL that HAProxy was built with: "3.0.22" or "1.1.1w". */
  openssl: string;
  /** The name and version of the TLS library that runs: "OpenSSL 3.0.19 27 Jan 2026". */
  sslLibrary: string;
  environment: Environment;
}

interface Predicate {
  readonly arguments: 1 | 2;
  /** Undefined when an argument makes no sense. */
  readonly holds: (facts: Facts, first: string, second: string) => boolean | undefined;
}

interface Reading {
  readonly text: string;
  readonly facts: Facts;
  at: number;
  /** The "&&" after which the text ended, which HAProxy points at then. */
  blame: number | undefined;
}

/** Parsed first, evaluated after: HAProxy refuses what it cannot parse even where no result depends on it. */
type Term = () => boolean;

class ConditionError extends Error {
  readonly at: number;

  constructor(problem: string, at: number) {
    super(problem);
    this.at = at;
  }
}

const predicates: ReadonlyMap<string, Predicate> = new Map<string, Predicate>([
  ['defined', { arguments: 1, holds: (facts, name) => typeof facts.environment[name] === 'string' }],
  // HAProxy answers true for no name at all, as it looks for "+" followed by the name.
  ['feature', { arguments: 1, holds: (facts, name) => name === '' || facts.features.has(name) }],
  ['enabled', { arguments: 1, holds: (facts, name) => facts.enabled.has(name) }],
  ['streq', { arguments: 2, holds: (_, a, b) => a === b }],
  ['strneq', { arguments: 2, holds: (_, a, b) => a !== b }],
  ['strstr', { arguments: 2, holds: (_, a, b) => a.includes(b) }],
  ['version_atleast', { arguments: 1, holds: (facts, version) => compareVersions(facts.version, version) >= 0 }],
  ['version_before', { arguments: 1, holds: (facts, version) => compareVersions(facts.version, version) < 0 }],
  [
    'openssl_version_atleast',
    { arguments: 1, holds: (facts, v) => compareOpenssl(facts.openssl, v, (a, b) => a >= b) },
  ],
  ['openssl_version_before', { arguments: 1, holds: (facts, v) => compareOpenssl(facts.openssl, v, (a, b) => a < b) }],
  ['ssllib_name_startswith', { arguments: 1, holds: (facts, name) => facts.sslLibrary.startsWith(name) }],
]);

/** As strtol() reads it: a leading zero makes it octal, so that an 8 or a 9 ends it. */
const integer = /[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/y;
const predicateName = /[a-z_]+(?=$|[ \t(])/y;
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Whether the condition holds. `text` is what follows the directive: its words, already unquoted, joined by one space.
 * Nothing is false. What cannot be parsed answers the problem in HAProxy's words and its position, counted in characters
 * from 1. The predicates strstr and enabled are known too, which HAProxy has only since versions later than 2.6.
 */
export function evaluateCondition(
  text: string,
  facts: Facts,
): { value: boolean } | { problem: string; position: number } {
  if (text === '') return { value: false };
  const reading: Reading = { text, facts, at: 0, blame: undefined };
  try {
    return { value: parseCondition(reading)() };
  } catch (error) {
    if (error instanceof ConditionError) return { problem: error.message, position: error.at + 1 };
    throw error;
  }
}

function parseCondition(reading: Reading): Term {
  const { text } = reading;
  const condition = parseOr(reading);
  if (condition === undefined) {
    if (text.trim() === '') throw new ConditionError(`unparsable conditional sub-expression '${text}'`, 0);
    throw unparsable(reading, reading.blame ?? 0);
  }
  skipSpace(reading);
  if (reading.at === text.length) return condition;
  const character = String.fromCodePoint(text.codePointAt(reading.at) ?? 0);
  const problem = `unexpected character '${character}' at the end of conditional expression '${text}'`;
  throw new ConditionError(problem, reading.at);
}

/** Undefined, here and below, when the text ends where an operand must stand. */
function parseOr(reading: Reading): Term | undefined {
  const left = parseAnd(reading);
  if (left === undefined) return undefined;
  skipSpace(reading);
  if (!reading.text.startsWith('||', reading.at)) return left;
  reading.at += 2;
  skipSpace(reading);
  const right = parseOr(reading);
  return right && (() => left() || right());
}

function parseAnd(reading: Reading): Term | undefined {
  const left = parseTerm(reading);
  if (left === undefined) return undefined;
  skipSpace(reading);
  if (!reading.text.startsWith('&&', reading.at)) return left;
  const operator = reading.at;
  reading.at += 2;
  skipSpace(reading);
  const right = parseAnd(reading);
  if (right === undefined) reading.blame = operator;
  return right && (() => left() && right());
}

function parseTerm(reading: Reading): Term | undefined {
  const { text } = reading;
  const start = reading.at;
  skipSpace(reading);
  if (reading.at === text.length) return undefined;
  let negated = false;
  while (text[reading.at] === '!') {
    negated = !negated;
    reading.at++;
    skipSpace(reading);
  }
  const term = text[reading.at] === '(' ? parseGroup(reading, start) : parseOperand(reading, start);
  return negated ? () => !term() : term;
}

function parseGroup(reading: Reading, start: number): Term {
  reading.at++;
  skipSpace(reading);
  const inner = parseOr(reading);
  if (inner === undefined) throw unparsable(reading, reading.blame ?? start);
  skipSpace(reading);
  if (reading.text[reading.at] !== ')') {
    throw new ConditionError(`expected ')' after conditional expression '${reading.text.slice(start)}'`, start);
  }
  reading.at++;
  return inner;
}

function parseOperand(reading: Reading, start: number): Term {
  const number = match(integer, reading);
  if (number !== undefined) {
    reading.at += number[0].length;
    const value = /[1-9a-f]/i.test(number[0]);
    return () => value;
  }
  const name = match(predicateName, reading)?.[0];
  const predicate = name === undefined ? undefined : predicates.get(name);
  if (name === undefined || predicate === undefined) throw unparsable(reading, start);
  const at = reading.at;
  reading.at += name.length;
  const [first = '', second = ''] = parseArguments(reading, name, predicate.arguments);
  return () => {
    const holds = predicate.holds(reading.facts, first, second);
    if (holds === undefined) throw new ConditionError(`invalid argument '${first}' of predicate '${name}'`, at);
    return holds;
  };
}

function parseArguments(reading: Reading, name: string, count: number): string[] {
  const { text } = reading;
  const context = `in argument 1 of predicate '${name}' used in conditional expression`;
  const parenthesis = text[reading.at] === '(';
  if (!parenthesis && count === 1) return [];
  const found: string[] = [];
  if (parenthesis) {
    do {
      reading.at++;
      found.push(parseArgument(reading, name, found.length));
    } while (text[reading.at] === ',' && found.length < count);
  }
  if (found.length < count) {
    throw new ConditionError(`missing arguments (got 1/${count}), type 'string' expected ${context}`, reading.at);
  }
  if (text[reading.at] !== ')') {
    const rest = text.slice(reading.at);
    throw new ConditionError(`expected ')' ${rest === '' ? '' : `before '${rest}' `}${context}`, reading.at);
  }
  reading.at++;
  return found;
}

/** Quotes and escapes count once more inside of the parentheses (manual, 2.2); an open quote reaches to the end. */
function parseArgument(reading: Reading, name: string, index: number): string {
  const { text } = reading;
  let value = '';
  let quote = '';
  for (; reading.at < text.length; reading.at++) {
    const character = text.charAt(reading.at);
    if (quote === '' && (character === ',' || character === ')')) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character !== '\\' || quote === "'") value += character;
    else {
      const next = text.charAt(reading.at + 1);
      if (next === '') {
        const place = `at position ${index + 1} in argument ${index} of predicate '${name}' used in conditional expression`;
        throw new ConditionError(`failed to parse '\\' after '${value}' as type 'string' ${place}`, reading.at);
      }
      const control = controls[next];
      const escaped = control !== undefined || ' \\"\''.includes(next);
      value += escaped ? (control ?? next) : character;
      if (escaped) reading.at++;
    }
  }
  return value;
}

function unparsable(reading: Reading, at: number): ConditionError {
  return new ConditionError(`unparsable conditional expression '${reading.text.slice(at)}'`, at);
}

function match(pattern: RegExp, reading: Reading): RegExpExecArray | undefined {
  pattern.lastIndex = reading.at;
  return pattern.exec(reading.text) ?? undefined;
}

function skipSpace(reading: Reading): void {
  while (reading.text[reading.at] === ' ' || reading.text[reading.at] === '\t') reading.at++;
}

const releaseVersion =
  /^[ \t]*(\d+)(?:\.(\d*))?(?:\.(\d*))?(?:\.(\d*))?(?:-(dev|rc|pre)(\d*))?(?:-(?!dev|rc|pre)(\d*)(-.*)?.*)?$/;
const stages = ['dev', 'pre', 'rc'];

/** Below zero when the first is older. "2.6-dev1" comes before "2.6", "2.6-1" (a commit later) after it. */
function compareVersions(a: string, b: string): number {
  const left = versionNumbers(a);
  const right = versionNumbers(b);
  const index = left.findIndex((number, place) => number !== right[place]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}

/** What is no version counts as the oldest, as for HAProxy. */
function versionNumbers(text: string): number[] {
  const found = releaseVersion.exec(text);
  if (found === null) return [0, 0, 0, 0, 0, 0, 0, 0];
  const [, major, minor, patch, build, stage, stageNumber, commits, more] = found;
  const stageRank = stage === undefined ? stages.length : stages.indexOf(stage);
  // A packager's suffix as in "2.6.12-1+deb12u4" is no count of commits.
  const counted = more !== undefined || text.endsWith(`-${commits}`);
  const later = /^-(\d+)/.exec(more ?? '')?.[1];
  return [major, minor, patch, build, stageRank, stageNumber, counted ? commits : 0, later].map((n) => Number(n ?? 0));
}

const opensslVersion = /^(\d+)\.(\d+)\.(\d*)([a-z]?)(?:-.*)?$/;

/**
 * HAProxy 2.6 packs the version asked for by the scheme of OpenSSL 1 (fix, then letter), but compares it with a number that
 * OpenSSL 3 packs by its own (patch in the place of the letter). So 3.0.1 and later are never reached, and "3.0.0v" means
 * 3.0.22. Undefined when `asked` has not three numbers below 256.
 */
function compareOpenssl(built: string, asked: string, holds: (a: number, b: number) => boolean): boolean | undefined {
  const [ours, theirs] = [opensslVersion.exec(built), opensslVersion.exec(asked)];
  if (ours === null || theirs === null || theirs.slice(1, 4).some((number) => Number(number) > 255)) return undefined;
  const [, major, minor, fix, letter] = ours;
  const patched = Number(major) >= 3 ? packOpenssl(major, minor, '0', Number(fix), 0) : undefined;
  const number = patched ?? packOpenssl(major, minor, fix, letterNumber(letter), 0xf);
  const stable = asked.includes('-') ? 0 : 0xf;
  return holds(number, packOpenssl(theirs[1], theirs[2], theirs[3], letterNumber(theirs[4]), stable));
}

function packOpenssl(
  major: string | undefined,
  minor: string | undefined,
  fix: string | undefined,
  patch: number,
  status: number,
): number {
  return (((Number(major) * 256 + Number(minor)) * 256 + Number(fix)) * 256 + patch) * 16 + status;
}

function letterNumber(letter: string | undefined): number {
  return letter ? letter.charCodeAt(0) - 0x60 : 0;
}
