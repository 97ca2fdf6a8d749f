/** Which maps and ACL files a config or a snapshot names, where, and how their entries are compared. */
import type { FieldError } from '../errors.ts';
import { parseLogFormat } from '../language/log-format.ts';
import { type MapOutput, mapLookupOf } from '../language/map-converters.ts';
import type { MatchMethod } from '../language/match-methods.ts';
import { type AclExpression, type AclFields, parseAcl } from '../language/parse-acl.ts';
import { parseCondition } from '../language/parse-condition.ts';
import { parseSample, type Sample } from '../language/parse-sample.ts';
import { hint } from '../language/suggest.ts';
import { kindNames, type PatternKind } from './pattern-file.ts';

export interface PatternUse {
  readonly kind: PatternKind;
  readonly name: string;
  /** undefined where a rule changes the file and nothing is compared. */
  readonly match: MatchMethod | 'regm' | undefined;
  /** What its values are looked up as; undefined where they are not. */
  readonly output: MapOutput | undefined;
  readonly ignoreCase: boolean;
  /** The frontend, backend or defaults it stands in, such as "/frontends/web", and where in it. */
  readonly resource: string;
  readonly pointer: string;
  /** Path of the resource that names it, such as "/frontends/web/http-request-rules/ban". */
  readonly path: string;
}

/** Where the walk is. */
type Place = Pick<PatternUse, 'resource' | 'pointer' | 'path'>;

const topLevel = ['defaults', 'frontends', 'backends'] as const;

/** In the order in which they stand there. What cannot be read names nothing. */
export function findPatternUses(document: { readonly [Field in (typeof topLevel)[number]]?: unknown }): PatternUse[] {
  const uses: PatternUse[] = [];
  for (const field of topLevel) {
    for (const item of (document[field] ?? []) as { readonly name: string }[]) {
      const resource = `/${field}/${item.name}`;
      walkObject(item, { resource, pointer: '', path: resource }, uses);
    }
  }
  return uses;
}

/** Long lists and texts in which no expression stands. */
const withoutExpressions = new Set(['values', 'content', 'description', 'string', 'name', 'uid']);

function walkObject(value: object, place: Place, uses: PatternUse[]): void {
  const { criterion, action } = value as { criterion?: unknown; action?: unknown };
  if (typeof criterion === 'string') readAcl(value as AclFields, place, uses);
  if (typeof action === 'string') readAction(action, value as { map?: string; aclFile?: string }, place, uses);
  for (const [field, member] of Object.entries(value)) {
    if (withoutExpressions.has(field) || field === 'criterion' || field === 'flags') continue;
    const pointer = `${place.pointer}/${field}`;
    if (typeof member === 'string') readText(field, member, { ...place, pointer }, uses);
    else if (Array.isArray(member)) walkList(field, member, { ...place, pointer }, uses);
    else if (typeof member === 'object' && member !== null) walkObject(member, { ...place, pointer }, uses);
  }
}

function walkList(field: string, items: readonly unknown[], place: Place, uses: PatternUse[]): void {
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null) continue;
    const pointer = `${place.pointer}/${index}`;
    const name = (item as { name?: unknown }).name;
    const kebab = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    walkObject(
      item,
      { ...place, pointer, path: typeof name === 'string' ? `${place.path}/${kebab}/${name}` : place.path },
      uses,
    );
  }
}

/** Texts in which no map and no file can be named are not read. */
const mayNameMap = /(?:^|,)map[_a-z]*\(/;

function readText(field: string, text: string, place: Place, uses: PatternUse[]): void {
  if (field === 'if' || field === 'unless') {
    if (!text.includes('-f') && !text.includes(',map')) return;
    attempt(() => {
      for (const { test } of parseCondition(text).anyOf.flat()) {
        if ('inline' in test) noteExpression(test.inline, place, uses);
      }
    });
  } else if (text.includes('%[')) {
    if (!text.includes(',map')) return;
    attempt(() => {
      for (const part of parseLogFormat(text)) if (part.kind === 'sample') noteSample(part.sample, place, uses);
    });
  } else if (mayNameMap.test(text)) {
    attempt(() => noteSample(parseSample(text), place, uses));
  }
}

function readAcl(test: AclFields, place: Place, uses: PatternUse[]): void {
  if (!test.criterion.includes(',map') && test.flags?.some((flag) => flag.startsWith('-f')) !== true) return;
  attempt(() => noteExpression(parseAcl(test), { ...place, pointer: `${place.pointer}/criterion` }, uses, place));
}

function readAction(
  action: string,
  { map, aclFile }: { map?: string; aclFile?: string },
  place: Place,
  uses: PatternUse[],
): void {
  const plain = { match: undefined, output: undefined, ignoreCase: false };
  if ((action === 'set-map' || action === 'del-map') && map !== undefined) {
    uses.push({ kind: 'map', name: map, ...plain, ...place, pointer: `${place.pointer}/map` });
  }
  if ((action === 'add-acl' || action === 'del-acl') && aclFile !== undefined) {
    uses.push({ kind: 'acl', name: aclFile, ...plain, ...place, pointer: `${place.pointer}/aclFile` });
  }
}

/** An ACL has its files in a field of their own, a condition has all in one text. */
function noteExpression(expression: AclExpression, place: Place, uses: PatternUse[], acl?: Place): void {
  noteSample(expression.sample, place, uses);
  const { match, files } = expression;
  const where = acl === undefined ? place : { ...acl, pointer: `${acl.pointer}/flags` };
  for (const { kind, name, ignoreCase } of files)
    uses.push({ kind, name, match, output: undefined, ignoreCase, ...where });
}

function noteSample({ conversions }: Sample, place: Place, uses: PatternUse[]): void {
  for (const { converter, arguments: args } of conversions) {
    const lookup = mapLookupOf(converter.name);
    const name = args[0];
    if (lookup !== undefined && name !== undefined) {
      uses.push({ kind: 'map', name, ...lookup, ignoreCase: false, ...place });
    }
  }
}

/** What is wrong with an expression is told where expressions are checked. */
function attempt(read: () => void): void {
  try {
    read();
  } catch {
    // It names nothing that can be used.
  }
}

/** The files that are there. */
export interface KnownFiles {
  has(kind: PatternKind, name: string): boolean;
  names(kind: PatternKind): Iterable<string>;
}

/** Uses of files that are not there. */
export function checkPatternUses(uses: readonly PatternUse[], known: KnownFiles): FieldError[] {
  return uses
    .filter(({ kind, name }) => !known.has(kind, name))
    .map(({ kind, name, resource, pointer }) => {
      const other = kind === 'map' ? 'acl' : 'map';
      const detail = known.has(other, name)
        ? `"${name}" is ${other === 'map' ? 'a map' : 'an ACL file'}, and no ${kindNames[kind]}`
        : `there is no ${kindNames[kind]} "${name}"${hint(name, known.names(kind))}`;
      return { resource, pointer, detail };
    });
}
