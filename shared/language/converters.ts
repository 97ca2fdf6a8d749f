/** The catalogue of converters (configuration manual 2.6, section 7.3.1). */
import { variableConditions } from '../model/vocabulary.ts';
import { argument, type Converter } from './catalogue.ts';
import { mapConverters } from './map-converters.ts';
import { protobufTypes } from './protobuf-types.ts';
import type { SampleType } from './sample-types.ts';
import { stickConverters } from './stick-samples.ts';

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
  [
    'aes_gcm_dec',
    ['bits', 'nonce:base64', 'key:base64', 'tag:base64'],
    'bin',
    'bin',
    'Decrypts AES-GCM with 128, 192 or 256 bits; nonce, key and tag are Base64 or variables that hold it.',
  ],
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
    'le2dec',
    ['separator', 'size:integer', 'truncate?:integer'],
    'bin',
    'str',
    'The numbers that so many bytes each make, the lowest first.',
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
  [
    'jwt_verify',
    ['algorithm:jwt-algorithm', 'key:jwt-key'],
    'bin',
    'sint',
    'Verifies the signature of a JSON Web Token; the key is a secret or the path of a public key or certificate on the node: 1 for a good one, 0 for a bad one, -1 for an unknown and -2 for an unmanaged algorithm, -3 for what is no token, -5 for an unknown key.',
  ],
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
  ['xxh3', ['seed?:integer'], 'bin', 'sint', 'The XXH3 hash of 64 bits.'],
  ['xxh32', ['seed?:integer'], 'bin', 'sint', 'The xxHash of 32 bits.'],
  ['xxh64', ['seed?:integer'], 'bin', 'sint', 'The xxHash of 64 bits.'],
];

const protocols: readonly Entry[] = [
  ['fix_is_valid', [], 'bin', 'bool', 'Whether it is a whole message of FIX.'],
  ['fix_tag_value', ['tag:fix-tag'], 'bin', 'bin', 'The value of a tag of a FIX message, by number or name.'],
  [
    'mqtt_field_value',
    ['packettype', 'field'],
    'bin',
    'str',
    'A field of a packet of MQTT, by name, or a property, by number; the packet is a CONNECT or CONNACK.',
  ],
  ['mqtt_is_valid', [], 'bin', 'bool', 'Whether it is a CONNECT or CONNACK of MQTT 3.1, 3.1.1 or 5.0.'],
  [
    'protobuf',
    ['number:field-number', 'type?'],
    'bin',
    'bin',
    'A field of a message of protocol buffers by its number, "2.1" for the first of the second; with a type an integer.',
  ],
  ['ungrpc', ['number:field-number', 'type?'], 'bin', 'bin', 'The same of a message of gRPC.'],
];

/** Where the converter "debug" may write. */
export const debugSinkNames = ['buf0', 'stdout', 'stderr'] as const;
export type DebugSink = (typeof debugSinkNames)[number];

