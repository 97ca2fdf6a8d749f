/** Converters that encode and decode: Base64, hexadecimal, percent signs, numbers as bytes. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { type Integer, integerBytes, type MaybeValue, parseInteger, toInteger } from '../sample-value.ts';

const hexOf = (bytes: string) => Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();

/** The bytes that Base64 stands for; undefined for what is none. */
export function decodeBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').toString('latin1');
}

function decodeBase64Url(text: string): MaybeValue {
  return /^[A-Za-z0-9_-]*={0,2}$/.test(text) && text.length % 4 !== 1
    ? Buffer.from(text, 'base64url').toString('latin1')
    : undefined;
}

/** Chunks of so many bytes, each written by `show`, with the separator between; 0 for one chunk of all. */
function chunked(separator: string, size: number, truncates: boolean, show: (chunk: string) => string): Convert {
  return (value) => {
    const bytes = value as string;
    const step = size > 0 ? size : Math.max(1, bytes.length);
    const end = truncates ? bytes.length - (bytes.length % step) : bytes.length;
    let text = '';
    for (let at = 0; at < end; at += step)
      text += (at > 0 ? separator : '') + show(bytes.slice(at, Math.min(end, at + step)));
    return text;
  };
}

function bigEndian(chunk: string): string {
  let value = 0n;
  for (let at = 0; at < chunk.length; at++) value = (value << 8n) | BigInt(chunk.charCodeAt(at));
  return String(BigInt.asUintN(64, value));
}

/** The same with the lowest byte first. */
function littleEndian(chunk: string): string {
  return bigEndian([...chunk].reverse().join(''));
}

const isSet = (text: string | undefined) => text !== undefined && text !== '' && parseInteger(text) !== 0;

/** Percent signs; "+" is a space in a query, everywhere with `form`. undefined where a sign has no two digits. */
function decodeUrl(text: string, form: boolean): MaybeValue {
  let result = '';
  let inQuery = form;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '%') {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined;
      result += String.fromCharCode(Number.parseInt(digits, 16));
      at += 2;
    } else if (character === '+' && inQuery) result += ' ';
    else {
      if (character === '?') inQuery = true;
      result += character;
    }
  }
  return result;
}

const encodeUrl = (text: string) => text.replace(/[^A-Za-z0-9._~-]/g, (character) => `%${hexOf(character)}`);

export const encodingConverters: ConverterCompilers = {
  b64dec: () => (text) => decodeBase64(text as string),
  base64: () => (bytes) => Buffer.from(bytes as string, 'latin1').toString('base64'),
  be2dec: ([separator = '', size = '0', truncates]) =>
    chunked(toBytes(separator), Number(parseInteger(size)), isSet(truncates), bigEndian),
  le2dec: ([separator = '', size = '0', truncates]) =>
    chunked(toBytes(separator), Number(parseInteger(size)), isSet(truncates), littleEndian),
  be2hex: ([separator = '', size = '0', truncates]) =>
    chunked(toBytes(separator), Number(parseInteger(size)), isSet(truncates), hexOf),
  hex: () => (bytes) => hexOf(bytes as string),
  hex2i: () => (text) =>
    /^[0-9A-Fa-f]*$/.test(text as string)
      ? toInteger(BigInt.asIntN(64, BigInt(`0x0${(text as string).slice(-16)}`)))
      : undefined,
  htonl: () => (value) => integerBytes(BigInt.asUintN(32, BigInt(value as Integer)), 4),
  ub64dec: () => (text) => decodeBase64Url(text as string),
  ub64enc: () => (bytes) => Buffer.from(bytes as string, 'latin1').toString('base64url'),
  url_dec: ([form]) => {
    const isForm = isSet(form);
    return (text) => decodeUrl(text as string, isForm);
  },
  url_enc: () => (text) => encodeUrl(text as string),
};
