/** A set of IP networks that is asked in a time that hardly grows with their number. */
import { type IpAddress, parseNetwork } from '../../shared/address.ts';
import { expandAddress, splitHoledMask } from '../../shared/language/argument-types.ts';
import { addressNumber } from './sample-value.ts';

/** Ranges that do not overlap, in order: first and last of each. */
interface Ranges<Key> {
  readonly first: readonly Key[];
  readonly last: readonly Key[];
}

/** A network of IPv4 whose mask is no prefix. */
interface HoledMask {
  readonly mask: number;
  readonly bits: number;
}

function fitsMask(holed: readonly HoledMask[], number: number): boolean {
  return holed.some(({ mask, bits }) => ((number ^ bits) & mask) === 0);
}

/** Whether an address lies in one of the networks. Those of the other family count as their manual says (7.1.6). */
export function compileNetworks(texts: readonly string[]): (address: IpAddress) => boolean {
  const four: [number, number][] = [];
  const six: [string, string][] = [];
  const holed: HoledMask[] = [];
  for (const text of texts) {
    const network = parseNetwork(expandAddress(text) ?? text);
    const split = network === undefined ? splitHoledMask(text) : undefined;
    if (split !== undefined) holed.push({ mask: numberOf(split.mask), bits: numberOf(split.address) });
    if (network === undefined) continue;
    const bytes = network.base.toByteArray();
    const [low, high] = [bytes.slice(), bytes.slice()];
    for (const index of bytes.keys()) {
      const mask = (0xff00 >> Math.min(8, Math.max(0, network.prefixLength - index * 8))) & 0xff;
      low[index] = (bytes[index] ?? 0) & mask;
      high[index] = (low[index] ?? 0) | (~mask & 0xff);
    }
    if (bytes.length === 4) four.push([numberOf(low), numberOf(high)]);
    else six.push([keyOf(low), keyOf(high)]);
  }
  const ranges4 = merge(four);
  const ranges6 = merge(six);
  const none4 = ranges4.first.length === 0 && holed.length === 0;
  const contains4 = (number: number) => contains(ranges4, number) || fitsMask(holed, number);
  const none6 = ranges6.first.length === 0;
  return (address) => {
    if (address.kind() === 'ipv4') {
      if (!none4 && contains4(addressNumber(address))) return true;
      return !none6 && contains(ranges6, mappedPrefix + keyOf(address.toByteArray()));
    }
    const bytes = address.toByteArray();
    if (!none6 && contains(ranges6, keyOf(bytes))) return true;
    if (none4) return false;
    const inner = embeddedAddress(bytes);
    return inner !== undefined && contains4(inner);
  };
}

/** ::ffff:0:0/96, before the four bytes of an IPv4 address. */
const mappedPrefix = `${'\0'.repeat(10)}\xff\xff`;

/** Bytes as a text: texts are compared by their characters, and so in the order of the addresses. */
function keyOf(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}

function numberOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** The IPv4 address in 2002:IPV4::, ::IPV4 or ::ffff:IPV4. */
export function embeddedAddress(bytes: readonly number[]): number | undefined {
  if (bytes[0] === 0x20 && bytes[1] === 0x02) return numberOf(bytes.slice(2, 6));
  if (bytes.slice(0, 10).some((byte) => byte !== 0)) return undefined;
  const mark = ((bytes[10] ?? 0) << 8) | (bytes[11] ?? 0);
  return mark === 0 || mark === 0xffff ? numberOf(bytes.slice(12)) : undefined;
}

function merge<Key extends number | string>(ranges: readonly [Key, Key][]): Ranges<Key> {
  const first: Key[] = [];
  const last: Key[] = [];
  for (const [from, to] of [...ranges].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))) {
    const before = last.at(-1);
    if (before !== undefined && from <= before) {
      if (to > before) last[last.length - 1] = to;
    } else {
      first.push(from);
      last.push(to);
    }
  }
  return { first, last };
}

function contains<Key extends number | string>({ first, last }: Ranges<Key>, key: Key): boolean {
  let low = 0;
  let high = first.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((first[middle] as Key) <= key) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && key <= (last[high] as Key);
}
