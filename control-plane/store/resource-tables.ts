/** Which table and columns hold each kind of resource; the fields without a column stand in the JSON column `document`. */
import { type ChildKind, type Fields, type PartKind, type TopKind, topKinds } from '../config/resource-kinds.ts';

/** A field of the document that has a column of its own. */
export interface ColumnField {
  readonly column: string;
  readonly field: string;
  /** Whether a value stands in the column; others stay in the document. */
  readonly holds: (value: unknown) => boolean;
}

export interface ResourceTable {
  readonly table: string;
  /** Columns that, with the values of {@link keyOf}, find the row. */
  readonly keys: readonly ('parent' | 'name')[];
  readonly columns: readonly ColumnField[];
  /** Whether a column `position` keeps the order of the list. */
  readonly positioned: boolean;
  readonly kind: TopKind | undefined;
  readonly nested: ChildKind | PartKind | undefined;
}

const column = (name: string, field = name, holds: ColumnField['holds'] = () => true): ColumnField => ({
  column: name,
  field,
  holds,
});

const isName = (value: unknown) => !String(value).includes('%[');

const topColumns: Record<TopKind['field'], readonly ColumnField[]> = {
  errorFiles: [column('status')],
  peers: [],
  userlists: [],
  defaults: [column('mode')],
  backends: [column('mode'), column('defaults', 'from')],
  frontends: [column('mode'), column('defaults', 'from'), column('default_backend', 'defaultBackend')],
};

const nestedTables: Record<string, { table: string; columns: readonly ColumnField[] }> = {
  'userlists/users': { table: 'users', columns: [] },
  'defaults/acls': { table: 'defaults_acls', columns: [column('criterion')] },
  'defaults/tcp-request-rules': {
    table: 'defaults_tcp_request_rules',
    columns: [column('priority'), column('action')],
  },
  'defaults/tcp-response-rules': {
    table: 'defaults_tcp_response_rules',
    columns: [column('priority'), column('action')],
  },
  'defaults/http-request-rules': {
    table: 'defaults_http_request_rules',
    columns: [column('priority'), column('action')],
  },
  'defaults/http-response-rules': {
    table: 'defaults_http_response_rules',
    columns: [column('priority'), column('action')],
  },
  'defaults/http-after-response-rules': {
    table: 'defaults_http_after_response_rules',
    columns: [column('priority'), column('action')],
  },
  'frontends/binds': { table: 'binds', columns: [column('address'), column('port')] },
  'frontends/acls': { table: 'frontend_acls', columns: [column('criterion')] },
  'frontends/http-request-rules': {
    table: 'frontend_http_request_rules',
    columns: [column('priority'), column('action')],
  },
  'frontends/backend-switching-rules': {
    table: 'backend_switching_rules',
    columns: [column('priority'), column('backend', 'backend', isName)],
  },
  'backends/servers': { table: 'servers', columns: [column('address'), column('port'), column('weight')] },
  'backends/acls': { table: 'backend_acls', columns: [column('criterion')] },
  'backends/http-request-rules': {
    table: 'backend_http_request_rules',
    columns: [column('priority'), column('action')],
  },
  'frontends/tcp-request-rules': {
    table: 'frontend_tcp_request_rules',
    columns: [column('priority'), column('action')],
  },
  'frontends/http-response-rules': {
    table: 'frontend_http_response_rules',
    columns: [column('priority'), column('action')],
  },
  'frontends/http-after-response-rules': {
    table: 'frontend_http_after_response_rules',
    columns: [column('priority'), column('action')],
  },
  'backends/tcp-request-rules': {
    table: 'backend_tcp_request_rules',
    columns: [column('priority'), column('action')],
  },
  'backends/tcp-response-rules': {
    table: 'backend_tcp_response_rules',
    columns: [column('priority'), column('action')],
  },
  'backends/http-response-rules': {
    table: 'backend_http_response_rules',
    columns: [column('priority'), column('action')],
  },
  'backends/http-after-response-rules': {
    table: 'backend_http_after_response_rules',
    columns: [column('priority'), column('action')],
  },
  'backends/server-switching-rules': {
    table: 'server_switching_rules',
    columns: [column('priority'), column('server')],
  },
  'backends/stick-rules': { table: 'stick_rules', columns: [column('priority'), column('type')] },
  'backends/health-check': { table: 'health_checks', columns: [column('type')] },
};

const globalTable: ResourceTable = {
  table: 'global',
  keys: ['name'],
  columns: [],
  positioned: false,
  kind: undefined,
  nested: undefined,
};

/** All tables of the config; what is referred to comes before what refers. */
export const resourceTables: readonly ResourceTable[] = [
  globalTable,
  ...topKinds.flatMap((kind) => [
    {
      table: kind.segment.replaceAll('-', '_'),
      keys: ['name'],
      columns: topColumns[kind.field],
      positioned: false,
      kind,
      nested: undefined,
    } as const,
    ...kind.parts.map((nested) => ({ ...nestedTable(kind, nested), keys: ['parent'] as const, positioned: false })),
    ...kind.children.map((nested) => ({
      ...nestedTable(kind, nested),
      keys: ['parent', 'name'] as const,
      positioned: !nested.byPriority,
    })),
  ]),
];

function nestedTable(kind: TopKind, nested: ChildKind | PartKind) {
  const found = nestedTables[`${kind.segment}/${nested.segment}`];
  if (found === undefined) throw new Error(`no table for ${kind.segment}/${nested.segment}`);
  return { ...found, kind, nested };
}

const byPrefix = new Map(resourceTables.map((table) => [prefixOf(table), table]));

function prefixOf(table: ResourceTable): string {
  if (table.kind === undefined) return 'global';
  return table.nested === undefined ? table.kind.segment : `${table.kind.segment}/${table.nested.segment}`;
}

/** The table and key of a resource path such as "/backends/app/servers/s1". */
export function locate(resource: string): { table: ResourceTable; key: readonly string[] } {
  const [, top = '', parent = '', segment, name] = resource.split('/');
  const table = byPrefix.get(segment === undefined ? top : `${top}/${segment}`);
  if (table === undefined) throw new Error(`no table for ${resource}`);
  if (segment === undefined) return { table, key: [parent] };
  return { table, key: name === undefined ? [parent] : [parent, name] };
}

/** The path of the resource in a row, the other way round than {@link locate}. */
export function pathOf(table: ResourceTable, row: { parent?: string; name?: string }): string {
  if (table.kind === undefined) return '/global';
  if (table.nested === undefined) return `/${table.kind.segment}/${row.name}`;
  const path = `/${table.kind.segment}/${row.parent}/${table.nested.segment}`;
  return row.name === undefined ? path : `${path}/${row.name}`;
}

/** Splits a document into the values of its columns and the JSON of the rest. */
export function toRow(table: ResourceTable, fields: Fields): { values: unknown[]; document: string } {
  const { name: _name, ...rest }: Record<string, unknown> = fields;
  const values = table.columns.map(({ field, holds }) => {
    const value = rest[field];
    if (!holds(value)) return null;
    delete rest[field];
    return value ?? null;
  });
  return { values, document: JSON.stringify(rest) };
}

/** Joins what {@link toRow} split. */
export function fromRow(table: ResourceTable, row: Readonly<Record<string, unknown>>): Fields {
  const fields: Record<string, unknown> = {};
  if (table.kind !== undefined && table.keys.includes('name')) fields.name = row.name;
  for (const { column: name, field } of table.columns) {
    if (row[name] !== null) fields[field] = row[name];
  }
  return { ...fields, ...JSON.parse(String(row.document)) };
}
