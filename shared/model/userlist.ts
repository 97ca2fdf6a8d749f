/** Userlists: users with their passwords and groups, whom rules ask for (configuration manual 2.6, section 3.4). */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, nameField } from './fields.ts';

/** What stands between white space and commas in a haproxy.cfg. */
const wordPattern = '^[\\x21-\\x2b\\x2d-\\x7e\\x80-\\uffff]{1,128}$';

const groupName = Type.String({ pattern: wordPattern });

export const userSchema = closedObject(
  {
    name: Type.String({
      pattern: '^[\\x21-\\x2b\\x2d\\x2e\\x30-\\x39\\x3b-\\x7e\\x80-\\uffff]{1,128}$',
      description: 'Name of the user, unique in the userlist: no space, comma, colon or slash.',
    }),
    description: Type.Optional(descriptionField),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description:
          'Hash of the password as crypt(3) makes it: "$6$", "$5$", "$1$" or DES; one that begins with "!" or "*" fits no password. Default: none, and the user has none.',
        examples: ['$5$abcdefgh$GzAL/HPD/MYJIjVUUnvBTiqueLrt/LVxJEZtz0qaNX2'],
      }),
    ),
    insecurePassword: Type.Optional(
      Type.String({
        maxLength: 256,
        description:
          'The password itself, which is kept and shown as it is (insecure-password). Prefer password. Default: none.',
      }),
    ),
    groups: Type.Optional(
      Type.Array(groupName, {
        maxItems: 1_000,
        uniqueItems: true,
        description: 'The groups of the userlist that the user is in. Default: none.',
      }),
    ),
  },
  { title: 'User', description: 'A user of a userlist, with at most one of password and insecurePassword.' },
);
export type User = Static<typeof userSchema>;

export const userlistSchema = closedObject(
  {
    name: nameField('Name of the userlist, unique among userlists.'),
    description: Type.Optional(descriptionField),
    groups: Type.Optional(
      Type.Array(groupName, {
        maxItems: 10_000,
        uniqueItems: true,
        description: 'Names of groups that users may be in. Default: none.',
      }),
    ),
    users: Type.Optional(Type.Array(userSchema, { maxItems: 100_000, description: 'The users.' })),
  },
  { title: 'Userlist', description: 'Users and groups for HTTP authentication (userlist).' },
);
export type Userlist = Static<typeof userlistSchema>;
