/** /v1/maps and /v1/acl-files: what expressions look up, changed without a version. */
import type { TSchema } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { closedObject } from '../../shared/model/fields.ts';
import {
  aclFileSchema,
  aclPatternSchema,
  mapKeySchema,
  mapSchema,
  mapValueSchema,
  type PatternChanges,
  patternChangesSchema,
  patternSummarySchema,
} from '../../shared/model/pattern-file.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import {
  kindNames,
  type PatternChange,
  type PatternKind,
  patternPath,
  writePatterns,
} from '../../shared/patterns/pattern-file.ts';
import { findViolations } from '../../shared/validate.ts';
import { referencesToPatterns } from '../patterns/check-patterns.ts';
import type { BookFile } from '../patterns/pattern-book.ts';
import type { App, Context, Params, Reply, Request } from './context.ts';
import { checkPreconditions, etagOf, isNotModified } from './etag.ts';
import { readJsonBodies } from './json-body.ts';
import { notApplied, operation } from './operation.ts';
import { type PageQuery, pageQuerySchema, pageSchema, paginate } from './pagination.ts';
import { uncheckedBody, wrongBody } from './validate-request.ts';
import { waitOf, waitQuery } from './write.ts';

const textType = 'text/plain';

/** What differs between maps and ACL files. */
interface Kind {
  readonly kind: PatternKind;
  /** Path below /v1, tag of the routes, parameter of their URLs. */
  readonly tag: 'maps' | 'acl-files';
  readonly param: 'map' | 'file';
  /** In names of operations and in summaries. */
  readonly noun: 'Map' | 'AclFile';
  readonly words: string;
  readonly schema: TSchema;
  readonly example: object;
  /** What the URLs call an entry. */
  readonly entry: { readonly segment: string; readonly param: string; readonly noun: string; readonly schema: TSchema };
}

const maps: Kind = {
  kind: 'map',
  tag: 'maps',
  param: 'map',
  noun: 'Map',
  words: 'a map',
  schema: mapSchema,
  example: { entries: [{ key: 'shop.example', value: 'shop' }] },
  entry: { segment: 'entries', param: 'key', noun: 'MapEntry', schema: mapKeySchema },
};
const aclFiles: Kind = {
  kind: 'acl',
  tag: 'acl-files',
  param: 'file',
  noun: 'AclFile',
  words: 'an ACL file',
  schema: aclFileSchema,
  example: { patterns: ['192.0.2.0/24'] },
  entry: { segment: 'patterns', param: 'pattern', noun: 'AclPattern', schema: aclPatternSchema },
};

/** They take text bodies too, so they stand in a scope of their own. */
export function patternFileRoutes(app: App, context: Context): void {
  app.register(async (scope) => {
    readJsonBodies(scope as App);
    scope.addContentTypeParser(textType, { parseAs: 'string' }, (_request, body, done) => done(null, body));
    for (const kind of [maps, aclFiles]) {
      listRoute(scope as App, context, kind);
      readRoute(scope as App, context, kind);
      putRoute(scope as App, context, kind);
      deleteRoute(scope as App, context, kind);
      changesRoute(scope as App, context, kind);
      readEntryRoute(scope as App, context, kind);
      putEntryRoute(scope as App, context, kind);
      deleteEntryRoute(scope as App, context, kind);
    }
  });
}

const urlOf = ({ tag, param }: Kind) => `/v1/${tag}/:${param}`;
const entryUrl = (kind: Kind) => `${urlOf(kind)}/${kind.entry.segment}/:${kind.entry.param}`;
const nameOf = ({ param }: Kind, request: Request) => (request.params as Params)[param] ?? '';
const keyOf = ({ entry }: Kind, request: Request) => (request.params as Params)[entry.param] ?? '';
const etag = { ETag: 'Tag of the contents.' };
const query = closedObject(waitQuery);
const noVersion = 'Makes no version: connected nodes have the change at once.';

