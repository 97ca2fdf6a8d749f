/** Converters that write and read JSON, and read JSON Web Tokens. */
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { type MaybeValue, toInteger } from '../sample-value.ts';

const short: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  47: '\\/',
  92: '\\\\',
};

function escapeCode(code: number): string {
  const known = short[code];
  if (known !== undefined) return known;
  if (code >= 32 && code < 127) return String.fromCharCode(code);
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

interface Character {
  readonly code: number;
  readonly length: number;
  readonly problem: '' | 'bad' | 'overlong';
}

const leads = [
  { mask: 0xe0, mark: 0xc0, more: 1, least: 0x80 },
  { mask: 0xf0, mark: 0xe0, more: 2, least: 0x800 },
  { mask: 0xf8, mark: 0xf0, more: 3, least: 0x10000 },
] as const;

/** The character of UTF-8 at `at`. */
function readCharacter(bytes: string, at: number): Character {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return { code: first, length: 1, problem: '' };
  const lead = leads.find(({ mask, mark }) => (first & mask) === mark);
  if (lead === undefined) return { code: 0, length: 1, problem: 'bad' };
  let code = first & ~lead.mask & 0xff;
  for (let index = 1; index <= lead.more; index++) {
    const next = bytes.charCodeAt(at + index);
    if ((next & 0xc0) !== 0x80) return { code: 0, length: index, problem: 'bad' };
    code = (code << 6) | (next & 0x3f);
  }
  const length = lead.more + 1;
  if (code < lead.least) return { code, length, problem: 'overlong' };
  return { code, length, problem: code >= 0xd800 && code <= 0xdfff ? 'bad' : '' };
}

type InputCode = 'ascii' | 'utf8' | 'utf8s' | 'utf8p' | 'utf8ps';

function escapeJson(input: InputCode): Convert {
  const skips = input.endsWith('s');
  const permits = input.includes('p');
  return (value) => {
    const bytes = value as string;
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      if (input === 'ascii') {
        text += escapeCode(bytes.charCodeAt(at++));
        continue;
      }
      const { code, length, problem } = readCharacter(bytes, at);
      at += length;
      // Four digits are all that an escape has.
      if (code <= 0xffff && (problem === '' || (problem === 'overlong' && permits))) text += escapeCode(code);
      else if (!skips) return undefined;
    }
    return text;
  };
}

/** The steps of a path such as "$.a['b.c'][2]"; undefined when it is none. */
export function readJsonPath(path: string): (string | number)[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: (string | number)[] = [];
  const step = /\.((?:\\.|[^.[\\])+)|\[([0-9]+)\]|\['((?:\\.|[^'\\])*)'\]|\["((?:\\.|[^"\\])*)"\]/y;
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return undefined;
    const [, name, index, ...quoted] = found;
    if (index !== undefined) steps.push(Number(index));
    else steps.push((name ?? quoted.find((text) => text !== undefined) ?? '').replace(/\\(.)/g, '$1'));
  }
  return steps;
}

function queryJson(path: string, asInteger: boolean): (text: string) => MaybeValue {
  const steps = readJsonPath(path) ?? [];
  return (bytes) => {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(bytes, 'latin1').toString());
    } catch {
      return undefined;
    }
    for (const step of steps) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string | number, unknown>)[step];
    }
    return fromJson(value, asInteger);
  };
}

/** Numbers are texts unless integers are asked for; what is neither text, number nor boolean is nothing. */
function fromJson(value: unknown, asInteger: boolean): MaybeValue {
  switch (typeof value) {
    case 'string': {
      if (!asInteger) return Buffer.from(value).toString('latin1');
      return /^-?[0-9]+$/.test(value) ? toInteger(BigInt(value)) : undefined;
    }
    case 'number':
      return asInteger
        ? Math.trunc(value)
        : Number.isInteger(value)
          ? String(value)
          : value.toFixed(6).replace(/0+$/, '');
    case 'boolean':
      return value;
    // As in HAProxy lists and objects are none.
    default:
      return undefined;
  }
}

/** A part of a token, decoded, and perhaps what stands at a path of it. */
function jwtPart(number: 0 | 1, path: string | undefined, type: string | undefined): Convert {
  const query = path === undefined || path === '' ? undefined : queryJson(path, type === 'int');
  return (value) => {
    const parts = (value as string).split('.');
    const part = parts[number];
    if (part === undefined) return undefined;
    const text = Buffer.from(part, 'base64url').toString('latin1');
    return query === undefined ? text : query(text);
  };
}

export const jsonConverters: ConverterCompilers = {
  json: ([input = 'ascii']) => escapeJson(input as InputCode),
  json_query: ([path = '$', type]) => {
    const query = queryJson(path, type === 'int');
    return (text) => query(text as string);
  },
  jwt_header_query: ([path, type]) => jwtPart(0, path, type),
  jwt_payload_query: ([path, type]) => jwtPart(1, path, type),
};
