/** What rules may change in a message. */
import type { NewField } from './new-field.ts';
import type { HeaderFields, RequestView, ResponseView } from './sample-context.ts';

/** Methods that take a value answer false when it could not stand there, or there is no room for it (tune.bufsize). */
export interface EditableHead {
  readonly fields: HeaderFields;
  /** Adds a field behind all others. */
  addHeader(field: NewField): boolean;
  /** Removes all fields with the name and adds one. */
  setHeader(field: NewField): boolean;
  removeHeader(lowerCaseName: string): void;
  /** Removes all fields whose lower-case name passes the test. */
  removeHeaders(test: (lowerCaseName: string) => boolean): void;
  /** Gives field number `field` another value, in its place. */
  replaceHeader(field: number, value: string): boolean;
}

export interface EditableRequest extends EditableHead, Pick<RequestView, 'path' | 'pathAndQuery'> {
  /** Scheme and authority where a rule has set them, path and query. */
  readonly uri: string;
  setMethod(method: string): boolean;
  setPathAndQuery(text: string): boolean;
  /** Path and query, or an absolute URI, whose authority becomes that of Host. */
  setUri(text: string): boolean;
}

export interface EditableResponse extends EditableHead, ResponseView {
  setStatus(status: number, reason: string): void;
}
