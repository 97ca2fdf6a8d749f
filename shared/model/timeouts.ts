/** The timeouts of frontends and backends, with HAProxy's meaning of each. */
import { type Static, Type } from 'typebox';
import { closedObject, durationField } from './fields.ts';

const tarpit = Type.Optional(
  durationField('How long the rule "tarpit" holds a request.', 'the value of connect, or 5s'),
);

const frontendTimeouts = {
  tarpit,
  client: Type.Optional(
    durationField('Longest inactivity of a client while data are expected from or sent to it.', '1m'),
  ),
  clientFin: Type.Optional(
    durationField(
      'Longest inactivity of a client once one side has ended its half of the connection.',
      'the value of client',
    ),
  ),
  httpRequest: Type.Optional(durationField('Longest time for a client to send the whole head of a request.', '10s')),
  httpKeepAlive: Type.Optional(
    durationField('Longest wait for the next request on a kept-alive connection.', 'the value of httpRequest'),
  ),
};

const backendTimeouts = {
  tarpit,
  connect: Type.Optional(durationField('Longest wait for a connection to a server.', '5s')),
  queue: Type.Optional(
    durationField('Longest wait for a server with fewer sessions than its maxconn; then 503.', 'the value of connect'),
  ),
  server: Type.Optional(
    durationField('Longest inactivity of a server while data are expected from or sent to it.', '1m'),
  ),
  serverFin: Type.Optional(
    durationField(
      'Longest inactivity of a server once one side has ended its half of the connection.',
      'the value of server',
    ),
  ),
  tunnel: Type.Optional(
    durationField(
      'Longest inactivity of both sides of a tunnel (upgraded HTTP or TCP).',
      'the values of client and server',
    ),
  ),
  check: Type.Optional(
    durationField('Longest time for a whole health check once connected.', 'the interval of the check'),
  ),
};

export const frontendTimeoutsSchema = closedObject(frontendTimeouts, { description: 'Timeouts towards clients.' });
export const backendTimeoutsSchema = closedObject(backendTimeouts, { description: 'Timeouts towards servers.' });
export const defaultsTimeoutsSchema = closedObject(
  { ...frontendTimeouts, ...backendTimeouts },
  { description: 'Timeouts of the frontends and backends that take these defaults.' },
);
export type FrontendTimeouts = Static<typeof frontendTimeoutsSchema>;
export type BackendTimeouts = Static<typeof backendTimeoutsSchema>;
