/** Holds configs against the maps and ACL files they name, and the contents of files against the config that uses them. */
import type { FieldError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import { findContentsProblem } from '../../shared/patterns/check-entries.ts';
import type { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { kindNames, type PatternKind } from '../../shared/patterns/pattern-file.ts';
import {
  checkPatternUses,
  findPatternUses,
  type KnownFiles,
  type PatternUse,
} from '../../shared/patterns/pattern-uses.ts';

/** The files that there are, with their contents. */
export interface FilesToCheck extends KnownFiles {
  get(kind: PatternKind, name: string): { readonly list: { pack(): PackedEntries } } | undefined;
}

const known = new WeakMap<Config, readonly PatternUse[]>();

/** Worked out once for each config. */
export function usesOf(config: Config): readonly PatternUse[] {
  let uses = known.get(config);
  if (uses === undefined) {
    uses = findPatternUses(config);
    known.set(config, uses);
  }
  return uses;
}

/** Files that a config names and that are not there, or whose entries it cannot use; only what is new is looked into. */
export function checkConfigPatterns(before: Config, config: Config, files: FilesToCheck): FieldError[] {
  const uses = usesOf(config);
  const missing = checkPatternUses(uses, files);
  if (missing.length > 0) return missing;
  const old = new Set(usesOf(before).map(wayOf));
  return uses
    .filter((use) => !old.has(wayOf(use)))
    .flatMap((use) => {
      const entries = files.get(use.kind, use.name)?.list.pack();
      const problem = entries === undefined ? undefined : findContentsProblem([use], entries);
      if (problem === undefined) return [];
      const { resource, pointer, kind, name } = use;
      const detail = `entry ${problem.index + 1} of the ${kindNames[kind]} "${name}": ${problem.problem}`;
      return [{ resource, pointer, detail }];
    });
}

function wayOf({ kind, name, match, output, ignoreCase }: PatternUse): string {
  return JSON.stringify([kind, name, match, output, ignoreCase]);
}

/** The first entry that the uses by a config cannot take. */
export function findUseProblem(config: Config, name: string, entries: PackedEntries) {
  const uses = usesOf(config).filter((use) => use.kind === entries.kind && use.name === name);
  return findContentsProblem(uses, entries);
}

/** Paths of the resources that name a file. */
export function referencesToPatterns(config: Config, kind: PatternKind, name: string): string[] {
  return [
    ...new Set(
      usesOf(config)
        .filter((use) => use.kind === kind && use.name === name)
        .map(({ path }) => path),
    ),
  ];
}
