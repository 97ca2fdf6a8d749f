/** How much memory variables may take: limits of HAProxy's accounting (configuration manual 2.6, section 3.2, "tune.vars"). */
import type { VariableLimits } from '../../shared/model/snapshot.ts';
import type { Variable } from './variables.ts';

/** What each variable counts in HAProxy 2.6 on 64 bits, whatever its value. */
const sizeOfVariable = 80;

/** HAProxy knows them by number; of any other method it keeps the name. */
const knownMethods: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'TRACE',
]);

/** Bytes that a variable counts: texts, bytes and other methods their length beside it. */
export function sizeOf({ type, value }: Variable): number {
  if (typeof value !== 'string' || (type === 'meth' && knownMethods.has(value))) return sizeOfVariable;
  return sizeOfVariable + value.length;
}

/** Limits that limit something; undefined for none, and for a version from before there were any. */
export function limitsIn(limits: VariableLimits | undefined): VariableLimits | undefined {
  return Object.values(limits ?? {}).some((limit) => limit > 0) ? limits : undefined;
}

/** Whether so many bytes are within a limit; 0 is none. */
export function isWithin(bytes: number, limit: number): boolean {
  return limit === 0 || bytes <= limit;
}
