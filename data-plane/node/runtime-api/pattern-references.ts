/** The lists of patterns of a version with their numbers: files, and the patterns that stand in ACLs themselves. */
import { readIntegerPatterns } from '../../../shared/language/match-methods.ts';
import type { AclExpression } from '../../../shared/language/parse-acl.ts';
import { predefinedAcls } from '../../../shared/language/predefined-acls.ts';
import type { Snapshot } from '../../../shared/model/snapshot.ts';
import { type PatternKind, patternId } from '../../../shared/patterns/pattern-file.ts';
import { mapsOf, type PatternUse } from '../../../shared/patterns/pattern-uses.ts';
import { type ExpressionPlace, walkExpressions } from '../../../shared/patterns/walk-expressions.ts';

/** How a list is looked at, without where. */
export type Way = Pick<PatternUse, 'match' | 'output' | 'ignoreCase'>;

export interface PatternReference {
  readonly id: number;
  /** Name of the file; "" for the patterns of an ACL. */
  readonly file: string;
  readonly description: string;
  readonly isMap: boolean;
  readonly isAcl: boolean;
  readonly kind: PatternKind;
  /** Each that needs a list or tree of its own. */
  readonly ways: readonly Way[];
  /** Those of an ACL; undefined for a file. */
  readonly values: readonly string[] | undefined;
}

interface Draft {
  id: number | undefined;
  file: string;
  kind: PatternKind;
  users: string[];
  isMap: boolean;
  isAcl: boolean;
  ways: Way[];
  values: readonly string[] | undefined;
}

const known = new WeakMap<Snapshot, readonly PatternReference[]>();

/** By number. As in HAProxy each ACL has a list of its own, even an empty one, and numbers that "-u" gives are left out by the others. */
export function patternReferences(snapshot: Snapshot): readonly PatternReference[] {
  let references = known.get(snapshot);
  if (references === undefined) {
    references = number(gather(snapshot));
    known.set(snapshot, references);
  }
  return references;
}

function gather(snapshot: Snapshot): Draft[] {
  const drafts: Draft[] = [];
  const files = new Map<string, Draft>();
  const predefined = new Set<string>();
  const addFile = (kind: PatternKind, name: string, way: Way, user: 'acl' | 'map', { path }: ExpressionPlace) => {
    let draft = files.get(patternId(kind, name));
    if (draft === undefined) {
      draft = { id: undefined, file: name, kind, users: [], isMap: false, isAcl: false, ways: [], values: undefined };
      files.set(patternId(kind, name), draft);
      drafts.push(draft);
    }
    draft.users.push(`by ${user} at '${path}'`);
    if (user === 'map') draft.isMap = true;
    else draft.isAcl = true;
    if (draft.ways.every((each) => groupOf(each) !== groupOf(way))) draft.ways.push(way);
  };
  const addMaps = (sample: AclExpression['sample'], place: ExpressionPlace) => {
    for (const { name, match, output } of mapsOf(sample, place)) {
      addFile('map', name, { match, output, ignoreCase: false }, 'map', place);
    }
  };
  const addExpression = (
    { sample, match, files: sources, values, ignoreCase, id }: AclExpression,
    place: ExpressionPlace,
  ) => {
    addMaps(sample, place);
    for (const { kind, name, ignoreCase: folds } of sources) {
      addFile(
        kind,
        name,
        { match: match === 'meth' ? 'str' : match, output: undefined, ignoreCase: folds },
        'acl',
        place,
      );
    }
    const way: Way = { match: match === 'meth' ? 'str' : match, output: undefined, ignoreCase };
    const users = [`acl '${sample.fetch.name}' at '${place.path}'`];
    drafts.push({
      id,
      file: '',
      kind: 'acl',
      users,
      isMap: false,
      isAcl: true,
      ways: [way],
      values: withoutOperators(match, values),
    });
  };
  walkExpressions(snapshot, {
    mayMatter: () => true,
    expression: (expression, place) => addExpression(expression, place),
    sample: addMaps,
    rule() {},
    aclName(name, place) {
      const acl = predefinedAcls.get(name);
      const once = `${place.resource} ${name}`;
      if (acl === undefined || predefined.has(once)) return;
      predefined.add(once);
      addExpression(acl, place);
    },
  });
  return drafts;
}

/** Operators and what follows them become ranges: "gt 5" is "6:". */
function withoutOperators(match: AclExpression['match'], values: readonly string[]): readonly string[] {
  const ranges = match === 'int' || match === 'len' ? readIntegerPatterns(values) : undefined;
  if (!Array.isArray(ranges)) return values;
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from ?? ''}:${to ?? ''}`));
}

function number(drafts: readonly Draft[]): PatternReference[] {
  const taken = new Set(drafts.map(({ id }) => id));
  let next = 0;
  const references = drafts.map(({ id, users, ...draft }) => {
    let given = id;
    if (given === undefined) {
      while (taken.has(next)) next++;
      given = next++;
    }
    const text = draft.file === '' ? users.join() : `pattern loaded from file '${draft.file}' used ${users.join(', ')}`;
    return { ...draft, id: given, description: text };
  });
  return references.sort((one, other) => one.id - other.id);
}

/** Ways of one group share a list or tree in HAProxy. */
function groupOf({ match, output, ignoreCase }: Way): string {
  const index =
    match === 'end' || match === 'sub' || match === 'dir' || match === 'dom' ? 'text' : match === 'len' ? 'int' : match;
  return `${index} ${output} ${ignoreCase}`;
}
