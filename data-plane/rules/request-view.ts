/** What rules may ask of the request or connection they judge, and what they may change in a message. */
import type { IpAddress } from '../../shared/address.ts';
import type { Transaction } from './transaction.ts';

/** Read-only and valid only while the rules are being evaluated. */
export interface RequestView {
  readonly method: string;
  /** Path without query; "" for `OPTIONS *`, in mode tcp, and while a response is judged. */
  readonly path: string;
  readonly pathAndQuery: string;
  /** Value of the Host field; "" without one. */
  readonly host: string;
  /** The address of the client. */
  readonly source: IpAddress;
  /** Number of the next header field with this lower-case name at or after `from`, or -1. */
  findHeader(name: string, from: number): number;
  headerValue(field: number): string;
}

/** A message that rules may change. Methods that take a value answer false when it could not stand there; all is as before then. */
export interface EditableHead extends RequestView {
  readonly transaction: Transaction;
  /** Adds a field behind all others. */
  addHeader(name: string, value: string): boolean;
  /** Removes all fields with the name and adds one. */
  setHeader(name: string, lowerCaseName: string, value: string): boolean;
  removeHeader(lowerCaseName: string): void;
  /** Removes all fields whose lower-case name passes the test. */
  removeHeaders(test: (lowerCaseName: string) => boolean): void;
  /** Gives field number `field` another value, in its place. */
  replaceHeader(field: number, value: string): boolean;
}

export interface EditableRequest extends EditableHead {
  /** Scheme and authority where a rule has set them, path and query. */
  readonly uri: string;
  setMethod(method: string): boolean;
  setPathAndQuery(text: string): boolean;
  /** Path and query, or an absolute URI, whose authority becomes that of Host. */
  setUri(text: string): boolean;
}

export interface EditableResponse extends EditableHead {
  setStatus(status: number, reason: string): void;
}
