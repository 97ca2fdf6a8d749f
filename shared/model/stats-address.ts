/** Addresses of stats sockets, as texts and as what they say. */
import { isIpAddress } from '../address.ts';

/** What the text of an address says. */
export type StatsAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'fd'; readonly fd: number };

/** The kernel takes 107 bytes; the name under which a socket is bound before it gets its own is longer. */
const longestPath = 96;

/** The address that a text such as "unix@/run/s.sock" or "*:9999" names, or why it names none. */
export function parseStatsAddress(text: string): StatsAddress | { readonly problem: string } {
  const [, family, rest = ''] = /^(?:(unix|ipv4|ipv6|fd)@)?(.*)$/s.exec(text) ?? [];
  if (family === 'fd') {
    return /^[0-9]{1,6}$/.test(rest)
      ? { kind: 'fd', fd: Number(rest) }
      : { problem: `"${rest}" is no file descriptor` };
  }
  if (family === 'unix' || (family === undefined && rest.startsWith('/'))) return parsePath(rest);
  return parseHostAndPort(rest, family);
}

function parsePath(path: string): StatsAddress | { problem: string } {
  if (!path.startsWith('/')) return { problem: `"${path}" is no absolute path` };
  if (path.includes('\0')) return { problem: 'a path has no NUL' };
  if (new TextEncoder().encode(path).length > longestPath) {
    return { problem: `the path is longer than ${longestPath} bytes` };
  }
  return { kind: 'unix', path };
}

function parseHostAndPort(text: string, family: string | undefined): StatsAddress | { problem: string } {
  const match = /^(.*):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) {
    return { problem: `"${text}" is neither a path nor an address with a port from 1 to 65535` };
  }
  const written = match[1] ?? '';
  const bare = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  const host = bare === '' || bare === '*' ? (family === 'ipv6' ? '::' : '0.0.0.0') : bare;
  if (!isIpAddress(host)) return { problem: `"${written}" is no IP address; "*" stands for every IPv4 address` };
  if (family !== undefined && host.includes(':') !== (family === 'ipv6')) {
    return { problem: `"${written}" is no address of ${family === 'ipv6' ? 'IPv6' : 'IPv4'}` };
  }
  return { kind: 'tcp', host, port };
}

/** One text for each address however it is written: "unix@/path", "ipv4@HOST:PORT", "ipv6@[HOST]:PORT", "fd@N". */
export function formatStatsAddress(address: StatsAddress): string {
  if (address.kind === 'unix') return `unix@${address.path}`;
  if (address.kind === 'fd') return `fd@${address.fd}`;
  const { host, port } = address;
  return host.includes(':') ? `ipv6@[${host}]:${port}` : `ipv4@${host}:${port}`;
}
