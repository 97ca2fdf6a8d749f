/** /v1/error-files. */
import { referencesToErrorFile } from '../../shared/model/references.ts';
import { errorFileKind } from '../config/resource-kinds.ts';
import { topCollection } from './collection.ts';
import { collectionRoutes } from './collection-routes.ts';
import type { App, Context } from './context.ts';
import { errorFileExample } from './examples.ts';
import { plainStatus } from './resource-status.ts';

/** An error file has a field `status` of its own, so that of the server is left out. */
export function errorFileRoutes(app: App, context: Context): void {
  collectionRoutes(
    app,
    context,
    topCollection(errorFileKind, {
      example: errorFileExample,
      status: plainStatus,
      referencesTo: referencesToErrorFile,
    }),
  );
}
