/** Validates queries and bodies against the schemas of routes, in the words of shared/validate.ts. */
import type { TSchema } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { findViolations, type Violation } from '../../shared/validate.ts';
import type { App } from './context.ts';

interface QuerySchema {
  readonly properties?: Record<string, { type?: string }>;
}

type Checked = { value: unknown } | { error: SluiceError };
type Compiler = (route: { schema: unknown; httpPart?: string }) => (value: unknown) => Checked;

const compile: Compiler =
  ({ schema, httpPart }) =>
  (value) => {
    if (httpPart === 'params' || httpPart === 'headers') return { value };
    const converted = httpPart === 'querystring' ? convertQuery(schema as QuerySchema, value) : value;
    const violations = findViolations(schema as TSchema, converted);
    if (violations.length === 0) return { value: converted };
    return { error: httpPart === 'querystring' ? wrongQuery(violations) : wrongBody(violations) };
  };

/** For routes whose handler checks the body itself, since it needs the URL or the present state for it. */
export const uncheckedBody: Compiler = (route) => (route.httpPart === 'body' ? (value) => ({ value }) : compile(route));

/**
 * Makes Fastify validate with TypeBox. Bodies are taken as they are; query parameters, which are text, become numbers
 * and booleans where the schema says so. Answers are written by JSON.stringify as they come.
 */
export function validateRequests(app: App): void {
  app.setValidatorCompiler<unknown>(compile);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

/** A body that does not fit its schema. */
export function wrongBody(violations: readonly Violation[]): SluiceError {
  const first = violations[0];
  const detail = first === undefined ? 'the body is wrong' : `${first.pointer || 'the body'}: ${first.detail}`;
  return new SluiceError('invalid-request', detail, { errors: violations.map((each) => ({ resource: '', ...each })) });
}

function wrongQuery(violations: readonly Violation[]): SluiceError {
  const errors = violations.map(({ pointer, detail }) => ({
    resource: '',
    pointer,
    detail: `query parameter "${pointer.slice(1)}": ${detail}`,
  }));
  return new SluiceError('invalid-request', errors[0]?.detail ?? 'the query is wrong', { errors });
}

function convertQuery(schema: QuerySchema, value: unknown): unknown {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>).map(([name, text]) => {
    const properties = schema.properties ?? {};
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    return [name, convertText(type, text)];
  });
  return Object.fromEntries(entries);
}

function convertText(type: string | undefined, text: unknown): unknown {
  if (type === 'integer' && typeof text === 'string' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
