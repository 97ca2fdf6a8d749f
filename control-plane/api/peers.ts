/** /v1/peers. */
import { referencesToPeers } from '../../shared/model/references.ts';
import { peersKind } from '../config/resource-kinds.ts';
import { topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { plainStatusSchema } from './document-schemas.ts';
import { peersExample } from './examples.ts';
import { plainStatus } from './resource-status.ts';

export function peersRoutes(app: App, context: Context): void {
  collectionRoutes(
    app,
    context,
    topCollection(peersKind, {
      example: peersExample,
      status: plainStatus,
      statusSchema: plainStatusSchema,
      referencesTo: referencesToPeers,
    }),
  );
}
