/** An ACL: a named test on a request or connection, used in the conditions of rules. */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, nameField } from './fields.ts';

/** One test: what is looked at, and what it is compared with. */
const test = {
  criterion: Type.String({
    minLength: 1,
    maxLength: 200,
    description:
      'What is tested: path, path_beg, path_end, path_sub, path_dir, hdr(name), hdr_beg(name), hdr_end(name), ' +
      'hdr_sub(name), hdr_dir(name), hdr_dom(name), method or src.',
    examples: ['path_beg', 'hdr(host)'],
  }),
  flags: Type.Optional(
    Type.Array(Type.Union([Type.Literal('-i')]), {
      description: '"-i" ignores the case of letters. Default: none.',
      maxItems: 8,
    }),
  ),
  values: Type.Array(Type.String({ maxLength: 8_192 }), {
    minItems: 1,
    maxItems: 100_000,
    description: 'The patterns; the ACL holds when one of them matches.',
  }),
};

const aclTestSchema = closedObject(test, { title: 'AclTest', description: 'One more test of an ACL.' });
export type AclTest = Static<typeof aclTestSchema>;

export const aclSchema = closedObject(
  {
    name: nameField('Name of the ACL, unique in its frontend or backend.'),
    description: Type.Optional(descriptionField),
    ...test,
    or: Type.Optional(
      Type.Array(aclTestSchema, {
        maxItems: 1_000,
        description: 'More tests; the ACL holds when one of them does (several lines of one name in a haproxy.cfg).',
      }),
    ),
  },
  { title: 'Acl', description: 'A named test on a request or connection (configuration manual 2.6, chapter 7).' },
);
export type Acl = Static<typeof aclSchema>;
