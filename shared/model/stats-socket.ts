/** Stats sockets: where a node answers runtime commands in HAProxy's language (configuration manual 2.6, "stats socket"). */
import { type Static, Type } from 'typebox';
import { closedObject, durationField } from './fields.ts';

export const statsSocketSchema = closedObject(
  {
    address: Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Where it listens: "/path" or "unix@/path", a unix socket; "127.0.0.1:9999", "ipv4@127.0.0.1:9999", "ipv6@[::1]:9999" or "*:9999"; "fd@N", an inherited file descriptor that listens already.',
      examples: ['/run/sluice/admin.sock'],
    }),
    mode: Type.Optional(
      Type.String({
        pattern: '^[0-7]{3,4}$',
        description:
          'Access rights of a unix socket in octal, such as "600". Default: as the umask of the node has it.',
      }),
    ),
    user: Type.Optional(ownerField('User', 'user')),
    group: Type.Optional(ownerField('Group', 'group')),
    level: Type.Optional(
      Type.Union([Type.Literal('user'), Type.Literal('operator'), Type.Literal('admin')], {
        description:
          '"user": harmless statistics. "operator": all statistics, and resetting them. "admin": also changes to servers. Default: "operator".',
      }),
    ),
    exposeFdListeners: Type.Optional(
      Type.Boolean({ description: 'Whether a new process may take over listening sockets here. Default: false.' }),
    ),
  },
  { title: 'StatsSocket', description: 'A socket on which a node answers runtime commands (stats socket).' },
);
export type StatsSocket = Static<typeof statsSocketSchema>;
export type StatsLevel = NonNullable<StatsSocket['level']>;

/** The fields of global that concern stats sockets. */
export const statsFields = {
  statsSockets: Type.Optional(
    Type.Array(statsSocketSchema, { description: 'Where nodes answer runtime commands.', maxItems: 32 }),
  ),
  statsTimeout: Type.Optional(durationField('Longest silence on a connection to a stats socket.', '10s')),
  statsMaxconn: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Most connections to the stats sockets of a node at one time; others wait. Default: 10.',
    }),
  ),
};

function ownerField(noun: string, keyword: string) {
  return Type.String({
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$',
    description: `${noun} that owns a unix socket, by name or number (${keyword}). Default: that of the node.`,
  });
}
