/** Describes a route for the API description: its id, what it takes, what it answers, how it can fail. */
import { type TSchema, Type } from 'typebox';
import { errorCatalogue } from '../../shared/errors.ts';
import { versionStatusSchema } from '../nodes/version-status.ts';
import type { Scope } from '../store/store.ts';
import { problemSchema, problemType } from './problem-details.ts';

export interface Answer {
  readonly description: string;
  readonly schema?: TSchema;
  /** Default: application/json. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Media types of the body. Default: application/json. */
  readonly consumes?: readonly string[];
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of the errors it may answer with, besides those every route has. */
  readonly problems?: readonly number[];
  /** Default: read for GET, write for everything else. */
  readonly scope?: Scope | 'none';
}

const namedParameters: Readonly<Record<string, string>> = {
  version: 'Number of a version.',
};

/** The route options that say this to Fastify. `url` is needed for the names of its parameters. */
export function operation(url: string, { id, tag, summary, answers, ...more }: Operation) {
  const params = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const { scope } = more;
  const problems = [
    ...(scope === 'none' ? [] : [401, 403]),
    ...(more.problems ?? []),
    ...(more.body ? [400, 413, 415] : []),
    500,
  ];
  return {
    ...(scope !== undefined && { config: { scope } }),
    schema: {
      operationId: id,
      tags: [tag],
      summary,
      ...(more.description !== undefined && { description: more.description }),
      ...(scope === 'none' && { security: [] }),
      ...(params.length > 0 && { params: paramsSchema(params) }),
      ...(more.query !== undefined && { querystring: more.query }),
      ...(more.body !== undefined && { body: more.body, consumes: [...(more.consumes ?? ['application/json'])] }),
      response: { ...mapAnswers(answers), ...mapProblems([...new Set([...problems, ...(more.query ? [400] : [])])]) },
    },
  };
}

function paramsSchema(names: readonly string[]): TSchema {
  const properties = names.map((name) => [
    name,
    Type.String({ description: namedParameters[name] ?? `Name of the ${name}.` }),
  ]);
  return Type.Object(Object.fromEntries(properties));
}

function mapAnswers(answers: Readonly<Record<number, Answer>>) {
  const entries = Object.entries(answers).map(
    ([status, { description, schema, headers, mediaType = 'application/json' }]) => [
      status,
      {
        description,
        ...(headers !== undefined && { headers: mapHeaders(headers) }),
        ...(schema === undefined ? { type: 'null' } : { content: { [mediaType]: { schema } } }),
      },
    ],
  );
  return Object.fromEntries(entries);
}

function mapHeaders(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]),
  );
}

const meanings: Readonly<Record<number, string>> = {
  409: 'It exists already, is still referred to, or its state does not allow this.',
};

function mapProblems(statuses: readonly number[]) {
  const titles = Object.values(errorCatalogue);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: meanings[status] ?? titles.find((entry) => entry.status === status)?.title ?? 'An error.',
        content: { [problemType]: { schema: problemSchema } },
      },
    ]),
  );
}

/** Headers of every answer to a write. */
export const writeHeaders = {
  'Config-Version': 'The version now current.',
  ETag: 'Tag of the resource as configured.',
};

/** The answer of a write with `?wait=applied` that not all nodes have applied. */
export const notApplied: Answer = {
  description: 'Stored, but a node refused it or the timeout came first (only with wait=applied).',
  schema: versionStatusSchema,
};