function listRoute(app: App, context: Context, kind: Kind): void {
  const url = `/v1/${kind.tag}`;
  const route = operation(url, {
    id: `list${kind.noun}s`,
    tag: kind.tag,
    summary: kind.kind === 'map' ? 'List maps' : 'List ACL files',
    query: pageQuerySchema,
    answers: { 200: { description: 'One page.', schema: pageSchema(patternSummarySchema, `${kind.noun}Page`) } },
  });
  app.get(url, route, async (request, reply) => {
    const files = context.patterns.files().filter((file) => file.kind === kind.kind);
    const { items, ...page } = paginate(files, request.query as PageQuery);
    return reply.send({ items: items.map((file) => summaryOf(context, file)), ...page });
  });
}

function summaryOf({ keeper }: Context, { kind, name, list }: BookFile) {
  const usedBy = referencesToPatterns(keeper.current().config, kind, name).map((path) => `/v1${path}`);
  return { name, entries: list.size, usedBy };
}

function readRoute(app: App, context: Context, kind: Kind): void {
  const url = urlOf(kind);
  const route = operation(url, {
    id: `get${kind.noun}`,
    tag: kind.tag,
    summary: `Read ${kind.words}`,
    description: `With "Accept: ${textType}" as the text of a file in HAProxy's form.`,
    answers: {
      200: { description: 'The contents.', schema: kind.schema, headers: etag },
      304: { description: 'They still have the ETag of If-None-Match.' },
    },
    problems: [404],
  });
  app.get(url, route, async (request, reply) => {
    const file = find(context, kind, request);
    const tag = etagOf(versionOf(file));
    reply.header('etag', tag).header('vary', 'accept');
    if (isNotModified(request, tag)) return reply.code(304).send();
    const contents = file.list.contents();
    if (!(request.headers.accept ?? '').startsWith(textType)) return reply.send(toDocument(kind, contents));
    return reply.type(`${textType}; charset=utf-8`).send(writePatterns(kind.kind, contents));
  });
}

function putRoute(app: App, context: Context, kind: Kind): void {
  const url = urlOf(kind);
  const route = operation(url, {
    id: `put${kind.noun}`,
    tag: kind.tag,
    summary: `Create ${kind.words} or replace its contents`,
    description: `${noVersion} A body of ${textType} is a file in HAProxy's form.`,
    query,
    body: { ...kind.schema, examples: [kind.example] },
    consumes: ['application/json', textType],
    answers: {
      200: { description: 'Replaced.', schema: patternSummarySchema, headers: etag },
      201: { description: 'Created.', schema: patternSummarySchema, headers: { ...etag, Location: 'Where it is.' } },
      202: notApplied,
    },
    problems: [409, 412, 422],
    scope: 'operate',
  });
  app.put(url, { ...route, validatorCompiler: uncheckedBody }, async (request, reply) => {
    const name = nameOf(kind, request);
    if (!/^[\x20-\x7e]{1,500}$/.test(name)) {
      throw wrongBody([{ pointer: '', detail: 'a name has 1 to 500 characters of ASCII' }]);
    }
    const entries = readEntries(kind, request.body);
    const timeout = waitOf(request);
    let created = false;
    const file = await context.keeper.exclusively(async () => {
      const before = context.patterns.get(kind.kind, name);
      created = before === undefined;
      checkPreconditions(request, before && versionOf(before));
      return context.patterns.put(name, entries);
    });
    return answerChange(context, request, reply, timeout, () => {
      if (created) reply.code(201).header('location', `/v1${patternPath(kind.kind, name)}`);
      return reply.header('etag', etagOf(versionOf(file))).send(summaryOf(context, file));
    });
  });
}

