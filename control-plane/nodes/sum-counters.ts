/** Adds up what the nodes count, per frontend, backend and server. */
import { type Counters, zeroCounters } from '../../shared/protocol/counters.ts';
import type { CountersMessage } from '../../shared/protocol/messages.ts';

export interface NodeCounters extends Counters {
  readonly node: string;
}

/** Counters summed over nodes, and those of each node. `max` is the sum of the nodes' maxima, so an upper bound. */
export interface SummedCounters extends Counters {
  readonly nodes: readonly NodeCounters[];
}

export type Reports = readonly { readonly node: string; readonly counters: CountersMessage }[];

/** Finds the counters of one thing in the report of a node. */
export type Pick = (report: CountersMessage) => Counters | undefined;

export const pickFrontend =
  (name: string): Pick =>
  (report) =>
    own(report.frontends, name);
export const pickBackend =
  (name: string): Pick =>
  (report) =>
    own(report.backends, name);
export const pickServer =
  (backend: string, server: string): Pick =>
  (report) =>
    own(own(report.servers, backend) ?? {}, server);

/** The sum over all reports that speak of the thing; zeros when none does. */
export function sumCounters(reports: Reports, pick: Pick): SummedCounters {
  const sum = zeroCounters();
  const nodes: NodeCounters[] = [];
  for (const { node, counters } of reports) {
    const found = pick(counters);
    if (found === undefined) continue;
    nodes.push({ node, ...found });
    add(sum.total, found.total);
    add(sum.current, found.current);
    add(sum.max, found.max);
    add(sum.rates, found.rates);
  }
  return { ...sum, nodes };
}

function add<Names extends string>(sum: Record<Names, number>, more: Readonly<Record<Names, number>>): void {
  for (const name of Object.keys(sum) as Names[]) sum[name] += more[name];
}

/** "__proto__" is a legal name, so only own members count. */
function own<Value>(record: Readonly<Record<string, unknown>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? (record[name] as Value) : undefined;
}
