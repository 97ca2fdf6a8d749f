/** The routes of a single resource without a name, such as `global` or the health check of a backend. */
import type { TSchema } from 'typebox';
import { type FieldError, SluiceError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import type { Fields } from '../config/resource-kinds.ts';
import type { App, Context, Params, Reply, Request } from './context.ts';
import { mergePatchSchema, plainStatusSchema, withStatus } from './document-schemas.ts';
import { checkPreconditions, etagOf, isNotModified } from './etag.ts';
import { mergePatchType } from './json-body.ts';
import { mergePatch } from './merge-patch.ts';
import { notApplied, operation, writeHeaders } from './operation.ts';
import { readDocument, withoutStatus } from './read-document.ts';
import { uncheckedBody } from './validate-request.ts';
import { answerWrite, writeQuerySchema } from './write.ts';

export interface Singleton {
  readonly url: string;
  readonly noun: string;
  readonly tag: string;
  readonly title: string;
  readonly schema: TSchema;
  readonly example: Fields;
  /** Whether it is always there, so that it can be neither created nor deleted. */
  readonly permanent: boolean;
  /** The document, undefined when there is none. Throws not-found when its parent is not there. */
  read(config: Config, params: Params): Fields | undefined;
  /** The config with the document, or without it. */
  write(config: Config, params: Params, document: Fields | undefined): Config;
  path(params: Params): string;
  /** The errors of the resource that holds it, seen from inside. */
  locate?(error: FieldError, params: Params): FieldError;
}

/** Registers GET, PUT, PATCH and, unless it is permanent, DELETE. */
export function singletonRoutes(app: App, context: Context, singleton: Singleton): void {
  const { url, noun, tag, title, schema, permanent } = singleton;
  const problems = url.includes(':') ? [404] : [];
  const answer = { schema: withStatus(schema, plainStatusSchema), headers: writeHeaders };
  const updated = { 200: { description: 'Changed.', ...answer }, 202: notApplied };
  const created = { description: 'Created.', ...answer };

  const read = operation(url, {
    id: `get${noun}`,
    tag,
    summary: `Read ${title}`,
    answers: { 200: { description: 'As written, and its status.', ...answer }, 304: { description: 'Not changed.' } },
    problems,
  });
  app.get(url, read, async (request, reply) => {
    const { config } = context.keeper.current();
    const tagged = etagOf(find(singleton, config, paramsOf(request)));
    if (isNotModified(request, tagged)) return reply.code(304).header('etag', tagged).send();
    return send(context, singleton, request, reply, config);
  });

  const put = operation(url, {
    id: `put${noun}`,
    tag,
    summary: permanent ? `Replace ${title}` : `Create or replace ${title}`,
    query: writeQuerySchema,
    body: { ...schema, examples: [singleton.example] } as TSchema,
    answers: permanent ? updated : { ...updated, 201: created },
    problems: [...problems, 412, 422],
  });
  app.put(url, { ...put, validatorCompiler: uncheckedBody }, async (request, reply) => {
    const document = readDocument(schema, request.body);
    let isNew = false;
    return change(context, singleton, request, reply, {
      edit: (existing) => {
        isNew = existing === undefined;
        return document;
      },
      answer: (config) => send(context, singleton, request, reply.code(isNew ? 201 : 200), config),
    });
  });

  const patch = operation(url, {
    id: `patch${noun}`,
    tag,
    summary: `Change fields of ${title}`,
    query: writeQuerySchema,
    body: mergePatchSchema,
    consumes: [mergePatchType, 'application/json'],
    answers: updated,
    problems: [...problems, 412, 422],
  });
  app.patch(url, { ...patch, validatorCompiler: uncheckedBody }, async (request, reply) =>
    change(context, singleton, request, reply, {
      edit: (existing) => {
        if (existing === undefined) throw missing(singleton, paramsOf(request));
        return readDocument(schema, mergePatch(existing, withoutStatus(request.body)));
      },
      answer: (config) => send(context, singleton, request, reply, config),
    }),
  );

  if (permanent) return;
  const remove = operation(url, {
    id: `delete${noun}`,
    tag,
    summary: `Delete ${title}`,
    query: writeQuerySchema,
    answers: { 204: { description: 'Deleted.' }, 202: notApplied },
    problems: [...problems, 412, 422],
  });
  app.delete(url, remove, async (request, reply) =>
    change(context, singleton, request, reply, {
      edit: (existing) => {
        if (existing === undefined) throw missing(singleton, paramsOf(request));
        return undefined;
      },
      answer: () => reply.code(204).send(),
    }),
  );
}

interface Change {
  readonly edit: (existing: Fields | undefined) => Fields | undefined;
  readonly answer: (config: Config) => Reply;
}

function change(context: Context, singleton: Singleton, request: Request, reply: Reply, step: Change): Promise<Reply> {
  const params = paramsOf(request);
  return answerWrite(context, request, reply, {
    edit: (config) => {
      const existing = singleton.read(config, params);
      checkPreconditions(request, existing);
      return singleton.write(config, params, step.edit(existing));
    },
    locate: (error) => singleton.locate?.(error, params) ?? error,
    answer: ({ current }) => step.answer(current.config),
  });
}

function send(context: Context, singleton: Singleton, request: Request, reply: Reply, config: Config): Reply {
  const params = paramsOf(request);
  const document = find(singleton, config, params);
  const status = { uid: context.keeper.uidOf(singleton.path(params)) };
  return reply.header('etag', etagOf(document)).send({ ...document, status });
}

function find(singleton: Singleton, config: Config, params: Params): Fields {
  const document = singleton.read(config, params);
  if (document === undefined) throw missing(singleton, params);
  return document;
}

function missing(singleton: Singleton, params: Params): SluiceError {
  return new SluiceError('not-found', `there is no ${singleton.path(params)}`);
}

function paramsOf(request: Request): Params {
  return request.params as Params;
}