/** The contents in a body, as JSON or as the text of a file. */
function readEntries(kind: Kind, body: unknown): PackedEntries {
  if (typeof body === 'string') return PackedEntries.parse(kind.kind, Buffer.from(body), 'utf8');
  const violations = findViolations(kind.schema, body);
  if (violations.length > 0) throw wrongBody(violations);
  return PackedEntries.from(kind.kind, contentsOf(kind, body), 'utf8');
}

function contentsOf(kind: Kind, body: unknown): readonly string[] {
  if (kind.kind === 'acl') return (body as { patterns: string[] }).patterns;
  const contents: string[] = [];
  for (const { key, value } of (body as { entries: { key: string; value: string }[] }).entries)
    contents.push(key, value);
  return contents;
}

function toDocument({ kind }: Kind, contents: readonly string[]): object {
  if (kind === 'acl') return { patterns: contents };
  const entries = Array.from({ length: contents.length / 2 }, (_, index) => ({
    key: contents[2 * index],
    value: contents[2 * index + 1],
  }));
  return { entries };
}

function deleteRoute(app: App, context: Context, kind: Kind): void {
  const url = urlOf(kind);
  const route = operation(url, {
    id: `delete${kind.noun}`,
    tag: kind.tag,
    summary: `Delete ${kind.words}`,
    answers: { 204: { description: 'Deleted.' } },
    problems: [404, 409, 412],
    scope: 'operate',
  });
  app.delete(url, route, async (request, reply) => {
    await context.keeper.exclusively(async () => {
      const { name } = find(context, kind, request);
      checkPreconditions(request, versionOf(find(context, kind, request)));
      const referencedBy = referencesToPatterns(context.keeper.current().config, kind.kind, name);
      if (referencedBy.length > 0) {
        const detail = `the ${kindNames[kind.kind]} "${name}" is still named by ${referencedBy.join(', ')}`;
        throw new SluiceError('still-referenced', detail, { referencedBy });
      }
      await context.patterns.remove(kind.kind, name);
    });
    return reply.code(204).send();
  });
}

function changesRoute(app: App, context: Context, kind: Kind): void {
  const url = `${urlOf(kind)}/changes`;
  const value = kind.kind === 'map' ? { value: 'shop' } : {};
  const route = operation(url, {
    id: `change${kind.noun}`,
    tag: kind.tag,
    summary: `Change entries of ${kind.words}`,
    description: `${noVersion} Nodes are sent the changes alone.`,
    query,
    body: {
      ...patternChangesSchema,
      examples: [{ changes: [{ op: 'set', key: 'shop.example', ...value }] }],
    } as TSchema,
    answers: {
      200: { description: 'Changed.', schema: patternSummarySchema, headers: etag },
      202: notApplied,
    },
    problems: [404, 412, 422],
    scope: 'operate',
  });
  app.post(url, route, async (request, reply) => {
    const { changes } = request.body as PatternChanges;
    return carryOut(
      context,
      kind,
      request,
      reply,
      changes.map((change, index) => toChange(kind, change, index)),
    );
  });
}

function toChange({ kind }: Kind, { op, key, value }: PatternChanges['changes'][number], index: number): PatternChange {
  if (op === 'delete') return ['del', key];
  if (kind === 'map' && value === undefined) {
    throw wrongBody([{ pointer: `/changes/${index}/value`, detail: 'is required in a map' }]);
  }
  return [op, key, kind === 'map' ? (value ?? '') : ''];
}

function readEntryRoute(app: App, context: Context, kind: Kind): void {
  const url = entryUrl(kind);
  const route = operation(url, {
    id: `get${kind.entry.noun}`,
    tag: kind.tag,
    summary: kind.kind === 'map' ? 'Read what a map has for a key' : 'Whether an ACL file has a pattern',
    answers: { 200: { description: 'It is there.', schema: kind.entry.schema, headers: etag } },
    problems: [404],
  });
  app.get(url, route, async (request, reply) => {
    const file = find(context, kind, request);
    const key = keyOf(kind, request);
    const entries = file.list.find(key);
    if (entries.length === 0) throw noEntry(file, key);
    const answer = kind.kind === 'map' ? { key, values: entries.map(({ value }) => value) } : { pattern: key };
    return reply.header('etag', etagOf(versionOf(file))).send(answer);
  });
}

