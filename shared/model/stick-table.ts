/** A stick table: what is remembered of keys such as client addresses (configuration manual 2.6, "stick-table"). */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, durationField, nameField } from './fields.ts';
import { longestArray, stickDataTypes } from './stick-data.ts';
import { type StickTableType, stickTableTypes } from './vocabulary.ts';

const dataNames = stickDataTypes.map(({ name, kind, isArray }) => {
  const args = [...(isArray ? ['n'] : []), ...(kind === 'rate' ? ['period'] : [])];
  return args.length === 0 ? name : `${name}(${args.join(',')})`;
});

const definition = {
  type: Type.Unsafe<StickTableType>(
    Type.Union(
      stickTableTypes.map((type) => Type.Literal(type)),
      {
        description:
          '"ip" for IPv4 addresses, "ipv6" for addresses of both families, "integer" for numbers of 32 bits, "string" and "binary" for texts and bytes up to len.',
      },
    ),
  ),
  len: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 16_384,
      description:
        'Of a table of type "string" or "binary": longest key in bytes. More is cut off; shorter bytes are filled up with zeros. Default: 32.',
    }),
  ),
  size: Type.Integer({
    minimum: 1,
    maximum: 1_073_741_824,
    description: 'Most entries. A new one takes the place of the oldest, unless nopurge is set.',
  }),
  expire: Type.Optional(
    durationField('How long an entry lasts after it was last tracked, matched or changed.', 'for ever'),
  ),
  nopurge: Type.Optional(
    Type.Boolean({ description: 'Whether a full table refuses new entries. Set expire with it. Default: false.' }),
  ),
  srvkey: Type.Optional(
    Type.Union([Type.Literal('name'), Type.Literal('addr')], {
      description: 'What a server is known by: its name, or its address and port. Default: "name".',
    }),
  ),
  store: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z0-9_]{1,20}(?:\\([0-9a-z,]{1,40}\\))?$' }), {
      maxItems: 100,
      description: `What is kept with each entry: ${dataNames.join(', ')}. A period is a duration, n a number up to ${longestArray}. Rules that stick to servers add server_id and server_key by themselves. Default: nothing.`,
      examples: [['http_req_rate(10s)', 'gpc0']],
    }),
  ),
};

export const stickTableSchema = closedObject(
  {
    ...definition,
    peers: Type.Optional(
      nameField(
        'Peers to share it with (peers). Workers of a node share every table; other nodes are not reached yet.',
      ),
    ),
  },
  {
    title: 'StickTable',
    description: 'What is remembered of keys such as client addresses. It has the name of its proxy.',
  },
);
export type StickTable = Static<typeof stickTableSchema>;

const peersTableSchema = closedObject(
  {
    name: nameField('Name of the table, unique in its peers.'),
    description: Type.Optional(descriptionField),
    ...definition,
  },
  { title: 'PeersTable', description: 'A stick table that belongs to no proxy; rules name it "PEERS/NAME".' },
);

export const peersSchema = closedObject(
  {
    name: nameField('Name of the peers, unique among peers.'),
    description: Type.Optional(descriptionField),
    tables: Type.Optional(Type.Array(peersTableSchema, { maxItems: 1_000, description: 'Their stick tables.' })),
  },
  { title: 'Peers', description: 'Stick tables that belong to no proxy (peers).' },
);
export type Peers = Static<typeof peersSchema>;
export type PeersTable = Static<typeof peersTableSchema>;

/** The name of a table of a backend, a frontend or peers, as rules and expressions write it. */
export const tableNamePattern = '^[A-Za-z0-9_.:-]{1,128}(?:/[A-Za-z0-9_.:-]{1,128})?$';

export const tableField = Type.String({
  pattern: tableNamePattern,
  description: 'The stick table: the name of the proxy that has it, or "PEERS/TABLE". Default: that of this proxy.',
});
