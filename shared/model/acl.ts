/** An ACL: a named test on a request or connection, used in the conditions of rules. */
import { type Static, Type } from 'typebox';
import { matchMethods } from '../language/match-methods.ts';
import { closedObject, descriptionField, nameField } from './fields.ts';

/** One test: what is looked at, and what it is compared with. */
const test = {
  criterion: Type.String({
    minLength: 1,
    maxLength: 8_192,
    description:
      'What is tested: a fetch such as src, method or req.hdr(name), with converters after commas, or one that also says how to compare, such as path_beg, hdr_dom(name) or url_reg.',
    examples: ['path_beg', 'hdr(host),lower'],
  }),
  flags: Type.Optional(
    Type.Array(Type.String({ maxLength: 510 }), {
      description: `"-i" ignores the case of letters; "-m METHOD" says how to compare: ${matchMethods.join(', ')}; "-f NAME" adds the patterns of an ACL file, or behind "-M" the keys of a map. Flags count for the files behind them. Default: none, and what the criterion says or the type of its sample.`,
      maxItems: 64,
    }),
  ),
  values: Type.Optional(
    Type.Array(Type.String({ maxLength: 8_192 }), {
      maxItems: 100_000,
      description:
        'The patterns; the ACL holds when one of them matches. Numbers may be ranges, "80:90", and follow an operator: eq, ge, gt, le, lt. Default: none, for criteria that are true or false and for "-m found".',
    }),
  ),
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
