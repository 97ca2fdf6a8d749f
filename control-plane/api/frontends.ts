/** /v1/frontends with their binds, ACLs and rules. */
import { frontendKind } from '../config/resource-kinds.ts';
import { childCollection, topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { childExamples, frontendExample } from './examples.ts';
import { plainStatus, proxyStatus, proxyStatusSchema } from './resource-status.ts';

export function frontendRoutes(app: App, context: Context): void {
  const frontends = topCollection(frontendKind, {
    example: frontendExample,
    statusSchema: proxyStatusSchema,
    status: proxyStatus,
  });
  collectionRoutes(app, context, frontends);
  for (const kind of frontendKind.children) {
    const example = childExamples[kind.noun] ?? {};
    collectionRoutes(app, context, childCollection(frontendKind, kind, { example, ...statusOf(kind.noun) }));
  }
}

/** HTTP rules have a field `status` of their own (that of deny), so theirs is left out. */
function statusOf(noun: string) {
  return { status: plainStatus, ...(!/^Http.*Rule$/.test(noun) && { statusSchema: plainStatusSchema }) };
}