const others: readonly Entry[] = [
  [
    'capture-req',
    ['slot:integer'],
    'str',
    'str',
    'Keeps the sample in a slot for captures of requests and passes it on.',
  ],
  [
    'capture-res',
    ['slot:integer'],
    'str',
    'str',
    'Keeps the sample in a slot for captures of responses and passes it on.',
  ],
  [
    'debug',
    ['prefix?', 'sink?'],
    'any',
    'same',
    'Writes a line about the sample to buf0, stdout or stderr and passes it on; buf0 is what "show events buf0" shows.',
  ],
  [
    'http_date',
    ['offset?:integer', 'unit?'],
    'sint',
    'str',
    'A date of HTTP from seconds since 1970, or from the unit: s, ms or us.',
  ],
  ['ipmask', ['mask4:mask4', 'mask6?:mask6'], 'addr', 'addr', 'The network of an address.'],
  ['ltime', ['format', 'offset?:integer'], 'sint', 'str', 'The local time by a format as of strftime.'],
  ...(['ms_ltime', 'ms_utime', 'us_ltime', 'us_utime'] as const).map(
    (name): Entry => [
      name,
      ['format', 'offset?:integer'],
      'sint',
      'str',
      `The ${name.endsWith('ltime') ? 'local' : 'UTC'} time by a format as of strftime, from ${name.startsWith('ms') ? 'milliseconds' : 'microseconds'} since 1970; %N stands for the nanoseconds, %3N for their first three digits.`,
    ],
  ),
  ['nbsrv', [], 'str', 'sint', 'Usable servers of the backend that the sample names.'],
  [
    'set-var',
    ['variable:variable', 'condition?', 'condition?', 'condition?', 'condition?'],
    'any',
    'any',
    'Sets a variable and passes the sample on, if all conditions hold; there is no sample else.',
  ],
  ['srv_queue', [], 'str', 'sint', 'Requests queued for the server that the sample names.'],
  ['unset-var', ['variable:variable'], 'any', 'any', 'Forgets a variable and passes the sample on.'],
  ['utime', ['format', 'offset?:integer'], 'sint', 'str', 'The UTC time by a format as of strftime.'],
  [
    'when',
    ['condition:condition', 'acl?:acl'],
    'any',
    'same',
    'Passes the sample on where a condition holds, or with "!" before it does not; there is no sample else. "error": a timeout, an error, a retry, a redispatch or a status of 500 or more; "normal": none of them; "forwarded", "processed": a server was connected to; "toapplet": never; "stopping": the worker is ending; "acl": the ACL of that name matches.',
  ],
];

/** Texts that are the only ones an argument may be. */
const choices: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aes_gcm_dec: { bits: ['128', '192', '256'] },
  debug: { sink: debugSinkNames },
  sha2: { bits: ['224', '256', '384', '512'] },
  http_date: { unit: ['s', 'ms', 'us'] },
  json: { input: ['ascii', 'utf8', 'utf8s', 'utf8p', 'utf8ps'] },
  json_query: { type: ['int', ''] },
  jwt_header_query: { type: ['int', ''] },
  jwt_payload_query: { type: ['int', ''] },
  protobuf: { type: Object.keys(protobufTypes) },
  ungrpc: { type: Object.keys(protobufTypes) },
  regsub: { flags: ['', 'g', 'i', 'gi', 'ig'] },
  'set-var': { condition: variableConditions },
  url_enc: { type: ['query'] },
};

/** Those that HAProxy 2.6 does not have, with the version that brought them. */
const since: Readonly<Record<string, string>> = {
  le2dec: '3.2',
  ms_ltime: '2.9',
  ms_utime: '2.9',
  us_ltime: '2.9',
  us_utime: '2.9',
  when: '3.1',
};

/** All converters by name, in order. */
export const converters: ReadonlyMap<string, Converter> = new Map(
  [
    ...strings,
    ...numbers,
    ...logic,
    ...encoding,
    ...hashing,
    ...protocols,
    ...mapConverters,
    ...others,
    ...stickConverters,
  ]
    .map(([name, args, input, output, description]): Converter => {
      const specs = args.map((text) => argument(text, choices[name]?.[text.replace(/[?:].*/, '')]));
      const typed = output === 'bin' && choices[name]?.['type'] !== undefined;
      const version = since[name];
      return {
        name,
        arguments: specs,
        input,
        output,
        ...(typed && { typedOutput: 'sint' as const }),
        ...(version !== undefined && { since: version }),
        description,
      };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((converter) => [converter.name, converter]),
);

const notYet: readonly (readonly [RegExp, string])[] = [[/^(?:51d|da-csv|x509)/, 'this converter']];

/** What Sluice lacks for a converter that HAProxy has; undefined for names it does not know. */
export function findMissingConverter(name: string): string | undefined {
  return notYet.find(([pattern]) => pattern.test(name))?.[1];
}
