/** A bind: an address and port on which a frontend accepts connections. */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, hostPattern, nameField, portField } from './fields.ts';

export const bindSchema = closedObject(
  {
    name: nameField('Name of the bind, unique in its frontend.'),
    description: Type.Optional(descriptionField),
    address: Type.Optional(
      Type.String({
        pattern: `^\\*$|${hostPattern}`,
        description:
          'IP address to listen on; "*" stands for every IPv4 address, "::" for every address of both families. Default: "*".',
      }),
    ),
    port: portField('TCP port to listen on.'),
    backlog: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: 'Connections the kernel may hold that no worker has accepted yet. Default: 1024.',
      }),
    ),
  },
  { title: 'Bind', description: 'An address and port on which a frontend accepts connections.' },
);
export type Bind = Static<typeof bindSchema>;
