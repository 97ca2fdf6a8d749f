/** How many connections of clients are served: limits of frontends, which defaults may set for many. */
import { Type } from 'typebox';

/** Limits count for a node as a whole, whatever the number of its workers. */
export const maxconnField = (of: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 10_000_000,
    description: `Most connections of ${of} that a node serves at one time, whatever the number of its workers; more wait, accepted but not read, until one ends. 0 for no limit. Default: 0.`,
  });

export const connectionLimits = {
  maxconn: Type.Optional(maxconnField('clients to the frontend')),
  rateLimitSessions: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description:
        'Most sessions that the frontend begins on a node in one second (rate-limit sessions); more connections wait. 0 for no limit. Default: 0.',
    }),
  ),
};
