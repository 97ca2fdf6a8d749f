/** Global: settings of a node as a whole. */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, durationField } from './fields.ts';

export const globalSchema = closedObject(
  {
    description: Type.Optional(descriptionField),
    nbproc: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'Worker processes of a node that was not started with --workers. Default: the number of its cores.',
      }),
    ),
    hardStopAfter: Type.Optional(durationField('How long connections may last after a node was told to stop.', '30s')),
  },
  { title: 'Global', description: 'Settings of a node as a whole.' },
);
export type Global = Static<typeof globalSchema>;
