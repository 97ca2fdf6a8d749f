/** /v1/nodes: the running data planes. */
import { nodeSchema } from '../nodes/node-record.ts';
import type { App, Context, Params } from './context.ts';
import { operation } from './operation.ts';
import { type PageQuery, pageQuerySchema, pageSchema, paginate } from './pagination.ts';

export function nodeRoutes(app: App, context: Context): void {
  const { hub } = context;
  const list = operation('/v1/nodes', {
    id: 'listNodes',
    tag: 'nodes',
    summary: 'List nodes',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page, by name.', schema: pageSchema(nodeSchema, 'NodeList') } },
  });
  app.get('/v1/nodes', list, async (request) => paginate(hub.list(), request.query as PageQuery));

  const url = '/v1/nodes/:node';
  const read = operation(url, {
    id: 'getNode',
    tag: 'nodes',
    summary: 'Read a node',
    answers: { 200: { description: 'The node.', schema: nodeSchema } },
    problems: [404],
  });
  app.get(url, read, async (request) => hub.get((request.params as Params).node ?? ''));

  const remove = operation(url, {
    id: 'deleteNode',
    tag: 'nodes',
    summary: 'Forget a node that is not connected',
    answers: { 204: { description: 'Forgotten.' } },
    problems: [404, 409],
    scope: 'admin',
  });
  app.delete(url, remove, async (request, reply) => {
    await hub.forget((request.params as Params).node ?? '');
    return reply.code(204).send();
  });

  const retryUrl = '/v1/nodes/:node/retries';
  const retry = operation(retryUrl, {
    id: 'createNodeRetry',
    tag: 'nodes',
    summary: 'Send a node again what it refused',
    description: 'For when the reason lay outside of the config, such as a port that another program held.',
    answers: { 202: { description: 'On its way.', schema: nodeSchema } },
    problems: [404],
    scope: 'operate',
  });
  app.post(retryUrl, retry, async (request, reply) => {
    const name = (request.params as Params).node ?? '';
    hub.retry(name);
    return reply.code(202).send(hub.get(name));
  });
}
