/** Whether and how a request tells the server the address of its client (`option forwardfor`). */
import type { ForwardforRuntime } from '../worker/runtime.ts';
import type { RequestHead } from './request-head.ts';

/** The header line to add to a request, or "" when its client or an existing field excepts it. */
export function forwardedForLine(forwardfor: ForwardforRuntime, head: RequestHead, clientAddress: string): string {
  if (clientAddress === '') return '';
  if (forwardfor.ifNone && head.fields.find(forwardfor.lowerCaseHeader) >= 0) return '';
  return forwardfor.excepts(clientAddress) ? '' : `${forwardfor.header}: ${clientAddress}\r\n`;
}
