/** Joins the supervisor and what evaluates expressions for it. */
import type { Clock } from '../../shared/clock.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import type { PatternFiles } from '../patterns/pattern-table.ts';
import type { ProcessVariables } from '../rules/process-variables.ts';
import type { ProxyDirectory, SampleEnvironment } from '../rules/sample-context.ts';
import { debugSinks } from '../worker/debug-sinks.ts';
import { NodeExpressions } from './node-expressions.ts';
import { type ViewedParts, viewProxies } from './proxy-views.ts';
import type { SharedTables } from './shared-tables.ts';

export interface ExpressionParts extends ViewedParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tables: SharedTables;
  readonly variables: ProcessVariables;
  /** The version in force; undefined before the first. */
  snapshot(): Snapshot | undefined;
  stopping(): boolean;
  /** Takes lines for the memory of the node. */
  keep(lines: readonly string[]): void;
}

const noProxies: ProxyDirectory = { backends: new Map(), frontendsByName: new Map(), userlists: new Map() };

/** Expressions of the supervisor name no maps: what would look into one is refused when it is read. */
const noPatterns: PatternFiles = {
  index() {
    throw new Error('there are no maps here');
  },
  change() {},
};

export function openExpressions(parts: ExpressionParts): NodeExpressions {
  let viewed: Snapshot | undefined;
  let proxies = noProxies;
  const environment: SampleEnvironment = {
    get proxies() {
      const snapshot = parts.snapshot();
      if (snapshot !== viewed) proxies = snapshot === undefined ? noProxies : viewProxies(snapshot, parts);
      viewed = snapshot;
      return proxies;
    },
    now: () => performance.timeOrigin + performance.now(),
    random: parts.random,
    get stopping() {
      return parts.stopping();
    },
    pid: process.pid,
    patterns: noPatterns,
    variables: parts.variables,
    debug: debugSinks((lines) => parts.keep(lines)),
  };
  return new NodeExpressions(environment, () => parts.tables.list());
}
