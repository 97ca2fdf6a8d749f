/** Checks ACLs, conditions, texts and samples: that they can be read, fit the place where they stand, and name what exists. */
import { AclError, parseAcl } from '../language/parse-acl.ts';
import { parseCondition } from '../language/parse-condition.ts';
import { parseSample } from '../language/parse-sample.ts';
import { predefinedAcls } from '../language/predefined-acls.ts';
import { findRegexProblem } from '../language/regular-expression.ts';
import { findPlaceProblem, type Need, type Place } from '../language/sample-types.ts';
import { hint } from '../language/suggest.ts';
import { parseText } from '../language/text-format.ts';
import { LanguageError } from '../language/tokenize.ts';
import type { Acl, AclTest } from './acl.ts';
import { findGroupProblem, findNameProblem, type ProxyNames } from './check-samples.ts';
import type { Mode } from './snapshot.ts';

export type Report = (pointer: string, detail: string) => void;

/** Where the rules stand that choose a backend or a server. */
export const placeOf = (mode: Mode): Place => (mode === 'tcp' ? 'tcp' : 'http-request');

export function aclsByName(acls: readonly Acl[] | undefined): Map<string, Acl> {
  return new Map((acls ?? []).map((acl) => [acl.name, acl]));
}

/** What a condition is held against. */
export interface ConditionChecks {
  readonly acls: ReadonlyMap<string, Acl>;
  readonly place: Place;
  readonly names: ProxyNames;
}

/** The condition of a rule: names of ACLs exist, and what is looked at is there. */
export function checkCondition(
  rule: { if?: string; unless?: string },
  checks: ConditionChecks,
  pointer: string,
  report: Report,
): void {
  if (rule.if !== undefined && rule.unless !== undefined) {
    report(`${pointer}/unless`, 'a rule has either "if" or "unless", not both');
  }
  for (const field of ['if', 'unless'] as const) {
    const text = rule[field];
    if (text === undefined) continue;
    attempt(`${pointer}/${field}`, report, () => {
      for (const { test, column } of parseCondition(text, checks.place).anyOf.flat()) {
        const problem =
          'inline' in test
            ? (findNameProblem(test.inline.sample, checks.names) ?? findGroupProblem(test.inline, checks.names))
            : findAclProblem(test.acl, checks);
        if (problem !== undefined) report(`${pointer}/${field}`, `column ${column}: ${problem}`);
      }
    });
  }
}

/** Why a name cannot stand in a condition. */
function findAclProblem(name: string, { acls, place }: ConditionChecks): string | undefined {
  const own = acls.get(name);
  if (own !== undefined) return findOwnAclProblem(own, place);
  const predefined = predefinedAcls.get(name);
  if (predefined === undefined) {
    return `there is no ACL "${name}"${hint(name, [...acls.keys(), ...predefinedAcls.keys()])}`;
  }
  const problem = findPlaceProblem(predefined.sample.fetch.needs, place);
  return problem === undefined ? undefined : `"${name}" ${problem}`;
}

/** What an ACL looks at must be there where it is used; whether it can be read at all is told where it is defined. */
function findOwnAclProblem(acl: Acl, place: Place): string | undefined {
  for (const needs of needsOf(acl)) {
    const problem = findPlaceProblem(needs, place);
    if (problem !== undefined) return `ACL "${acl.name}" ${problem}`;
  }
  return undefined;
}

/** Many rules may use one ACL, and its patterns may be many. */
const knownNeeds = new WeakMap<Acl, readonly Need[]>();

function needsOf(acl: Acl): readonly Need[] {
  let needs = knownNeeds.get(acl);
  if (needs === undefined) {
    needs = [acl, ...(acl.or ?? [])].flatMap(readNeeds);
    knownNeeds.set(acl, needs);
  }
  return needs;
}

function readNeeds(test: AclTest): Need[] {
  try {
    return [parseAcl(test).sample.fetch.needs];
  } catch {
    return [];
  }
}

export function checkAcl(acl: Acl, mode: Mode, names: ProxyNames, pointer: string, report: Report): void {
  checkAclTest(acl, mode, names, pointer, report);
  for (const [index, test] of (acl.or ?? []).entries()) {
    checkAclTest(test, mode, names, `${pointer}/or/${index}`, report);
  }
}

const places = ['tcp', 'tcp-response'] as const;

function checkAclTest(acl: AclTest, mode: Mode, names: ProxyNames, pointer: string, report: Report): void {
  try {
    const expression = parseAcl(acl);
    const { sample } = expression;
    const { name, needs } = sample.fetch;
    // Where an ACL is used is known only there; what mode tcp has nowhere is told here.
    if (mode === 'tcp' && places.every((place) => findPlaceProblem(needs, place) !== undefined)) {
      report(`${pointer}/criterion`, `"${name}" needs mode http`);
    }
    const problem = findNameProblem(sample, names);
    if (problem !== undefined) report(`${pointer}/criterion`, problem);
    const groupProblem = problem === undefined ? findGroupProblem(expression, names) : undefined;
    if (groupProblem !== undefined) report(`${pointer}/values`, groupProblem);
  } catch (error) {
    if (error instanceof LanguageError) {
      report(`${pointer}/criterion`, error.column > 1 ? `column ${error.column}: ${error.message}` : error.message);
    } else if (error instanceof AclError) {
      report(`${pointer}/${error.field}${error.field === 'criterion' ? '' : `/${error.index}`}`, error.message);
    } else throw error;
  }
}

/** A text with samples in it. */
export function checkText(text: string, place: Place, names: ProxyNames, pointer: string, report: Report): void {
  attempt(pointer, report, () => {
    for (const part of parseText(text, place)) {
      const problem = part.kind === 'sample' ? findNameProblem(part.sample, names) : undefined;
      if (problem !== undefined && part.kind === 'sample') report(pointer, `column ${part.column}: ${problem}`);
    }
  });
}

export function checkSample(text: string, place: Place, names: ProxyNames, pointer: string, report: Report): void {
  attempt(pointer, report, () => {
    const problem = findNameProblem(parseSample(text, place), names);
    if (problem !== undefined) report(pointer, problem);
  });
}

export function checkRegex(pattern: string, pointer: string, report: Report): void {
  const problem = findRegexProblem(pattern, false);
  if (problem !== undefined) report(pointer, problem);
}

function attempt(pointer: string, report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    report(pointer, `column ${error.column}: ${error.message}`);
  }
}
