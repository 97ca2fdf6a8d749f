/** What rules may ask of the request or connection they judge. */
import type { IpAddress } from '../../shared/address.ts';

/** Read-only and valid only while the rules are being evaluated. */
export interface RequestView {
  readonly method: string;
  /** Path without query; "" for `OPTIONS *` and in mode tcp. */
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
