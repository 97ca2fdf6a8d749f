/** `option forwardfor`: telling servers the address of the client. */
import { type Static, Type } from 'typebox';
import { closedObject } from './fields.ts';
import { headerNamePattern } from './vocabulary.ts';

export const forwardforSchema = closedObject(
  {
    except: Type.Optional(
      Type.String({ description: 'Add nothing for clients in this IP network.', examples: ['127.0.0.0/8'] }),
    ),
    header: Type.Optional(
      Type.String({ pattern: headerNamePattern, description: 'Name of the header field. Default: "X-Forwarded-For".' }),
    ),
    ifNone: Type.Optional(
      Type.Boolean({ description: 'Add nothing when the request already has the field. Default: false.' }),
    ),
  },
  {
    title: 'Forwardfor',
    description: 'Adds the address of the client as a header field to requests (option forwardfor).',
  },
);
export type Forwardfor = Static<typeof forwardforSchema>;
