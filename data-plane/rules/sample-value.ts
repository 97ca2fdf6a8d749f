/** The values of samples at run time, and what one type becomes where another is asked for. */
import { addressText, type IpAddress, parseSocketAddress, readIpAddress } from '../../shared/address.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';

/**
 * Texts, bytes and methods are strings with one character for each byte. Integers have 64 bits: a number while it is exact,
 * else a bigint.
 */
export type Integer = number | bigint;
export type Value = boolean | Integer | string | IpAddress;

/** undefined stands for "there is no such sample". */
export type MaybeValue = Value | undefined;

const most = 2n ** 63n - 1n;
const least = -(2n ** 63n);

/** An exact integer, held within 64 bits. */
export function toInteger(value: bigint): Integer {
  const held = value > most ? most : value < least ? least : value;
  return held >= Number.MIN_SAFE_INTEGER && held <= Number.MAX_SAFE_INTEGER ? Number(held) : held;
}

export const greatestInteger: Integer = most;

/** The integer that a text begins with: digits after a sign; 0 where there are none, undefined for no text at all. */
export function textToInteger(text: string): Integer | undefined {
  if (text === '') return undefined;
  const first = text.charCodeAt(0);
  let at = first === 45 || first === 43 ? 1 : 0;
  let number = 0;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  if (number <= Number.MAX_SAFE_INTEGER) return first === 45 ? 0 - number : number;
  return toInteger(BigInt(text.slice(0, at).replace('+', '')));
}

/**
 * The number of a field, cookie or parameter, as HAProxy reads it there: up to the first character above "9", of 32 bits,
 * whatever is below "0" counting as less than nothing.
 */
export function looseInteger(text: string): number {
  const first = text.charCodeAt(0);
  let number = 0;
  for (let at = first === 45 || first === 43 ? 1 : 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = (code > 127 ? code - 256 : code) - 48;
    if (digit > 9) break;
    number = (Math.imul(number, 10) + digit) | 0;
  }
  return first === 45 ? (0 - number) | 0 : number;
}

/** An integer argument that has been checked. */
export function parseInteger(text: string): Integer {
  return textToInteger(text) ?? 0;
}

function isAddress(value: Value): value is IpAddress {
  return typeof value === 'object';
}

/** The cast to a type; it answers undefined for what cannot become that. */
export function castTo(type: SampleType): (value: Value) => MaybeValue {
  return casts[type];
}

const casts: Readonly<Record<SampleType, (value: Value) => MaybeValue>> = {
  any: (value) => value,
  bool: asBoolean,
  sint: asInteger,
  addr: asAddress,
  ipv4: asAddress,
  ipv6: asAddress,
  str: asText,
  bin: asBytes,
  meth: asText,
};

export function asBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const number = asInteger(value);
  return number === undefined ? undefined : number !== 0;
}

export function asInteger(value: Value): Integer | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return textToInteger(value);
    default:
      return isAddress(value) && value.kind() === 'ipv4' ? addressNumber(value) : undefined;
  }
}

/** The 32 bits of an IPv4 address. */
export function addressNumber(address: IpAddress): number {
  const [a = 0, b = 0, c = 0, d = 0] = address.toByteArray();
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

export function asAddress(value: Value): IpAddress | undefined {
  switch (typeof value) {
    case 'string':
      return readIpAddress(value) ?? leadingAddress(value);
    case 'number':
    case 'bigint':
      return numberAddress(Number(BigInt.asUintN(32, BigInt(value))));
    case 'boolean':
      return undefined;
    default:
      return value;
  }
}

const beginsWithAddress = /^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)(?![0-9.])/;

/** The IPv4 address that a text begins with, as HAProxy reads it: zeros may lead its numbers, and anything else may follow. */
function leadingAddress(text: string): IpAddress | undefined {
  const numbers = beginsWithAddress.exec(text)?.slice(1).map(Number);
  return numbers === undefined || Math.max(...numbers) > 255 ? undefined : parseSocketAddress(numbers.join('.'));
}

export function numberAddress(number: number): IpAddress {
  return parseSocketAddress([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.'));
}

/** Bytes end at the first that is 0, as texts do in HAProxy. */
export function bytesToText(bytes: string): string {
  const end = bytes.indexOf('\0');
  return end < 0 ? bytes : bytes.slice(0, end);
}

export function asText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? '1' : '0';
    case 'number':
    case 'bigint':
      return String(value);
    default:
      return addressText(value);
  }
}

/** Integers have eight bytes, addresses four or sixteen, the highest first. */
export function asBytes(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object':
      return String.fromCharCode(...value.toByteArray());
    default:
      return integerBytes(BigInt(value), 8);
  }
}

export function integerBytes(value: bigint, size: number): string {
  let bytes = '';
  for (let shift = size - 1; shift >= 0; shift--) {
    bytes += String.fromCharCode(Number((value >> BigInt(shift * 8)) & 255n));
  }
  return bytes;
}
