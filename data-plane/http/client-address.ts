/** What requests tell servers of the client: `option forwardfor`, `option originalto` and Forwarded (RFC 7239). */
import type { ProxyOptions } from '../worker/runtime.ts';
import type { RequestHead } from './request-head.ts';

/** The addresses of a client connection; "" and 0 once it is gone. */
export interface ClientAddresses {
  readonly address: string;
  /** Where the client connected to. */
  readonly localAddress: string;
  readonly localPort: number;
}

/**
 * The header lines to add to a request. Names of fields are the backend's before the frontend's; an address that either leaves
 * out is left out, and a field that is there already keeps one of them from adding another only where both say so.
 */
export function clientLines(
  frontend: ProxyOptions,
  backend: ProxyOptions,
  head: RequestHead,
  client: ClientAddresses,
): string {
  let lines = '';
  const forwardfor = backend.forwardfor ?? frontend.forwardfor;
  if (forwardfor !== undefined) {
    const ifNone = forwardfor.ifNone && frontend.forwardfor?.ifNone !== false;
    const present = ifNone && head.fields.find(forwardfor.lowerCaseHeader) >= 0;
    const excepted = forwardfor.excepts(client.address) || frontend.forwardfor?.excepts(client.address) === true;
    if (!present && !excepted) lines += `${forwardfor.header}: ${client.address}\r\n`;
  }
  const originalto = backend.originalto ?? frontend.originalto;
  if (originalto !== undefined) {
    const { localAddress } = client;
    const excepted = originalto.excepts(localAddress) || frontend.originalto?.excepts(localAddress) === true;
    if (!excepted) lines += `${originalto.header}: ${localAddress}\r\n`;
  }
  const forwarded = backend.forwarded ?? frontend.forwarded;
  if (forwarded !== undefined) lines += forwardedLine(forwarded, head, client);
  return lines;
}

function forwardedLine(
  { proto, host, by, for: tellsClient }: NonNullable<ProxyOptions['forwarded']>,
  head: RequestHead,
  client: ClientAddresses,
): string {
  const parts: string[] = [];
  if (proto) parts.push('proto=http');
  if (host && head.host !== '') parts.push(`host=${quoted(head.host)}`);
  if (by) parts.push(`by=${node(client.localAddress)}`);
  if (tellsClient) parts.push(`for=${node(client.address)}`);
  return parts.length === 0 ? '' : `forwarded: ${parts.join(';')}\r\n`;
}

/** A node identifier: IPv6 addresses stand in brackets, and so in quotes (RFC 7239 section 6). */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

/** A value that is no token stands in quotes (RFC 7239 section 4). */
function quoted(value: string): string {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value) ? value : `"${value}"`;
}
