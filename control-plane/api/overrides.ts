/** /v1/backends/{b}/servers/{s}/override: operational changes of a server. */
import type { TSchema } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { type Override, overrideSchema } from '../../shared/model/override.ts';
import type { App, Context, Params, Reply, Request } from './context.ts';
import { checkPreconditions, etagOf } from './etag.ts';
import { notApplied, operation } from './operation.ts';
import { overrideStatus } from './override-status.ts';
import { waitOf, waitQuery } from './write.ts';

const url = '/v1/backends/:backend/servers/:server/override';
const tag = 'overrides';
const example = { adminState: 'drain', expiresAt: '2030-01-01T00:00:00Z' };
const etag = { ETag: 'Tag of the override.' };

export function overrideRoutes(app: App, context: Context): void {
  const { overrides } = context;
  const find = (request: Request) => overrides.get(...serverOf(request));

  const read = operation(url, {
    id: 'getServerOverride',
    tag,
    summary: 'Read the override of a server',
    answers: { 200: { description: 'The override.', schema: overrideSchema, headers: etag } },
    problems: [404],
  });
  app.get(url, read, async (request, reply) => {
    const override = find(request);
    if (override === undefined)
      throw new SluiceError('not-found', `server "${serverOf(request).join('/')}" has no override`);
    return reply.header('etag', etagOf(override)).send(override);
  });

  const put = operation(url, {
    id: 'putServerOverride',
    tag,
    summary: 'Override the administrative state or weight of a server',
    description: 'Makes no version. It stays until it is deleted, expires, or the server is deleted.',
    query: closedObject(waitQuery),
    body: { ...overrideSchema, examples: [example] } as TSchema,
    answers: {
      200: { description: 'Replaced.', schema: overrideSchema, headers: etag },
      201: { description: 'Created.', schema: overrideSchema, headers: etag },
      202: notApplied,
    },
    problems: [404, 412, 422],
    scope: 'operate',
  });
  app.put(url, put, async (request, reply) => {
    const override = request.body as Override;
    const existing = find(request);
    checkPreconditions(request, existing);
    const timeout = waitOf(request);
    await overrides.put(...serverOf(request), override);
    const pending = await waitForNodes(context, request, reply, timeout);
    return (
      pending ??
      reply
        .code(existing === undefined ? 201 : 200)
        .header('etag', etagOf(override))
        .send(override)
    );
  });

  const remove = operation(url, {
    id: 'deleteServerOverride',
    tag,
    summary: 'End the override of a server',
    query: closedObject(waitQuery),
    answers: { 204: { description: 'Ended.' }, 202: notApplied },
    problems: [404, 412],
    scope: 'operate',
  });
  app.delete(url, remove, async (request, reply) => {
    checkPreconditions(request, find(request));
    const timeout = waitOf(request);
    await overrides.remove(...serverOf(request));
    const pending = await waitForNodes(context, request, reply, timeout);
    return pending ?? reply.code(204).send();
  });
}

/** With `wait=applied`: 202 when a connected node does not report the wanted state of the server in time. */
async function waitForNodes(
  context: Context,
  request: Request,
  reply: Reply,
  timeout: number | undefined,
): Promise<Reply | undefined> {
  if (timeout === undefined) return undefined;
  const [backend, server] = serverOf(request);
  const status = await context.hub.waitFor(
    () => overrideStatus(context, backend, server),
    ({ state }) => state !== 'pending',
    timeout,
  );
  return status.state === 'applied' ? undefined : reply.code(202).send(status);
}

function serverOf(request: Request): [backend: string, server: string] {
  const { backend = '', server = '' } = request.params as Params;
  return [backend, server];
}
