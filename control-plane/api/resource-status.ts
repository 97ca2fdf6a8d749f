/** What the server adds to resources under `status`: uids, and what the nodes make of them. */
import { type TSchema, Type } from 'typebox';
import { closedObject } from '../../shared/model/fields.ts';
import { overrideSchema } from '../../shared/model/override.ts';
import { serverHealthSchema } from '../../shared/protocol/messages.ts';
import type { Fields } from '../config/resource-kinds.ts';
import { fieldErrorSchema } from '../nodes/version-status.ts';
import type { Context } from './context.ts';

const uid = Type.String({ description: 'Made by the server; a deleted and re-created resource has another.' });

export const proxyStatusSchema: TSchema = closedObject(
  {
    uid,
    nodes: Type.Array(
      closedObject({
        node: Type.String(),
        state: Type.Union([Type.Literal('applied'), Type.Literal('pending'), Type.Literal('rejected')], {
          description: 'How the node stands to the current version.',
        }),
        runningVersion: Type.Union([Type.Integer(), Type.Null()]),
        errors: Type.Array(fieldErrorSchema, { description: 'What the node refuses of this resource.' }),
      }),
      { description: 'Every connected node.' },
    ),
  },
  { title: 'ProxyStatus', description: 'Made by the server; ignored in requests.' },
);

export const serverStatusSchema: TSchema = closedObject(
  {
    uid,
    override: Type.Optional(overrideSchema),
    nodes: Type.Array(Type.Object({ node: Type.String(), ...serverHealthSchema.properties }), {
      description: 'What each connected node reports.',
    }),
  },
  { title: 'ServerStatus', description: 'Made by the server; ignored in requests.' },
);

/** Status of a resource of which nothing but its uid is known. */
export function plainStatus(context: Context, path: string): Fields {
  return { uid: context.keeper.uidOf(path) };
}

/** Status of a frontend or backend: how far its nodes are, and what they refuse of it or its children. */
export function proxyStatus(context: Context, path: string): Fields {
  const { nodes } = context.hub.versionStatus(context.keeper.current().version);
  return {
    uid: context.keeper.uidOf(path),
    nodes: nodes
      .filter(({ connection }) => connection === 'connected')
      .map(({ node, state, runningVersion, errors }) => ({
        node,
        state,
        runningVersion,
        errors: errors.filter(({ resource }) => resource === path || resource.startsWith(`${path}/`)),
      })),
  };
}

/** Status of a server: its override and its health on each node. */
export function serverStatus(context: Context, path: string): Fields {
  const [, , backend = '', , server = ''] = path.split('/');
  const override = context.overrides.get(backend, server);
  return {
    uid: context.keeper.uidOf(path),
    ...(override !== undefined && { override }),
    nodes: context.hub.serverHealth(backend, server).map(({ node, health }) => ({ node, ...health })),
  };
}
