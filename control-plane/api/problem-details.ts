/** Errors as RFC 9457 problem details: the one shape of every answer from 400 up. */

import type { Socket } from 'node:net';
import type { FastifyError } from 'fastify';
import { type Static, Type } from 'typebox';
import { type ErrorCode, errorCatalogue, SluiceError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { fieldErrorSchema } from '../nodes/version-status.ts';
import type { App, Reply, Request } from './context.ts';
import type { RouteTable } from './route-table.ts';

export const problemSchema = closedObject(
  {
    type: Type.String({ description: 'URI that stands for the kind of problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'The kind of problem in one word.', examples: Object.keys(errorCatalogue) }),
    instance: Type.String({ description: 'Path of the request.' }),
    errors: Type.Optional(Type.Array(fieldErrorSchema, { description: 'What is wrong, field by field.' })),
    referencedBy: Type.Optional(Type.Array(Type.String(), { description: 'Resources that refer to this one.' })),
  },
  { title: 'Problem', description: 'What went wrong (RFC 9457).' },
);
export type Problem = Static<typeof problemSchema>;

export const problemType = 'application/problem+json';

/** The problem document of an error. */
export function toProblem(error: SluiceError, instance: string): Problem {
  const { status, title } = errorCatalogue[error.code];
  return {
    type: `urn:sluice:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    instance,
    ...(error.errors.length > 0 && { errors: [...error.errors] }),
    ...(error.referencedBy.length > 0 && { referencedBy: error.referencedBy.map((path) => `/v1${path}`) }),
  };
}

/** What Fastify itself refuses, in the words of the catalogue. */
const ofFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_BAD_URL: 'invalid-request',
};

function toSluiceError(error: unknown): SluiceError | undefined {
  if (error instanceof SluiceError) return error;
  const { code, message, statusCode = 500 } = error as FastifyError;
  const known = ofFastify[code];
  if (known !== undefined) return new SluiceError(known, message);
  return statusCode >= 400 && statusCode < 500 ? new SluiceError('invalid-request', message) : undefined;
}

/** Answers every error and every unknown route with a problem document; what nobody foresaw is logged and stays inside. */
export function answerProblems(app: App, logger: Logger, routes: RouteTable): void {
  app.setErrorHandler((error, request, reply) => {
    const known = toSluiceError(error);
    if (known === undefined) logger.error({ err: error, method: request.method, url: request.url }, 'a request failed');
    return sendProblem(request, reply, known ?? new SluiceError('internal-error', 'see the log of the control plane'));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = routes.methodsOf(path);
    if (methods.length === 0) {
      return sendProblem(request, reply, new SluiceError('not-found', `there is nothing at ${path}`));
    }
    reply.header('allow', methods.join(', '));
    const detail = `${path} does not support ${request.method}`;
    return sendProblem(request, reply, new SluiceError('method-not-allowed', detail));
  });
}

/** Answers what goes wrong before a route is found, such as a URL that does not decode. */
export function answerEarlyProblem(error: unknown, request: Request, reply: Reply): void {
  sendProblem(request, reply, toSluiceError(error) ?? new SluiceError('internal-error', 'the request failed'));
}

/** Answers bytes that are no HTTP request, and closes. */
export function answerNoRequest(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = toProblem(new SluiceError('invalid-request', 'this is no valid HTTP request'), '');
  const body = JSON.stringify(problem);
  const head = `content-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${problem.status} Bad Request\r\n${head}\r\n\r\n${body}`);
}

function sendProblem(request: Request, reply: Reply, error: SluiceError): Reply {
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer realm="sluice"');
  return reply
    .code(error.status)
    .header('content-type', problemType)
    .send(JSON.stringify(toProblem(error, pathOf(request))));
}

function pathOf(request: Request): string {
  return request.url.split('?', 1)[0] ?? '';
}
