/** The config: the whole desired state. */
import { type Static, Type } from 'typebox';
import { backendSchema } from './backend.ts';
import { defaultsSchema } from './defaults.ts';
import { errorFileSchema } from './error-file.ts';
import { closedObject } from './fields.ts';
import { frontendSchema } from './frontend.ts';
import { globalSchema } from './global.ts';
import { peersSchema } from './stick-table.ts';
import { userlistSchema } from './userlist.ts';

export const configSchema = closedObject(
  {
    global: Type.Optional(globalSchema),
    errorFiles: Type.Optional(Type.Array(errorFileSchema)),
    peers: Type.Optional(Type.Array(peersSchema)),
    userlists: Type.Optional(Type.Array(userlistSchema)),
    defaults: Type.Optional(Type.Array(defaultsSchema)),
    frontends: Type.Optional(Type.Array(frontendSchema)),
    backends: Type.Optional(Type.Array(backendSchema)),
  },
  { title: 'Config', description: 'The whole desired state.' },
);

/** A config as a client writes it: every part may be absent. */
export type ConfigDocument = Static<typeof configSchema>;

/** A config as Sluice keeps it: every part is there, top-level resources sorted by name. Frozen, never changed in place. */
export type Config = Required<ConfigDocument>;
