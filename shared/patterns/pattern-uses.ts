/** Which maps and ACL files a config or a snapshot names, where, and how their entries are compared. */
import type { FieldError } from '../errors.ts';
import { type MapOutput, mapLookupOf } from '../language/map-converters.ts';
import type { MatchMethod } from '../language/match-methods.ts';
import type { Sample } from '../language/parse-sample.ts';
import { hint } from '../language/suggest.ts';
import { kindNames, type PatternKind } from './pattern-file.ts';
import { type ExpressionPlace, type Expressions, walkExpressions } from './walk-expressions.ts';

export interface PatternUse extends ExpressionPlace {
  readonly kind: PatternKind;
  readonly name: string;
  /** undefined where a rule changes the file and nothing is compared. */
  readonly match: MatchMethod | 'regm' | undefined;
  /** What its values are looked up as; undefined where they are not. */
  readonly output: MapOutput | undefined;
  readonly ignoreCase: boolean;
}

/** In the order of {@link walkExpressions}. */
export function findPatternUses(document: Expressions): PatternUse[] {
  const uses: PatternUse[] = [];
  walkExpressions(document, {
    mayMatter: (text) => text.includes('-f') || text.includes(',map'),
    expression({ sample, match, files }, place, flags) {
      uses.push(...mapsOf(sample, place));
      for (const { kind, name, ignoreCase } of files) {
        uses.push({ kind, name, match, output: undefined, ignoreCase, ...flags });
      }
    },
    sample: (sample, place) => void uses.push(...mapsOf(sample, place)),
    rule: (rule, place) => void uses.push(...filesOf(rule, place)),
  });
  return uses;
}

/** The maps that a sample is looked up in. */
export function mapsOf({ conversions }: Sample, place: ExpressionPlace): PatternUse[] {
  return conversions.flatMap(({ converter, arguments: args }) => {
    const lookup = mapLookupOf(converter.name);
    const name = args[0];
    if (lookup === undefined || name === undefined) return [];
    return [{ kind: 'map' as const, name, ...lookup, ignoreCase: false, ...place }];
  });
}

/** The file that a rule changes. */
function filesOf(
  { action, map, aclFile }: { action: string; map?: string; aclFile?: string },
  place: ExpressionPlace,
): PatternUse[] {
  const plain = { match: undefined, output: undefined, ignoreCase: false };
  if ((action === 'set-map' || action === 'del-map') && map !== undefined) {
    return [{ kind: 'map', name: map, ...plain, ...place, pointer: `${place.pointer}/map` }];
  }
  if ((action === 'add-acl' || action === 'del-acl') && aclFile !== undefined) {
    return [{ kind: 'acl', name: aclFile, ...plain, ...place, pointer: `${place.pointer}/aclFile` }];
  }
  return [];
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
