/** A server: one address to which a backend sends traffic. */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, durationField, hostPattern, nameField, portField } from './fields.ts';
import { idField } from './ids.ts';

/** What a server says for itself and `defaultServer` says for all servers of a backend. */
const serverSettings = {
  weight: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 256,
      description: 'Share of the traffic; 0 takes no new traffic. Default: 1.',
    }),
  ),
  maxconn: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description:
        'Most sessions of a node with the server at one time, whatever the number of workers; more requests wait in the queue of the backend. 0 for no limit. Default: 0.',
    }),
  ),
  minconn: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description:
        'Makes maxconn a limit that moves: so many sessions at least, and up to maxconn as those of the backend rise to its fullconn. 0 for a fixed limit. Default: 0.',
    }),
  ),
  slowstart: Type.Optional(
    durationField('How long a server that has come back takes to reach its full weight and maxconn.', '0s'),
  ),
  check: Type.Optional(Type.Boolean({ description: 'Whether the server is checked. Default: false.' })),
  inter: Type.Optional(durationField('Interval between two checks.', '2s')),
  fastinter: Type.Optional(durationField('Interval while the server is between two states.', 'the value of inter')),
  downinter: Type.Optional(durationField('Interval while the server is down.', 'the value of inter')),
  rise: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'Good checks in a row that mark it up. Default: 2.' }),
  ),
  fall: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'Bad checks in a row that mark it down. Default: 3.' }),
  ),
  checkPort: Type.Optional(portField('Port for checks. Default: the port of the server.')),
};

export const defaultServerSchema = closedObject(serverSettings, {
  title: 'DefaultServer',
  description: 'Settings of all servers of a backend that do not say otherwise (default-server).',
});

export const serverSchema = closedObject(
  {
    name: nameField('Name of the server, unique in its backend.'),
    description: Type.Optional(descriptionField),
    id: Type.Optional(idField('the servers of its backend')),
    address: Type.String({ pattern: hostPattern, description: 'IP address or host name.' }),
    port: portField('TCP port.'),
    backup: Type.Optional(
      Type.Boolean({ description: 'Used only when every other server is unavailable. Default: false.' }),
    ),
    nonStick: Type.Optional(
      Type.Boolean({ description: 'Stick rules never note this server (non-stick). Default: false.' }),
    ),
    disabled: Type.Optional(
      Type.Boolean({ description: 'Starts in maintenance: no traffic, no checks. Default: false.' }),
    ),
    ...serverSettings,
    checkAddress: Type.Optional(
      Type.String({ pattern: hostPattern, description: 'Address for checks. Default: the address of the server.' }),
    ),
  },
  { title: 'Server', description: 'One address to which a backend sends traffic.' },
);
export type DefaultServer = Static<typeof defaultServerSchema>;
export type Server = Static<typeof serverSchema>;
