/** /v1/defaults. */
import { referencesToDefaults } from '../../shared/model/references.ts';
import { defaultsKind } from '../config/resource-kinds.ts';
import { topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { defaultsExample } from './examples.ts';
import { plainStatus } from './resource-status.ts';

export function defaultsRoutes(app: App, context: Context): void {
  const defaults = topCollection(defaultsKind, {
    example: defaultsExample,
    statusSchema: plainStatusSchema,
    status: plainStatus,
    referencesTo: referencesToDefaults,
  });
  collectionRoutes(app, context, defaults);
}
