/** Reads messages of the Financial Information eXchange protocol: "tag=value" with a control character 1 behind each. */
import { findFixTag } from '../../../shared/language/fix-tags.ts';
import type { ConverterCompilers } from '../compiled.ts';

const delimiter = '\x01';

/** Versions 5.0 and later say that of their session layer: FIXT.1.1. */
const versions = new Set(['FIX.4.0', 'FIX.4.1', 'FIX.4.2', 'FIX.4.3', 'FIX.4.4', 'FIXT.1.1']);

const [beginString, bodyLength, checkSum, msgType] = [8, 9, 10, 35];

/** Length in bytes of the shortest message. */
const leastLength = 26;

/** The number of the tag of the field at `start`, whose "=" stands at `equals`; 0 for none. */
function tagAt(message: string, start: number, equals: number): number {
  const text = message.slice(start, equals);
  return /^[0-9]+$/.test(text) ? Number(text) : 0;
}

/** Those of version 4.4, and those that two parties agree on. */
const isTag = (tag: number) => (tag >= 1 && tag <= 956) || (tag >= 10_000 && tag <= 19_999);

/**
 * Whether all fields have a tag, and those that frame the message stand where they must and are right, whatever follows it;
 * undefined for a message that has not come whole.
 */
function isValid(message: string): boolean | undefined {
  if (message.length < leastLength) return undefined;
  let bodyEnd = 0;
  let count = 0;
  for (let start = 0; start < message.length; count++) {
    const equals = message.indexOf('=', start);
    const end = message.indexOf(delimiter, Math.max(start, equals));
    if (equals < 0 || end < 0) return undefined;
    const tag = tagAt(message, start, equals);
    if (!isTag(tag)) return false;
    const value = message.slice(equals + 1, end);
    if (count === 0 && (tag !== beginString || !versions.has(value))) return false;
    if (count === 1) {
      if (tag !== bodyLength || !/^[0-9]+$/.test(value)) return false;
      bodyEnd = end + 1 + Number(value);
    }
    if (count === 2 && tag !== msgType) return false;
    if (tag === checkSum) return count > 2 && start === bodyEnd && value === sumOf(message, bodyEnd);
    start = end + 1;
  }
  return undefined;
}

/** The sum of the bytes before `end` in three digits. */
function sumOf(message: string, end: number): string {
  let sum = 0;
  for (let at = 0; at < end; at++) sum += message.charCodeAt(at);
  return String(sum % 256).padStart(3, '0');
}

/** The value of the first field with the tag, up to what ends the message or is no field. */
function findValue(message: string, tag: number): string | undefined {
  for (let start = 0; start < message.length; ) {
    const equals = message.indexOf('=', start);
    if (equals < 0) return undefined;
    const end = message.indexOf(delimiter, equals);
    if (end < 0) return undefined;
    const found = tagAt(message, start, equals);
    if (found === tag) return message.slice(equals + 1, end);
    if (found === 0 || found === checkSum) return undefined;
    start = end + 1;
  }
  return undefined;
}

export const fixConverters: ConverterCompilers = {
  fix_is_valid: () => (message) => isValid(message as string),
  fix_tag_value: ([text = '']) => {
    const tag = findFixTag(text) ?? 0;
    return (message) => findValue(message as string, tag);
  },
};
