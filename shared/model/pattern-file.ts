/** Maps and ACL files as the REST API shows them. */
import { type Static, Type } from 'typebox';
import { closedObject } from './fields.ts';

const text = (description: string, maxLength = 8_192) => Type.String({ maxLength, description });

const mapEntry = closedObject(
  { key: text('What samples are compared with.'), value: text('What a lookup answers.') },
  { title: 'MapEntry', description: 'A key of a map and its value.' },
);

const most = 5_000_000;

export const mapSchema = closedObject(
  { entries: Type.Array(mapEntry, { maxItems: most, description: 'In order; a key may stand there more than once.' }) },
  { title: 'Map', description: 'What the converters "map" and its kin look up.' },
);

export const aclFileSchema = closedObject(
  { patterns: Type.Array(text('A pattern.'), { maxItems: most, description: 'In order.' }) },
  { title: 'AclFile', description: 'Patterns of ACLs, which "-f" names.' },
);

export const patternSummarySchema = closedObject(
  {
    name: Type.String(),
    entries: Type.Integer({ description: 'How many there are.' }),
    usedBy: Type.Array(Type.String(), { description: 'Paths of the resources that name it.' }),
  },
  { title: 'PatternSummary', description: 'A map or an ACL file without its entries.' },
);

const value = Type.Optional(text('The value, in a map.'));

export const patternChangesSchema = closedObject(
  {
    changes: Type.Array(
      closedObject({
        op: Type.Union([Type.Literal('add'), Type.Literal('set'), Type.Literal('delete')], {
          description:
            '"add" appends an entry whether or not the key is there; "set" gives all entries of the key the value, or appends one; "delete" removes all of them.',
        }),
        key: text('The key, or the pattern.'),
        value,
      }),
      { minItems: 1, maxItems: 100_000, description: 'All of them are carried out, in order, or none.' },
    ),
  },
  { title: 'PatternChanges', description: 'Changes of a map or an ACL file.' },
);
export type PatternChanges = Static<typeof patternChangesSchema>;

export const mapValueSchema = closedObject({ value: text('The value.') }, { title: 'MapValue' });
export const mapKeySchema = closedObject(
  { key: Type.String(), values: Type.Array(Type.String(), { description: 'Of all entries of the key, in order.' }) },
  { title: 'MapKey', description: 'What a map has for a key.' },
);
export const aclPatternSchema = closedObject({ pattern: Type.String() }, { title: 'AclPattern' });
