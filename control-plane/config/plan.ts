/** A plan: what a change does to the config, as people and tools read it. */
import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from 'typebox';
import { closedObject } from '../../shared/model/fields.ts';
import { escapePointer } from '../../shared/validate.ts';
import type { ConfigDiff } from './diff-config.ts';

export const fieldChangeSchema = closedObject(
  {
    pointer: Type.String({ description: 'JSON pointer (RFC 6901) to the field inside the resource.' }),
    from: Type.Optional(Type.Unknown({ description: 'Value before; absent when the field is new.' })),
    to: Type.Optional(Type.Unknown({ description: 'Value after; absent when the field is gone.' })),
  },
  { title: 'FieldChange' },
);
export type FieldChange = Static<typeof fieldChangeSchema>;

export const planEntrySchema = closedObject(
  {
    action: Type.Union([Type.Literal('create'), Type.Literal('update'), Type.Literal('delete')]),
    resource: Type.String({ description: 'Path of the resource below /v1.', examples: ['/backends/app/servers/s1'] }),
    changes: Type.Optional(Type.Array(fieldChangeSchema, { description: 'Of an update: what changes.' })),
  },
  { title: 'PlanEntry', description: 'What a change does to one resource.' },
);
export type PlanEntry = Static<typeof planEntrySchema>;

/** The plan of a diff: deletions, then creations and updates, each by path. */
export function planOf(diff: ConfigDiff): PlanEntry[] {
  const updates = new Map<string, FieldChange[]>();
  const entries: PlanEntry[] = [];
  for (const { resource, before, after } of diff.changes) {
    if (before === undefined) entries.push({ action: 'create', resource });
    else if (after === undefined) entries.push({ action: 'delete', resource });
    else updates.set(resource, fieldChanges(before, after));
  }
  for (const { resource, field, before, after } of diff.orders) {
    if (!isReorder(before, after)) continue;
    const changes = updates.get(resource) ?? [];
    changes.push({ pointer: `/${field}`, from: before, to: after });
    updates.set(resource, changes);
  }
  for (const [resource, changes] of updates) entries.push({ action: 'update', resource, changes });
  const rank = { delete: 0, create: 1, update: 1 };
  return entries.sort((a, b) => rank[a.action] - rank[b.action] || comparePaths(a.resource, b.resource));
}

/** Whether what was there before and after changed its order; a new element in the middle is no reorder of the others. */
function isReorder(before: readonly string[], after: readonly string[]): boolean {
  const was = new Set(before);
  const isNow = new Set(after);
  return !isDeepStrictEqual(
    before.filter((name) => isNow.has(name)),
    after.filter((name) => was.has(name)),
  );
}

function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The fields that differ: objects are compared member by member, everything else as a whole. */
export function fieldChanges(before: unknown, after: unknown, pointer = ''): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) {
    return [{ pointer, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => fieldChanges(before[name], after[name], `${pointer}/${escapePointer(name)}`));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
