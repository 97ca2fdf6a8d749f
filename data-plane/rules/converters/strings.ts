/** Converters of texts. */
import { RegularExpression, toBytes } from '../../../shared/language/regular-expression.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { parseInteger } from '../sample-value.ts';
import { language } from './language.ts';

const changeCase = (from: RegExp, by: (letters: string) => string) => (text: string) => {
  return from.test(text) ? text.replace(/[A-Za-z]+/g, by) : text;
};

/** Only the letters of ASCII: others are bytes of characters that are not known. */
export const lower = changeCase(/[A-Z]/, (letters) => letters.toLowerCase());
export const upper = changeCase(/[a-z]/, (letters) => letters.toUpperCase());

/** As in HAProxy nothing is before the first byte, and a length below 0 is that of all the rest. */
function bytes(offset: number, length: number | undefined): Convert {
  if (offset < 0) return () => '';
  return (value) => {
    const text = value as string;
    if (text.length <= offset) return '';
    return text.slice(offset, length === undefined || length < 0 ? undefined : offset + length);
  };
}

/** Replaces the first match, or each. "\1" to "\9" stand for groups, "\0" for the whole; "\" before others is left out. */
function regsub(pattern: string, replacement: string, flags: string): Convert {
  const regex = new RegularExpression(pattern, flags.includes('i'));
  const parts = readReplacement(toBytes(replacement));
  const all = flags.includes('g');
  const write = (group: (number: number) => string) => {
    let result = '';
    for (const part of parts) result += typeof part === 'string' ? part : group(part);
    return result;
  };
  return (value) => regex.replace(value as string, all, write);
}

/** Texts, and the numbers of groups. */
export function readReplacement(text: string): (string | number)[] {
  const parts: (string | number)[] = [];
  let literal = '';
  for (let at = 0; at < text.length; at++) {
    const next = text.charAt(at + 1);
    if (text[at] !== '\\' || next === '') {
      literal += text.charAt(at);
      continue;
    }
    at++;
    const hex = /^x[0-9A-Fa-f]{2}/.exec(text.slice(at));
    if (/[0-9]/.test(next)) {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(Number(next));
    } else if (hex !== null) {
      literal += String.fromCharCode(Number.parseInt(hex[0].slice(1), 16));
      at += 2;
    } else literal += next;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

/** The host of a Host field: everything before the last colon that a port follows, as HAProxy looks for it. */
function splitHost(text: string): { host: string; port: number } {
  let start = text.length;
  while (start > 0 && /[0-9]/.test(text.charAt(start - 1))) start--;
  if (start === 0 || text.charAt(start - 1) !== ':') return { host: text, port: 0 };
  return { host: text.slice(0, start - 1), port: Number(text.slice(start)) };
}

export const stringConverters: ConverterCompilers = {
  bytes: ([offset = '0', length]) =>
    bytes(Number(parseInteger(offset)), length === undefined ? undefined : Number(parseInteger(length))),
  cut_crlf: () => (text) => (text as string).replace(/[\r\n].*$/s, ''),
  host_only: () => (text) => lower(splitHost(text as string).host),
  language: ([languages = '', fallback]) => language(languages, fallback),
  length: () => (text) => (text as string).length,
  lower: () => (text) => lower(text as string),
  ltrim: ([characters = '']) => {
    const known = toBytes(characters);
    return (value) => {
      const text = value as string;
      let at = 0;
      while (at < text.length && known.includes(text.charAt(at))) at++;
      return text.slice(at);
    };
  },
  port_only: () => (text) => splitHost(text as string).port,
  regsub: ([pattern = '', replacement = '', flags = '']) => regsub(pattern, replacement, flags),
  rtrim: ([characters = '']) => {
    const known = toBytes(characters);
    return (value) => {
      const text = value as string;
      let at = text.length;
      while (at > 0 && known.includes(text.charAt(at - 1))) at--;
      return text.slice(0, at);
    };
  },
  upper: () => (text) => upper(text as string),
};
