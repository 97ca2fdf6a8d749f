/** IP addresses and networks: checking them, matching against them, writing them with a port. */
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** A network such as 10.0.0.0/8; a bare address is a network of one. */
export interface Network {
  readonly base: IpAddress;
  readonly prefixLength: number;
}

/** True for an IPv4 address in four decimal parts or an IPv6 address (RFC 4291 text form). */
export function isIpAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** The address that a valid text names: ::192.0.2.1 is none of IPv4 (RFC 4291 section 2.5.5). */
function parseAddress(text: string): IpAddress {
  if (!/^::[0-9]+\./.test(text)) return ipaddr.parse(text);
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(text.slice(2)).octets;
  return new ipaddr.IPv6([0, 0, 0, 0, 0, 0, a * 256 + b, c * 256 + d]);
}

/** The address in a message, as inet_pton reads it: without a zone, and IPv6 where it is written so; undefined for none. */
export function readIpAddress(text: string): IpAddress | undefined {
  return isIpAddress(text) && !text.includes('%') ? parseAddress(text) : undefined;
}

/** The network that "10.0.0.0/8", "192.0.2.1" or "2001:db8::/32" names; undefined when it names none. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0 || !isIpAddress(address)) return undefined;
  const base = parseAddress(address);
  const longest = base.kind() === 'ipv4' ? 32 : 128;
  if (prefix === undefined) return { base, prefixLength: longest };
  if (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > longest) return undefined;
  return { base, prefixLength: Number(prefix) };
}

/**
 * The network that "10.0.0.0/8" or "192.0.2.1" names, as the 32 bits of its address, perhaps negative; undefined for all that
 * is not written just so. Much faster than {@link parseNetwork}, for lists of many thousands.
 */
export function parseIpv4Network(text: string): { bits: number; prefixLength: number } | undefined {
  let bits = 0;
  let number = -1;
  let parts = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 47) break;
    if (code === 46) {
      if (number < 0 || ++parts > 3) return undefined;
      bits = (bits << 8) | number;
      number = -1;
    } else {
      // No number begins with a 0 but 0 itself.
      if (code < 48 || code > 57 || number === 0) return undefined;
      number = Math.max(0, number) * 10 + code - 48;
      if (number > 255) return undefined;
    }
  }
  if (parts !== 3 || number < 0) return undefined;
  bits = (bits << 8) | number;
  if (at === text.length) return { bits, prefixLength: 32 };
  const length = text.length - at - 1;
  if (length < 1 || length > 2) return undefined;
  let prefixLength = 0;
  for (at++; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    prefixLength = prefixLength * 10 + digit;
  }
  return prefixLength > 32 ? undefined : { bits, prefixLength };
}

/** The address a socket reports; an IPv4 client of a dual-stack listener (::ffff:a.b.c.d) counts as IPv4. */
export function parseSocketAddress(text: string): IpAddress {
  return /^::[0-9]+\./.test(text) ? parseAddress(text) : ipaddr.process(text);
}

/** Whether the address lies in the network; addresses of the other family never do. */
export function isInNetwork(address: IpAddress, network: Network): boolean {
  if (address.kind() !== network.base.kind()) return false;
  return address.match(network.base, network.prefixLength);
}

/** An address as text, as inet_ntop writes it: what stands for an IPv4 address ends with that. */
export function addressText(address: IpAddress): string {
  if (address.kind() === 'ipv4') return address.toString();
  const { parts } = address as ipaddr.IPv6;
  const zeros = parts.findIndex((part) => part !== 0);
  const isMapped = zeros === 5 && parts[5] === 0xffff;
  if (!isMapped && zeros !== 6) return address.toString();
  const [high = 0, low = 0] = parts.slice(6);
  return `::${isMapped ? 'ffff:' : ''}${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** "127.0.0.1:80" or "[::1]:80". */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIpAddress(host) && parseSocketAddress(host).range() === 'loopback';
}

/** An IPv4 address without the prefix that a socket of IPv6 gives it. */
export function plainAddress(address = '0.0.0.0'): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
