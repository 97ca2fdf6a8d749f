/** /v1/userlists with their users. */
import { referencesToUserlist } from '../../shared/model/references.ts';
import { userlistKind } from '../config/resource-kinds.ts';
import { childCollection, topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { childExamples, userlistExample } from './examples.ts';
import { plainStatus } from './resource-status.ts';

export function userlistRoutes(app: App, context: Context): void {
  const shared = { statusSchema: plainStatusSchema, status: plainStatus };
  collectionRoutes(
    app,
    context,
    topCollection(userlistKind, { example: userlistExample, referencesTo: referencesToUserlist, ...shared }),
  );
  for (const kind of userlistKind.children) {
    const example = childExamples[kind.noun] ?? {};
    collectionRoutes(app, context, childCollection(userlistKind, kind, { example, ...shared }));
  }
}
