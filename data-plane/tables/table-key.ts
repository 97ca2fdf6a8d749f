/** Keys of stick tables: what a value is as a key, how an operator writes one, and how lists show it. */
import { type IpAddress, isIpAddress, parseSocketAddress } from '../../shared/address.ts';
import type { SnapshotStickTable } from '../../shared/model/snapshot.ts';

export type KeyValue = boolean | number | bigint | string | IpAddress;

/** "192.0.2.1"; undefined for an address of IPv6 that stands for none of IPv4. */
function ipKey(address: IpAddress): string | undefined {
  if (address.kind() === 'ipv4') return address.toString();
  const bytes = address.toByteArray();
  const isMapped = mappedPrefix.every((byte, index) => byte === bytes[index]);
  return isMapped ? bytes.slice(12).join('.') : undefined;
}

function ipv6Key(address: IpAddress): string {
  const four = ipKey(address);
  return four === undefined ? address.toString() : `::ffff:${four}`;
}

function integerKey(value: number | bigint): string {
  return typeof value === 'number' && value >= 0 && value <= 0xffff_ffff
    ? String(value)
    : String(BigInt.asUintN(32, BigInt(value)));
}

/** Of a value that has been cast to the type of the table; undefined where it makes no key. One without bytes does. */
export function keyOf({ type, len }: SnapshotStickTable, value: KeyValue): string | undefined {
  switch (type) {
    case 'ip':
      return ipKey(value as IpAddress);
    case 'ipv6':
      return ipv6Key(value as IpAddress);
    case 'integer':
      return integerKey(value as number | bigint);
    case 'string':
      return (value as string).slice(0, len);
    case 'binary':
      return (value as string).slice(0, len).padEnd(len, '\0');
  }
}

/** The key that an operator writes; undefined where it is none, or where keys of this type cannot be written. */
export function readKey({ type, len }: SnapshotStickTable, text: string): string | undefined {
  switch (type) {
    case 'ip':
      return isIpAddress(text) && !text.includes(':') ? ipKey(parseSocketAddress(text)) : undefined;
    case 'ipv6':
      return isIpAddress(text) && text.includes(':') ? ipv6Key(parseSocketAddress(text)) : undefined;
    case 'integer':
      return /^[0-9]{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? String(Number(text)) : undefined;
    case 'string':
      return Buffer.from(text).toString('latin1').slice(0, len);
    case 'binary':
      return undefined;
  }
}

/** Bytes in hexadecimal; of texts, what is not printable and what has a meaning of its own is escaped. */
export function showKey({ type }: SnapshotStickTable, key: string): string {
  if (type === 'binary') return Buffer.from(key, 'latin1').toString('hex').toUpperCase();
  if (type !== 'string') return key;
  return key.replaceAll(/[^\x21-\x7e]|[\\=]/g, (character) => {
    const name = { '\t': 't', '\n': 'n', '\r': 'r', '\x1b': 'e', '\\': '\\', ' ': ' ', '=': '=' }[character];
    return `\\${name ?? `x${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`}`;
  });
}

/** Puts keys in the order in which HAProxy lists them: that of their bytes in its memory. */
export function compareKeys({ type }: SnapshotStickTable): (one: string, other: string) => number {
  if (type === 'string' || type === 'binary') return (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  const bytes = type === 'integer' ? integerBytes : addressBytes;
  return (one, other) => Buffer.compare(bytes(one), bytes(other));
}

function addressBytes(key: string): Buffer {
  const bytes = parseSocketAddress(key).toByteArray();
  return Buffer.from(key.includes(':') && bytes.length === 4 ? [...mappedPrefix, ...bytes] : bytes);
}

/** Of addresses of IPv6 that stand for those of IPv4. */
const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** The lowest byte first. */
function integerBytes(key: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(key));
  return bytes;
}