function putEntryRoute(app: App, context: Context, kind: Kind): void {
  const url = entryUrl(kind);
  const isMap = kind.kind === 'map';
  const route = operation(url, {
    id: `put${kind.entry.noun}`,
    tag: kind.tag,
    summary: isMap ? 'Give a key of a map a value' : 'Add a pattern to an ACL file, unless it is there',
    description: noVersion,
    query,
    ...(isMap && { body: { ...mapValueSchema, examples: [{ value: 'shop' }] } as TSchema }),
    answers: { 200: { description: 'It is so.', schema: patternSummarySchema, headers: etag }, 202: notApplied },
    problems: [404, 412, 422],
    scope: 'operate',
  });
  app.put(url, route, async (request, reply) => {
    const value = isMap ? (request.body as { value: string }).value : '';
    return carryOut(context, kind, request, reply, [['set', keyOf(kind, request), value]]);
  });
}

function deleteEntryRoute(app: App, context: Context, kind: Kind): void {
  const url = entryUrl(kind);
  const route = operation(url, {
    id: `delete${kind.entry.noun}`,
    tag: kind.tag,
    summary: kind.kind === 'map' ? 'Delete a key of a map' : 'Delete a pattern of an ACL file',
    description: noVersion,
    query,
    answers: { 200: { description: 'Deleted.', schema: patternSummarySchema, headers: etag }, 202: notApplied },
    problems: [404, 412],
    scope: 'operate',
  });
  app.delete(url, route, async (request, reply) => {
    const key = keyOf(kind, request);
    const file = find(context, kind, request);
    if (file.list.find(key).length === 0) throw noEntry(file, key);
    return carryOut(context, kind, request, reply, [['del', key]]);
  });
}

async function carryOut(
  context: Context,
  kind: Kind,
  request: Request,
  reply: Reply,
  changes: readonly PatternChange[],
): Promise<Reply> {
  const timeout = waitOf(request);
  const file = await context.keeper.exclusively(async () => {
    const before = find(context, kind, request);
    checkPreconditions(request, versionOf(before));
    return context.patterns.change(kind.kind, before.name, changes);
  });
  return answerChange(context, request, reply, timeout, () =>
    reply.header('etag', etagOf(versionOf(file))).send(summaryOf(context, file)),
  );
}

/** With `wait=applied`: 202 when a connected node has not acknowledged the change in time. */
async function answerChange(
  { hub, patterns }: Context,
  _request: Request,
  reply: Reply,
  timeout: number | undefined,
  answer: () => Reply,
): Promise<Reply> {
  if (timeout === undefined) return answer();
  const { revision } = patterns;
  const status = await hub.waitFor(
    () => hub.patternStatus(revision),
    ({ state }) => state !== 'pending',
    timeout,
  );
  return status.state === 'applied' ? answer() : reply.code(202).send(status);
}

function find({ patterns }: Context, kind: Kind, request: Request): BookFile {
  const name = nameOf(kind, request);
  const file = patterns.get(kind.kind, name);
  if (file === undefined) throw new SluiceError('not-found', `there is no ${kindNames[kind.kind]} "${name}"`);
  return file;
}

function noEntry({ kind, name }: BookFile, key: string): SluiceError {
  return new SluiceError('not-found', `the ${kindNames[kind]} "${name}" has no entry "${key}"`);
}

const versions = new WeakMap<BookFile, object>();

/** What the tag of a file is made of: every change has a revision of its own. */
function versionOf(file: BookFile): object {
  let version = versions.get(file);
  if (version === undefined) {
    version = { kind: file.kind, name: file.name, revision: file.revision };
    versions.set(file, version);
  }
  return version;
}
