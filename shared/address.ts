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
 * is not written just so. Much faster than {@link parseNetwork}.
 */
export function parseIpv4Network(text: string): { bits: number; prefixLength: number } | undefined {
  if (text.length > scratch.length) return undefined;
  for (let at = 0; at < text.length; at++) scratch[at] = Math.min(255, text.charCodeAt(at));
  const network = readIpv4Network(scratch, 0, text.length);
  return network < 0 ? undefined : { bits: bitsOf(network), prefixLength: prefixLengthOf(network) };
}

/** For the longest text of a network, "255.255.255.255/32". */
const scratch = new Uint8Array(18);

/**
 * The same from the bytes of a file, for lists of many thousands: one number, which {@link bitsOf} and {@link prefixLengthOf}
 * take apart; -1 for what is no such network.
 */
export function readIpv4Network(bytes: Uint8Array, from: number, to: number): number {
  let bits = 0;
  let number = -1;
  let parts = 0;
  let at = from;
  for (; at < to; at++) {
    const code = bytes[at] as number;
    if (code === 47) break;
    if (code === 46) {
      if (number < 0 || ++parts > 3) return -1;
      bits = (bits << 8) | number;
      number = -1;
    } else {
      // No number begins with a 0 but 0 itself.
      if (code < 48 || code > 57 || number === 0) return -1;
      number = Math.max(0, number) * 10 + code - 48;
      if (number > 255) return -1;
    }
  }
  if (parts !== 3 || number < 0) return -1;
  const address = ((bits << 8) | number) >>> 0;
  if (at === to) return address * 64 + 32;
  const length = to - at - 1;
  if (length < 1 || length > 2) return -1;
  let prefixLength = 0;
  for (at++; at < to; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    prefixLength = prefixLength * 10 + digit;
  }
  return prefixLength > 32 ? -1 : address * 64 + prefixLength;
}

/**
 * Reads an IPv6 network such as "2001:db8::/32" from the bytes of a file: its four words of 32 bits to `words`, and answers the
 * length of its prefix, 128 for an address alone; -1 for all that is not written just so, which may be a network nevertheless.
 */
export function readIpv6Network(bytes: Uint8Array, from: number, to: number, words: Int32Array): number {
  let count = 0;
  let gap = -1;
  let at = from;
  while (at < to && bytes[at] !== 47) {
    if (bytes[at] === 58) {
      // A colon stands behind a group and before another, or there are two in place of groups of 0.
      if (bytes[at + 1] === 58 && at + 1 < to) {
        if (gap >= 0) return -1;
        gap = count;
        at += 2;
        continue;
      }
      if (at === from || bytes[at - 1] === 58) return -1;
      at++;
      if (at === to || bytes[at] === 47) return -1;
    }
    let group = 0;
    const start = at;
    for (let digit = 0; at < to; at++) {
      digit = hexDigits[bytes[at] as number] as number;
      if (digit > 15) break;
      group = group * 16 + digit;
    }
    if (at === start || at - start > 4 || count === 8) return -1;
    groups[count++] = group;
  }
  if (gap < 0 ? count !== 8 : count > 7) return -1;
  for (let place = 0; place < 8; place++) {
    const index = gap < 0 || place < gap ? place : place - (8 - count);
    const group = gap >= 0 && place >= gap && index < gap ? 0 : (groups[index] as number);
    words[place >> 1] = (place & 1) === 0 ? group << 16 : (words[place >> 1] as number) | group;
  }
  return at === to ? 128 : readPrefixLength(bytes, at + 1, to);
}

const groups = new Int32Array(8);
/** By byte; 16 for what is no digit. */
const hexDigits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = byte > 32 && byte < 127 ? Number(`0x${String.fromCharCode(byte)}`) : Number.NaN;
  return digit >= 0 ? digit : 16;
});

function readPrefixLength(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 1 || to - from > 3) return -1;
  let length = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length > 128 ? -1 : length;
}

export const bitsOf = (network: number) => Math.floor(network / 64) | 0;
export const prefixLengthOf = (network: number) => network % 64;

/** The address a socket reports; an IPv4 client of a dual-stack listener (::ffff:a.b.c.d) counts as IPv4. */
export function parseSocketAddress(text: string): IpAddress {
  return /^::[0-9]+\./.test(text) ? parseAddress(text) : ipaddr.process(text);
}

/** Whether the address lies in the network; addresses of the other family never do. */
export function isInNetwork(address: IpAddress, network: Network): boolean {
  if (address.kind() !== network.base.kind()) return false;
  return address.match(network.base, network.prefixLength);
}

/** An address as text, as inet_ntop writes it: what stands for an IPv4 address ends with that. Written once for each object. */
export function addressText(address: IpAddress & { written?: string }): string {
  address.written ??= writeAddress(address);
  return address.written;
}

function writeAddress(address: IpAddress): string {
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
