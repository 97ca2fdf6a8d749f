/** /v1/config: the whole desired state in one document. */
import { type Static, type TSchema, Type } from 'typebox';
import type { FieldError } from '../../shared/errors.ts';
import { type Config, type ConfigDocument, configSchema } from '../../shared/model/config.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { fromDocument } from '../config/complete-config.ts';
import { planEntrySchema } from '../config/plan.ts';
import { topKinds } from '../config/resource-kinds.ts';
import type { App, Context } from './context.ts';
import { checkPreconditions, etagOf, isNotModified } from './etag.ts';
import { configExample } from './examples.ts';
import { notApplied, operation, writeHeaders } from './operation.ts';
import { readDocument, withoutStatus } from './read-document.ts';
import { uncheckedBody } from './validate-request.ts';
import { answerWrite, relocate, writeQuerySchema } from './write.ts';

export const configChangeSchema = closedObject(
  {
    version: Type.Integer({ description: 'The version now current.' }),
    changes: Type.Array(planEntrySchema, { description: 'What changes, or would change, resource by resource.' }),
  },
  { title: 'ConfigChange' },
);

export const putQuerySchema = closedObject({
  ...writeQuerySchema.properties,
  dryRun: Type.Optional(Type.Boolean({ description: 'Answer what would change and change nothing. Default: false.' })),
});

/** The files that an import is about to put are not there when it only asks what would change. */
const putConfigQuerySchema = closedObject({
  ...putQuerySchema.properties,
  assumePatterns: Type.Optional(
    Type.Boolean({
      description:
        'With dryRun=true: maps and ACL files count as being there, with whatever is needed. Default: false.',
    }),
  ),
});

export function configRoutes(app: App, context: Context): void {
  const url = '/v1/config';
  const { keeper } = context;
  const read = operation(url, {
    id: 'getConfig',
    tag: 'config',
    summary: 'Read the whole config',
    answers: {
      200: { description: 'The config, without any status.', schema: configSchema, headers: writeHeaders },
      304: { description: 'It still has the ETag of If-None-Match.' },
    },
  });
  app.get(url, read, async (request, reply) => {
    const { config, version } = keeper.current();
    const tag = etagOf(config);
    reply.header('etag', tag).header('config-version', String(version));
    return isNotModified(request, tag) ? reply.code(304).send() : reply.send(config);
  });

  const put = operation(url, {
    id: 'putConfig',
    tag: 'config',
    summary: 'Replace the whole config',
    description: 'What the document does not name is deleted. With dryRun=true it answers the plan only.',
    query: putConfigQuerySchema,
    body: { ...configSchema, examples: [configExample] } as TSchema,
    answers: {
      200: { description: 'What changed.', schema: configChangeSchema, headers: writeHeaders },
      202: notApplied,
    },
    problems: [412, 422],
  });
  app.put(url, { ...put, validatorCompiler: uncheckedBody }, async (request, reply) => {
    const document = readDocument(configSchema, withoutNestedStatus(request.body)) as ConfigDocument;
    const edit = (config: Config) => {
      checkPreconditions(request, config);
      return fromDocument(document);
    };
    const locate = (error: FieldError) => locateInDocument(document, error);
    const { dryRun, assumePatterns = false } = request.query as Static<typeof putConfigQuerySchema>;
    if (dryRun === true) {
      const { current, plan } = await keeper
        .plan(edit, assumePatterns)
        .catch((error: unknown) => Promise.reject(relocate(error, locate)));
      return reply.header('config-version', String(current.version)).send({ version: current.version, changes: plan });
    }
    return answerWrite(context, request, reply, {
      edit,
      locate,
      answer: ({ current, plan }) =>
        reply.header('etag', etagOf(current.config)).send({ version: current.version, changes: plan }),
    });
  });
}

function withoutNestedStatus(body: unknown): unknown {
  const document = withoutStatus(body);
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map(withoutStatus) : withoutStatus(value),
    ]),
  );
}

/** Points an error of a resource, such as "/frontends/web" "/binds/0", into the document: "/frontends/1/binds/0". */
function locateInDocument(document: ConfigDocument, error: FieldError): FieldError {
  if (error.resource === '') return error;
  if (error.resource === '/global') return { ...error, pointer: `/global${error.pointer}` };
  const [, segment, name] = error.resource.split('/');
  const kind = topKinds.find((each) => each.segment === segment);
  if (kind === undefined) return error;
  const items = document[kind.field] ?? [];
  const index = items.findIndex((item) => item.name === name);
  return index < 0 ? error : { ...error, pointer: `/${kind.field}/${index}${error.pointer}` };
}
