/** /v1/global. */
import { globalSchema } from '../../shared/model/global.ts';
import type { App, Context } from './context.ts';
import { singletonRoutes } from './singleton-routes.ts';

export function globalRoutes(app: App, context: Context): void {
  singletonRoutes(app, context, {
    url: '/v1/global',
    noun: 'Global',
    tag: 'global',
    title: 'the settings of nodes as a whole',
    schema: globalSchema,
    example: { nbproc: 2, hardStopAfter: '30s' },
    permanent: true,
    read: (config) => config.global,
    write: (config, _params, document) => ({ ...config, global: document ?? {} }),
    path: () => '/global',
  });
}
