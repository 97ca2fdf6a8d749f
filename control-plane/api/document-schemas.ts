/** The variants of a resource's schema: as read (with `status`), as put (name from the URL), as a patch. */
import { type TSchema, Type } from 'typebox';

interface ObjectSchema {
  readonly title?: string;
  readonly anyOf?: readonly ObjectSchema[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** The schema with `status` added; of a union, of each of its branches. */
export function withStatus(schema: TSchema, status: TSchema): TSchema {
  return mapObjects(schema, 'WithStatus', (object) => ({
    ...object,
    properties: { ...object.properties, status },
    required: [...(object.required ?? []), 'status'],
  }));
}

/** The schema with a name that may be absent, as the URL has it. */
export function withoutName(schema: TSchema): TSchema {
  return mapObjects(schema, 'Put', (object) => ({
    ...object,
    required: (object.required ?? []).filter((name) => name !== 'name'),
  }));
}

function mapObjects(schema: TSchema, suffix: string, map: (object: ObjectSchema) => ObjectSchema): TSchema {
  const apply = (object: ObjectSchema): ObjectSchema => ({
    ...(object.anyOf === undefined ? map(object) : { ...object, anyOf: object.anyOf.map(apply) }),
    title: `${object.title}${suffix}`,
  });
  return apply(schema as ObjectSchema) as unknown as TSchema;
}

/** Any JSON merge patch. */
export const mergePatchSchema: TSchema = Type.Object(
  {},
  {
    additionalProperties: true,
    title: 'MergePatch',
    description: 'JSON merge patch (RFC 7396): members replace those of the resource, null removes them.',
  },
);

/** Status of a resource of which nothing more is known. */
export const plainStatusSchema: TSchema = Type.Object(
  { uid: Type.String({ description: 'Made by the server; a deleted and re-created resource has another.' }) },
  { title: 'Status', readOnly: true, description: 'Made by the server; ignored in requests.' },
);
