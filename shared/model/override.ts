/** An override: an operational change of a server that is stored beside its configuration and may expire. */
import { type Static, Type } from 'typebox';
import { closedObject } from './fields.ts';

export const overrideSchema = closedObject(
  {
    adminState: Type.Optional(
      Type.Union([Type.Literal('ready'), Type.Literal('drain'), Type.Literal('maint')], {
        description:
          '"ready": takes traffic when healthy. "drain": finishes what it has, takes no new traffic. "maint": no traffic, no checks.',
      }),
    ),
    weight: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 256, description: 'Weight in place of the configured one.' }),
    ),
    expiresAt: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$',
        description: 'When it ends by itself (RFC 3339). Default: never.',
        examples: ['2030-01-01T00:00:00Z'],
      }),
    ),
  },
  {
    title: 'Override',
    description: 'An operational change of a server, stored beside its configuration. At least adminState or weight.',
  },
);
export type Override = Static<typeof overrideSchema>;
export type AdminState = NonNullable<Override['adminState']>;
