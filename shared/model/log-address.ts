/** Reads the address of a log target in the forms HAProxy knows. */
import { isIpAddress } from '../address.ts';

export type LogAddress =
  | { readonly kind: 'udp'; readonly host: string; readonly port: number; readonly family: 4 | 6 }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number }
  | { readonly kind: 'global' };

const syslogPort = 514;

/** The address that a text names, or what is wrong with it (configuration manual 2.6, "log"). */
export function parseLogAddress(text: string): LogAddress | { problem: string } {
  if (text === 'global') return { kind: 'global' };
  if (text === 'stdout') return { kind: 'fd', fd: 1 };
  if (text === 'stderr') return { kind: 'fd', fd: 2 };
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  const [, prefix = '', rest = ''] = /^(?:([a-z0-9]+)@)?(.*)$/s.exec(text) ?? [];
  switch (prefix) {
    case 'fd':
      return /^[0-9]{1,5}$/.test(rest)
        ? { kind: 'fd', fd: Number(rest) }
        : { problem: `"${text}" names no descriptor` };
    case 'unix':
    case 'uxdg':
      return rest.startsWith('/') ? { kind: 'unix', path: rest } : { problem: `"${rest}" is no absolute path` };
    case 'ipv4':
    case 'udp4':
      return parseUdp(rest, 4);
    case 'ipv6':
    case 'udp6':
      return parseUdp(rest, 6);
    case '':
    case 'udp':
      return parseUdp(rest, undefined);
    case 'tcp':
    case 'tcp4':
    case 'tcp6':
    case 'uxst':
    case 'ring':
      return { problem: `logs cannot be sent to "${prefix}@" addresses; use UDP, stdout or stderr` };
    default:
      return { problem: `"${prefix}@" is no kind of address; known are ipv4@, ipv6@, udp@, unix@ and fd@` };
  }
}

function parseUdp(text: string, family: 4 | 6 | undefined): LogAddress | { problem: string } {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:]*))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || !isIpAddress(host)) {
    const advice = text.includes(':') && isIpAddress(text) ? `write "[${text}]"` : 'names are not looked up';
    return { problem: `"${text}" is no IP address with a UDP port, such as 127.0.0.1:514; ${advice}` };
  }
  const found = host.includes(':') ? 6 : 4;
  if (family !== undefined && family !== found) return { problem: `"${host}" is no IPv${family} address` };
  const port = portText === undefined ? syslogPort : Number(portText);
  if (port < 1 || port > 65_535) return { problem: `${port} is no port` };
  return { kind: 'udp', host, port, family: found };
}
