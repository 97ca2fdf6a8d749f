/** A bind: an address and port, or another socket, on which a frontend accepts connections. */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, hostPattern, nameField, portField } from './fields.ts';
import { idField } from './ids.ts';

export const bindSchema = closedObject(
  {
    name: nameField('Name of the bind, unique in its frontend.'),
    description: Type.Optional(descriptionField),
    id: Type.Optional(idField('the binds of its frontend')),
    address: Type.Optional(
      Type.String({
        pattern: `^\\*$|${hostPattern}|^unix@/[\\x21-\\x7e]{1,100}$|^fd@[0-9]{1,6}$`,
        description:
          'IP address to listen on; "*" stands for every IPv4 address, "::" for every address of both families. "unix@" and an absolute path stand for a unix socket, "fd@" and a number for a listening socket that the node inherited; both go without a port. Default: "*".',
      }),
    ),
    port: Type.Optional(portField('TCP port to listen on; none with "unix@" and "fd@".')),
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
