/** The catalogue of converters (configuration manual 2.6, section 7.3.1). */
import { argument, type Converter } from './catalogue.ts';
import type { SampleType } from './sample-types.ts';

type Entry = readonly [
  name: string,
  args: readonly string[],
  input: SampleType,
  output: SampleType | 'same',
  description: string,
];

const strings: readonly Entry[] = [
  [
    'add_item',
    ['delimiter', 'variable?:variable', 'suffix?'],
    'str',
    'str',
    'Appends a variable and a text, with the delimiter where something stands before them.',
  ],
  ['bytes', ['offset:integer', 'length?:integer'], 'bin', 'bin', 'Bytes from an offset on.'],
  ['concat', ['start?', 'variable?:variable', 'end?'], 'str', 'str', 'Appends a text, a variable and a text.'],
  ['cut_crlf', [], 'str', 'str', 'What stands before the first carriage return or line feed.'],
  [
    'field',
    ['index:integer', 'delimiters', 'count?:integer'],
    'str',
    'str',
    'A field by number, from the end when below 0; with a count several of them, 0 for all.',
  ],
  ['host_only', [], 'str', 'str', 'The host of a Host field, in lower case.'],
  [
    'language',
    ['languages', 'default?'],
    'str',
    'str',
    'The language that an Accept-Language field likes best of a list "de;en".',
  ],
  ['length', [], 'str', 'sint', 'The length in bytes.'],
  ['lower', [], 'str', 'str', 'The letters A to Z in lower case.'],
  ['ltrim', ['characters'], 'str', 'str', 'Takes the characters off the beginning.'],
  ['port_only', [], 'str', 'sint', 'The port of a Host field, 0 without one.'],
  [
    'regsub',
    ['pattern:regex', 'replacement', 'flags?'],
    'str',
    'str',
    'Replaces what matches a regular expression, all of it with the flag "g"; "\\1" is the first group.',
  ],
  ['rtrim', ['characters'], 'str', 'str', 'Takes the characters off the end.'],
  ['strcmp', ['variable:variable'], 'str', 'sint', 'Compares with a variable: below 0, 0 or above 0.'],
  ['upper', [], 'str', 'str', 'The letters a to z in upper case.'],
  [
    'word',
    ['index:integer', 'delimiters', 'count?:integer'],
    'str',
    'str',
    'As field, where several delimiters are one.',
  ],
];

const numbers: readonly Entry[] = [
  ['add', ['value:operand'], 'sint', 'sint', 'Adds a number or variable.'],
  ['and', ['value:operand'], 'sint', 'sint', 'The bits that both have.'],
  ['cpl', [], 'sint', 'sint', 'All bits turned round.'],
  ['div', ['value:operand'], 'sint', 'sint', 'Divides; by 0 it gives the greatest integer.'],
  ['mod', ['value:operand'], 'sint', 'sint', 'The remainder; by 0 it gives 0.'],
  ['mul', ['value:operand'], 'sint', 'sint', 'Multiplies, up to the greatest integer.'],
  ['neg', [], 'sint', 'sint', 'The opposite.'],
  ['or', ['value:operand'], 'sint', 'sint', 'The bits that one of them has.'],
  ['sub', ['value:operand'], 'sint', 'sint', 'Subtracts a number or variable.'],
  ['xor', ['value:operand'], 'sint', 'sint', 'The bits in which they differ.'],
];

const logic: readonly Entry[] = [
  ['bool', [], 'sint', 'bool', 'Whether it is not 0.'],
  ['even', [], 'sint', 'bool', 'Whether it is even.'],
  ['iif', ['true', 'false'], 'bool', 'str', 'One text or the other.'],
  ['not', [], 'sint', 'bool', 'Whether it is 0.'],
  ['odd', [], 'sint', 'bool', 'Whether it is odd.'],
  [
    'secure_memcmp',
    ['variable:variable'],
    'bin',
    'bool',
    'Whether a variable has the same bytes, in time that tells nothing of them.',
  ],
];

