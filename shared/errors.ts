/** The one catalogue of errors that Sluice answers with: code, HTTP status, title (RFC 9457). */

export const errorCatalogue = {
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-request': { status: 400, title: 'The request does not fit its schema' },
  unauthorized: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'The request is not allowed' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource does not support this method' },
  'already-exists': { status: 409, title: 'The resource exists already' },
  'still-referenced': { status: 409, title: 'Other resources still refer to this one' },
  conflict: { status: 409, title: 'The state of the resource does not allow this' },
  'precondition-failed': { status: 412, title: 'The resource has changed' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of an unsupported media type' },
  'invalid-config': { status: 422, title: 'The configuration is well-formed but wrong' },
  'internal-error': { status: 500, title: 'The control plane failed' },
  unavailable: { status: 503, title: 'The control plane is not ready' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** One thing that is wrong: the resource by its path below /v1, the field by JSON pointer (RFC 6901), and why. */
export interface FieldError {
  /** Path of the resource, such as "/frontends/web"; "" where the input as a whole is meant. */
  resource: string;
  /** JSON pointer inside that resource, such as "/binds/0/port"; "" for the whole of it. */
  pointer: string;
  detail: string;
}

/** A failure with an entry in the catalogue; the API turns it into application/problem+json. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  readonly referencedBy: readonly string[];

  constructor(
    code: ErrorCode,
    detail: string,
    more: { errors?: readonly FieldError[]; referencedBy?: readonly string[] } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = more.errors ?? [];
    this.referencedBy = more.referencedBy ?? [];
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}
