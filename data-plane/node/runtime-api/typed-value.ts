/** How "show info" and "show stat" write single values: typed lines and JSON (management manual 2.6, section 9.2). */

/** Origin, nature and scope, such as "MGP", and the type of a value. */
export interface ValueKind {
  readonly tags: string;
  readonly type: 'u32' | 'u64' | 's32' | 'str' | 'flt';
}

export type Value = number | string;

const origins: Record<string, string> = { M: 'Metric', S: 'Status', K: 'Key', C: 'Config', P: 'Product' };
const natures: Record<string, string> = {
  A: 'Age',
  a: 'Avg',
  C: 'Counter',
  D: 'Duration',
  G: 'Gauge',
  L: 'Limit',
  M: 'Max',
  m: 'Min',
  N: 'Name',
  O: 'Output',
  R: 'Rate',
  T: 'Time',
};
const scopes: Record<string, string> = { C: 'Cluster', P: 'Process', S: 'Service', s: 'System' };

/** "MGP:u32:0" */
export function typedText({ tags, type }: ValueKind, value: Value): string {
  return `${tags}:${type}:${value}`;
}

/** The field of a JSON answer; `name` and `position` are those of the field. */
export function jsonField(position: number, name: string, { tags, type }: ValueKind, value: Value): object {
  return {
    field: { pos: position, name },
    processNum: 1,
    tags: {
      origin: origins[tags[0] ?? ''] ?? '',
      nature: natures[tags[1] ?? ''] ?? '',
      scope: scopes[tags[2] ?? ''] ?? '',
    },
    value: { type, value },
  };
}
