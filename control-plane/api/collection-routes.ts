/** The routes of any list of named resources: list, create, read, replace, patch, delete. */
import type { FieldError } from '../../shared/errors.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import { lastPriority } from '../config/complete-config.ts';
import type { Fields, Named } from '../config/resource-kinds.ts';
import type { Collection } from './collection.ts';
import type { App, Context, Params, Reply, Request } from './context.ts';
import { mergePatchSchema, withoutName, withStatus } from './document-schemas.ts';
import { checkPreconditions, etagOf, isNotModified } from './etag.ts';
import { mergePatchType } from './json-body.ts';
import { mergePatch } from './merge-patch.ts';
import { notApplied, operation, writeHeaders } from './operation.ts';
import { type PageQuery, pageQuerySchema, pageSchema, paginate } from './pagination.ts';
import { readDocument, withoutStatus } from './read-document.ts';
import { uncheckedBody } from './validate-request.ts';
import { answerWrite, writeQuerySchema } from './write.ts';

/** Bodies are checked by the handlers, which know the name in the URL. */
const unchecked = { validatorCompiler: uncheckedBody };

/** Registers the six routes of a collection. */
export function collectionRoutes(app: App, context: Context, collection: Collection): void {
  listRoute(app, context, collection);
  createRoute(app, context, collection);
  readRoute(app, context, collection);
  replaceRoute(app, context, collection);
  patchRoute(app, context, collection);
  deleteRoute(app, context, collection);
}

function listRoute(app: App, context: Context, collection: Collection): void {
  const { url, plural, noun, tag } = collection;
  const documented = operation(url, {
    id: `list${plural}`,
    tag,
    summary: `List ${words(plural)}`,
    query: pageQuerySchema,
    answers: { 200: { description: 'One page, by name.', schema: pageSchema(readSchema(collection), `${noun}List`) } },
    problems: url.includes(':') ? [404] : [],
  });
  app.get(url, documented, async (request) => {
    const page = paginate(
      collection.list(context.keeper.current().config, paramsOf(request)),
      request.query as PageQuery,
    );
    return { ...page, items: page.items.map((item) => represent(context, collection, paramsOf(request), item)) };
  });
}

function createRoute(app: App, context: Context, collection: Collection): void {
  const { url, noun, tag } = collection;
  const documented = operation(url, {
    id: `create${noun}`,
    tag,
    summary: `Create ${article(noun)}`,
    query: writeQuerySchema,
    body: withExample(collection.schema, collection.example),
    answers: {
      201: {
        description: 'Created.',
        schema: readSchema(collection),
        headers: { ...writeHeaders, Location: 'Where it is.' },
      },
      202: notApplied,
    },
    problems: [404, 409, 412, 422],
  });
  app.post(url, { ...documented, ...unchecked }, async (request, reply) => {
    const document = readDocument(collection.schema, request.body) as Named;
    const put = putEdit(collection, request, document, true);
    return answerWrite(context, request, reply, {
      edit: put.edit,
      locate: put.locate,
      answer: ({ current }) => {
        reply.code(201).header('location', `/v1${collection.path(paramsOf(request), document.name)}`);
        return sendElement(context, collection, request, reply, current.config, document.name);
      },
    });
  });
}

function readRoute(app: App, context: Context, collection: Collection): void {
  const url = elementUrl(collection);
  const documented = operation(url, {
    id: `get${collection.noun}`,
    tag: collection.tag,
    summary: `Read ${article(collection.noun)}`,
    answers: {
      200: {
        description: 'As written, and its status.',
        schema: readSchema(collection),
        headers: { ETag: writeHeaders.ETag },
      },
      304: { description: 'It still has the ETag of If-None-Match.' },
    },
    problems: [404],
  });
  app.get(url, documented, async (request, reply) => {
    const { config } = context.keeper.current();
    const tag = etagOf(find(collection, config, paramsOf(request)));
    if (isNotModified(request, tag)) return reply.code(304).header('etag', tag).send();
    return sendElement(context, collection, request, reply, config, nameOf(collection, request));
  });
}

function replaceRoute(app: App, context: Context, collection: Collection): void {
  const url = elementUrl(collection);
  const { name: _name, ...example } = collection.example;
  const answer = { schema: readSchema(collection), headers: writeHeaders };
  const documented = operation(url, {
    id: `put${collection.noun}`,
    tag: collection.tag,
    summary: `Create or replace ${article(collection.noun)}`,
    description: 'A document equal to what is there makes no version.',
    query: writeQuerySchema,
    body: withExample(withoutName(collection.schema), example),
    answers: {
      200: { description: 'Replaced.', ...answer },
      201: { description: 'Created.', ...answer, headers: { ...writeHeaders, Location: 'Where it is.' } },
      202: notApplied,
    },
    problems: [404, 412, 422],
  });
  app.put(url, { ...documented, ...unchecked }, async (request, reply) => {
    const name = nameOf(collection, request);
    const document = readDocument(collection.schema, request.body, name) as Named;
    const put = putEdit(collection, request, document, false);
    return answerWrite(context, request, reply, {
      edit: put.edit,
      locate: put.locate,
      answer: ({ current }) => {
        if (put.created()) reply.code(201).header('location', `/v1${collection.path(paramsOf(request), name)}`);
        return sendElement(context, collection, request, reply, current.config, name);
      },
    });
  });
}

