/** /v1/backends with their servers, ACLs, rules and health check. */
import { referencesToBackend } from '../../shared/model/references.ts';
import { backendKind, type Fields, type Named } from '../config/resource-kinds.ts';
import { childCollection, parentOf, topCollection, withParent } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context, Params } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { backendExample, childExamples, healthCheckExample } from './examples.ts';
import { plainStatus, proxyStatus, proxyStatusSchema, serverStatus, serverStatusSchema } from './resource-status.ts';
import { type Singleton, singletonRoutes } from './singleton-routes.ts';

export function backendRoutes(app: App, context: Context): void {
  const backends = topCollection(backendKind, {
    example: backendExample,
    statusSchema: proxyStatusSchema,
    status: proxyStatus,
    referencesTo: referencesToBackend,
  });
  collectionRoutes(app, context, backends);
  for (const kind of backendKind.children) {
    const example = childExamples[kind.noun] ?? {};
    collectionRoutes(app, context, childCollection(backendKind, kind, { example, ...statusOf(kind.noun) }));
  }
  for (const part of backendKind.parts) singletonRoutes(app, context, partOf(part));
}

/** HTTP rules have a field `status` of their own (that of deny), so theirs is left out. */
function statusOf(noun: string) {
  if (noun === 'Server') return { status: serverStatus, statusSchema: serverStatusSchema };
  return { status: plainStatus, ...(!/^Http.*Rule$/.test(noun) && { statusSchema: plainStatusSchema }) };
}

function partOf({ segment, field, noun, schema }: (typeof backendKind.parts)[number]): Singleton {
  const path = (params: Params) => `/backends/${params.backend}/${segment}`;
  return {
    url: `/v1/backends/:backend/${segment}`,
    noun: `Backend${noun}`,
    tag: 'backends',
    title: 'the health check of a backend',
    schema,
    example: healthCheckExample,
    permanent: false,
    path,
    read: (config, params) => parentOf(backendKind, config, params)[field] as Fields | undefined,
    write(config, params, document) {
      const { [field]: _previous, ...parent } = parentOf(backendKind, config, params);
      return withParent(backendKind, config, {
        ...parent,
        ...(document !== undefined && { [field]: document }),
      } as Named);
    },
    locate(error, params) {
      if (error.resource !== `/backends/${params.backend}` || !error.pointer.startsWith(`/${field}/`)) return error;
      return { ...error, resource: path(params), pointer: error.pointer.slice(field.length + 1) };
    },
  };
}
