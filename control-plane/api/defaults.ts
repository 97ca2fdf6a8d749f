/** /v1/defaults with their ACLs and rules. */
import { referencesToDefaults } from '../../shared/model/references.ts';
import { defaultsKind } from '../config/resource-kinds.ts';
import { childCollection, topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { childExamples, defaultsExample } from './examples.ts';
import { plainStatus } from './resource-status.ts';

export function defaultsRoutes(app: App, context: Context): void {
  const defaults = topCollection(defaultsKind, {
    example: defaultsExample,
    statusSchema: plainStatusSchema,
    status: plainStatus,
    referencesTo: referencesToDefaults,
  });
  collectionRoutes(app, context, defaults);
  for (const kind of defaultsKind.children) {
    const example = childExamples[kind.noun] ?? {};
    collectionRoutes(app, context, childCollection(defaultsKind, kind, { example, ...statusOf(kind.noun) }));
  }
}

/** HTTP rules have a field `status` of their own (that of deny), so theirs is left out. */
function statusOf(noun: string) {
  return { status: plainStatus, ...(!/^Http.*Rule$/.test(noun) && { statusSchema: plainStatusSchema }) };
}
