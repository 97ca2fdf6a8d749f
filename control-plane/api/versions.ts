/** /v1/versions and /v1/rollbacks: the history of the config, and the way back. */
import { type Static, Type } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { configSchema } from '../../shared/model/config.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { diffConfigs } from '../config/diff-config.ts';
import { planEntrySchema, planOf } from '../config/plan.ts';
import { rollback } from '../config/rollback.ts';
import { versionStatusSchema } from '../nodes/version-status.ts';
import type { VersionRecord } from '../store/store.ts';
import { configChangeSchema } from './config.ts';
import type { App, Context, Params, Request } from './context.ts';
import { notApplied, operation, writeHeaders } from './operation.ts';
import { cut, limitOf, pageSchema, versionPageQuerySchema } from './pagination.ts';
import { noteOf, waitOf, waitQuery } from './write.ts';

const summaryFields = {
  version: Type.Integer({ minimum: 0 }),
  hash: Type.String({ description: 'SHA-256 of its snapshot.' }),
  author: Type.String({ description: 'Name of the token that made the change; "local" when none was needed.' }),
  message: Type.String(),
  time: Type.String({ description: 'RFC 3339.' }),
};
const summarySchema = closedObject(summaryFields, { title: 'VersionSummary' });
const versionSchema = closedObject(
  {
    ...summaryFields,
    changes: Type.Array(planEntrySchema, { description: 'What it changed in the version before.' }),
    config: configSchema,
  },
  { title: 'Version' },
);
const diffSchema = closedObject(
  {
    from: Type.Integer({ minimum: 0 }),
    to: Type.Integer({ minimum: 0 }),
    changes: Type.Array(planEntrySchema, { description: 'What leads from the one version to the other.' }),
  },
  { title: 'VersionDiff' },
);
const rollbackSchema = closedObject(
  {
    version: Type.Integer({ minimum: 0, description: 'The version whose config is to be current again.' }),
    message: Type.Optional(Type.String({ maxLength: 1_000, description: 'Why; stands beside the new version.' })),
  },
  { title: 'Rollback', examples: [{ version: 3, message: 'back to before the move' }] },
);

export function versionRoutes(app: App, context: Context): void {
  const { store } = context;
  const list = operation('/v1/versions', {
    id: 'listVersions',
    tag: 'versions',
    summary: 'List versions, newest first',
    query: versionPageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageSchema(summarySchema, 'VersionList') } },
  });
  app.get('/v1/versions', list, async (request) => {
    const query = request.query as Static<typeof versionPageQuerySchema>;
    const limit = limitOf(query);
    const found = await store.listVersions({
      limit: limit + 1,
      ...(query.after !== undefined && { before: query.after }),
    });
    return cut(found, limit, (item) => String(item.version));
  });

  const readUrl = '/v1/versions/:version';
  const read = operation(readUrl, {
    id: 'getVersion',
    tag: 'versions',
    summary: 'Read a version',
    answers: { 200: { description: 'The version and its config.', schema: versionSchema } },
    problems: [404],
  });
  app.get(readUrl, read, async (request) => {
    const { plan, ...record } = await findVersion(context, versionOf(request));
    return { ...record, changes: plan };
  });

  const diffUrl = '/v1/versions/:version/diff';
  const diffQuery = closedObject({
    against: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The version to compare with. Default: the one before.' }),
    ),
  });
  const diff = operation(diffUrl, {
    id: 'diffVersions',
    tag: 'versions',
    summary: 'Compare two versions',
    query: diffQuery,
    answers: { 200: { description: 'What leads from "against" to this version.', schema: diffSchema } },
    problems: [404],
  });
  app.get(diffUrl, diff, async (request) => {
    const to = await findVersion(context, versionOf(request));
    const against = (request.query as Static<typeof diffQuery>).against ?? Math.max(0, to.version - 1);
    const from = await findVersion(context, against);
    return { from: from.version, to: to.version, changes: planOf(diffConfigs(from.config, to.config)) };
  });

  const statusUrl = '/v1/versions/:version/status';
  const status = operation(statusUrl, {
    id: 'getVersionStatus',
    tag: 'versions',
    summary: 'Read how far a version has come',
    answers: { 200: { description: 'Node by node.', schema: versionStatusSchema } },
    problems: [404],
  });
  app.get(statusUrl, status, async (request) => {
    const version = versionOf(request);
    if (version > context.keeper.current().version) throw noVersion(version);
    return context.hub.versionStatus(version);
  });
}

export function rollbackRoutes(app: App, context: Context): void {
  const url = '/v1/rollbacks';
  const post = operation(url, {
    id: 'createRollback',
    tag: 'versions',
    summary: 'Go back to the config of an earlier version',
    description: 'Makes a new version, unless that config is current already.',
    query: closedObject(waitQuery),
    body: rollbackSchema,
    answers: {
      200: { description: 'That config is current already.', schema: configChangeSchema },
      201: {
        description: 'A new version.',
        schema: configChangeSchema,
        headers: { ...writeHeaders, Location: 'The version.' },
      },
      202: notApplied,
    },
    problems: [404, 422],
  });
  app.post(url, post, async (request, reply) => {
    const { version, message = `back to version ${version}` } = request.body as Static<typeof rollbackSchema>;
    const timeout = waitOf(request);
    const note = { ...noteOf(request), message };
    const { current, changed, plan } = await rollback(context.keeper, context.store, version, note);
    reply.header('config-version', String(current.version));
    if (timeout !== undefined) {
      const applied = await context.hub.waitForVersion(current.version, timeout);
      if (applied.state !== 'applied') return reply.code(202).send(applied);
    }
    if (changed) reply.code(201).header('location', `/v1/versions/${current.version}`);
    return reply.send({ version: current.version, changes: plan });
  });
}

async function findVersion(context: Context, version: number): Promise<VersionRecord> {
  const record = await context.store.getVersion(version);
  if (record === undefined) throw noVersion(version);
  return record;
}

function versionOf(request: Request): number {
  const { version = '' } = request.params as Params;
  if (!/^\d{1,15}$/.test(version)) throw noVersion(version);
  return Number(version);
}

function noVersion(version: number | string): SluiceError {
  return new SluiceError('not-found', `there is no version ${version}`);
}