function patchRoute(app: App, context: Context, collection: Collection): void {
  const url = elementUrl(collection);
  const documented = operation(url, {
    id: `patch${collection.noun}`,
    tag: collection.tag,
    summary: `Change fields of ${article(collection.noun)}`,
    query: writeQuerySchema,
    body: mergePatchSchema,
    consumes: [mergePatchType, 'application/json'],
    answers: {
      200: { description: 'Changed.', schema: readSchema(collection), headers: writeHeaders },
      202: notApplied,
    },
    problems: [404, 412, 422],
  });
  app.patch(url, { ...documented, ...unchecked }, async (request, reply) => {
    const name = nameOf(collection, request);
    let locate = (error: FieldError) => error;
    const edit = (config: Config) => {
      const existing = find(collection, config, paramsOf(request));
      const merged = mergePatch(existing, withoutStatus(request.body));
      const put = putEdit(collection, request, readDocument(collection.schema, merged, name) as Named, false);
      locate = put.locate;
      return put.edit(config);
    };
    return answerWrite(context, request, reply, {
      edit,
      locate: (error) => locate(error),
      answer: ({ current }) => sendElement(context, collection, request, reply, current.config, name),
    });
  });
}

function deleteRoute(app: App, context: Context, collection: Collection): void {
  const url = elementUrl(collection);
  const documented = operation(url, {
    id: `delete${collection.noun}`,
    tag: collection.tag,
    summary: `Delete ${article(collection.noun)}`,
    query: writeQuerySchema,
    answers: {
      204: { description: 'Deleted.', headers: { 'Config-Version': writeHeaders['Config-Version'] } },
      202: notApplied,
    },
    problems: [404, 409, 412, 422],
  });
  app.delete(url, documented, async (request, reply) => {
    const params = paramsOf(request);
    const edit = (config: Config) => {
      const existing = find(collection, config, params);
      checkPreconditions(request, existing);
      const referencedBy = collection.referencesTo?.(config, existing.name) ?? [];
      if (referencedBy.length > 0) {
        const detail = `${collection.path(params, existing.name)} is still referred to by ${referencedBy.join(', ')}`;
        throw new SluiceError('still-referenced', detail, { referencedBy });
      }
      const rest = collection.list(config, params).filter((item) => item !== existing);
      return collection.withList(config, params, rest);
    };
    return answerWrite(context, request, reply, {
      edit,
      locate: (error) => error,
      answer: () => reply.code(204).send(),
    });
  });
}

/** The edit that puts a document into its list, and where its errors stand in the body. */
function putEdit(collection: Collection, request: Request, document: Named, mustBeNew: boolean) {
  const params = paramsOf(request);
  let created = false;
  let index = 0;
  return {
    created: () => created,
    edit(config: Config): Config {
      const items = collection.list(config, params);
      const found = items.findIndex((item) => item.name === document.name);
      const existing = items[found];
      checkPreconditions(request, existing);
      if (mustBeNew && existing !== undefined) {
        throw new SluiceError('already-exists', `${collection.path(params, document.name)} exists already`);
      }
      created = existing === undefined;
      index = created ? items.length : found;
      return collection.withList(config, params, items.toSpliced(index, 1, withPriority(collection, document, items)));
    },
    locate(error: FieldError): FieldError {
      const holder = collection.holder(params);
      const prefix = holder && `${holder.pointer}/${index}`;
      if (error.resource !== holder?.resource || prefix === undefined) return error;
      if (error.pointer !== prefix && !error.pointer.startsWith(`${prefix}/`)) return error;
      return {
        ...error,
        resource: collection.path(params, document.name),
        pointer: error.pointer.slice(prefix.length),
      };
    },
  };
}

/** A rule without priority keeps the one it had, or goes last. */
function withPriority(collection: Collection, document: Named, items: readonly Named[]): Named {
  if (!collection.byPriority || document.priority !== undefined) return document;
  const existing = items.find((item) => item.name === document.name);
  return { ...document, priority: existing?.priority ?? lastPriority(items) };
}

function find(collection: Collection, config: Config, params: Params): Named {
  const name = params[collection.param] ?? '';
  const found = collection.list(config, params).find((item) => item.name === name);
  if (found === undefined) throw new SluiceError('not-found', `there is no ${collection.path(params, name)}`);
  return found;
}

function sendElement(
  context: Context,
  collection: Collection,
  request: Request,
  reply: Reply,
  config: Config,
  name: string,
): Reply {
  const params = { ...paramsOf(request), [collection.param]: name };
  const item = find(collection, config, params);
  return reply.header('etag', etagOf(item)).send(represent(context, collection, params, item));
}

function represent(context: Context, collection: Collection, params: Params, item: Named): Fields {
  if (collection.statusSchema === undefined) return item;
  return { ...item, status: collection.status(context, collection.path(params, item.name), item) };
}

function readSchema({ schema, statusSchema }: Collection) {
  return statusSchema === undefined ? schema : withStatus(schema, statusSchema);
}

function withExample<Schema extends object>(schema: Schema, example: Fields): Schema {
  return { ...schema, examples: [example] };
}

function elementUrl({ url, param }: Collection): string {
  return `${url}/:${param}`;
}

function paramsOf(request: Request): Params {
  return request.params as Params;
}

function nameOf(collection: Collection, request: Request): string {
  return paramsOf(request)[collection.param] ?? '';
}

function words(noun: string): string {
  return noun.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function article(noun: string): string {
  const text = words(noun);
  return noun.endsWith('s') ? text : `${/^[aeiou]/.test(text) ? 'an' : 'a'} ${text}`;
}