const encoding: readonly Entry[] = [
  ['b64dec', [], 'str', 'bin', 'Decodes Base64.'],
  ['base64', [], 'bin', 'str', 'Encodes as Base64.'],
  [
    'be2dec',
    ['separator', 'size:integer', 'truncate?:integer'],
    'bin',
    'str',
    'The numbers that so many bytes each make.',
  ],
  [
    'be2hex',
    ['separator?', 'size?:integer', 'truncate?:integer'],
    'bin',
    'str',
    'Hexadecimal, with a separator after so many bytes.',
  ],
  ['hex', [], 'bin', 'str', 'Hexadecimal.'],
  ['hex2i', [], 'str', 'sint', 'The number that hexadecimal digits name.'],
  ['htonl', [], 'sint', 'bin', 'The lower 32 bits as bytes, the highest first.'],
  ['json', ['input?'], 'str', 'str', 'Escaped to stand in a JSON string; reads ascii, utf8, utf8s, utf8p or utf8ps.'],
  ['json_query', ['path', 'type?'], 'str', 'any', 'What stands at a path such as "$.user.name" of a JSON text.'],
  ['jwt_header_query', ['path?', 'type?'], 'bin', 'any', 'The header of a JSON Web Token, or json_query on it.'],
  ['jwt_payload_query', ['path?', 'type?'], 'bin', 'any', 'The payload of a JSON Web Token, or json_query on it.'],
  ['ub64dec', [], 'str', 'bin', 'Decodes base64url.'],
  ['ub64enc', [], 'bin', 'str', 'Encodes as base64url.'],
  ['url_dec', ['form?:integer'], 'str', 'str', 'Decodes percent signs, and "+" in a query or everywhere with 1.'],
  ['url_enc', ['type?'], 'str', 'str', 'Encodes with percent signs.'],
];

const hashing: readonly Entry[] = [
  ...(['crc32', 'crc32c', 'djb2', 'sdbm', 'wt6'] as const).map(
    (name): Entry => [
      name,
      ['avalanche?:integer'],
      'bin',
      'sint',
      'A hash of 32 bits; with 1 its bits are mixed once more.',
    ],
  ),
  ['digest', ['algorithm:digest'], 'bin', 'bin', 'A digest such as sha256.'],
  ['hmac', ['algorithm:digest', 'key:key'], 'bin', 'bin', 'An authentication code; the key is Base64 or a variable.'],
  ['sha1', [], 'bin', 'bin', 'The SHA-1 digest.'],
  ['sha2', ['bits?:integer'], 'bin', 'bin', 'The SHA-2 digest of 224, 256, 384 or 512 bits.'],
  ['xxh32', ['seed?:integer'], 'bin', 'sint', 'The xxHash of 32 bits.'],
  ['xxh64', ['seed?:integer'], 'bin', 'sint', 'The xxHash of 64 bits.'],
];

const others: readonly Entry[] = [
  [
    'http_date',
    ['offset?:integer', 'unit?'],
    'sint',
    'str',
    'A date of HTTP from seconds since 1970, or from the unit: s, ms or us.',
  ],
  ['ipmask', ['mask4:mask4', 'mask6?:mask6'], 'addr', 'addr', 'The network of an address.'],
  ['ltime', ['format', 'offset?:integer'], 'sint', 'str', 'The local time by a format as of strftime.'],
  ['nbsrv', [], 'str', 'sint', 'Usable servers of the backend that the sample names.'],
  ['set-var', ['variable:variable'], 'any', 'any', 'Sets a variable and passes the sample on.'],
  ['srv_queue', [], 'str', 'sint', 'Requests queued for the server that the sample names.'],
  ['unset-var', ['variable:variable'], 'any', 'any', 'Forgets a variable and passes the sample on.'],
  ['utime', ['format', 'offset?:integer'], 'sint', 'str', 'The UTC time by a format as of strftime.'],
];

/** Texts that are the only ones an argument may be. */
const choices: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sha2: { bits: ['224', '256', '384', '512'] },
  http_date: { unit: ['s', 'ms', 'us'] },
  json: { input: ['ascii', 'utf8', 'utf8s', 'utf8p', 'utf8ps'] },
  json_query: { type: ['int', ''] },
  jwt_header_query: { type: ['int', ''] },
  jwt_payload_query: { type: ['int', ''] },
  regsub: { flags: ['', 'g', 'i', 'gi', 'ig'] },
  url_enc: { type: ['query'] },
};

/** All converters by name, in order. */
export const converters: ReadonlyMap<string, Converter> = new Map(
  [...strings, ...numbers, ...logic, ...encoding, ...hashing, ...others]
    .map(([name, args, input, output, description]): Converter => {
      const specs = args.map((text) => argument(text, choices[name]?.[text.replace(/[?:].*/, '')]));
      return { name, arguments: specs, input, output, description };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((converter) => [converter.name, converter]),
);

const notYet: readonly (readonly [RegExp, string])[] = [
  [/^map(?:_|$)/, 'maps'],
  [/^(?:in_table|table_)/, 'stick tables'],
  [/^capture-/, 'captures'],
  [/^(?:mqtt_|fix_|protobuf|ungrpc)/, 'this protocol'],
  [/^(?:aes_gcm_dec|jwt_verify|debug|51d|da-csv|xxh3|x509)/, 'this converter'],
];

/** What Sluice lacks for a converter that HAProxy has; undefined for names it does not know. */
export function findMissingConverter(name: string): string | undefined {
  return notYet.find(([pattern]) => pattern.test(name))?.[1];
}
