/** What names in expressions stand for while the rules of a proxy are compiled. */
import type { StickTable } from '../tables/stick-table.ts';
import type { SampleContext } from './sample-context.ts';

export interface CompileScope {
  /** The stick tables of the version by name. */
  readonly tables: ReadonlyMap<string, StickTable>;
  /** The proxy whose rules are compiled: its table is meant where none is named. */
  readonly proxy: string;
  readonly demands: Demands;
  /** The test of one of its ACLs; undefined until they are compiled, and where there are none. */
  findAcl?: (name: string) => ((context: SampleContext) => boolean) | undefined;
}

/** What texts that have been compiled ask to be noted of each request. */
export interface Demands {
  record: boolean;
}

const nowhere: CompileScope = { tables: new Map(), proxy: '', demands: { record: false } };
let scope = nowhere;

/** Everything that `compile` compiles finds its names in this scope. */
export function compileWithin<Result>(inner: CompileScope, compile: () => Result): Result {
  const outer = scope;
  scope = inner;
  try {
    return compile();
  } finally {
    scope = outer;
  }
}

/** What is compiled now finds its names here, and later the ACLs that are not compiled yet. */
export function presentScope(): CompileScope {
  return scope;
}

/** The table of that name; undefined for that of the proxy. Throws Error where there is none. */
export function tableNamed(name: string | undefined): StickTable {
  const table = scope.tables.get(name ?? scope.proxy);
  if (table === undefined) throw new Error(`there is no stick table "${name ?? scope.proxy}"`);
  return table;
}

/** A text tells what is noted for the log. */
export function demandRecord(): void {
  scope.demands.record = true;
}
