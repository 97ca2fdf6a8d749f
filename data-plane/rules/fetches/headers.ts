/** Fetches of header fields, of requests and of responses (configuration manual 2.6, section 7.3.6). */
import { readIpAddress } from '../../../shared/address.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { CompiledFetch, FetchCompiler, FetchCompilers, ValueTest } from '../compiled.ts';
import type { HeaderFields, SampleContext } from '../sample-context.ts';
import { looseInteger, type MaybeValue, parseInteger } from '../sample-value.ts';
import { countValues, nthValue, someValue } from './header-values.ts';

type Fields = (context: SampleContext) => HeaderFields | undefined;

const requestFields: Fields = ({ request }) => request?.fields;
const responseFields: Fields = ({ response }) => response?.fields;
const eitherFields: Fields = ({ request, response }) => (response ?? request)?.fields;

/** The last value, the one by number, or in ACLs each. `read` makes of a text what the fetch answers. */
function values(fieldsOf: Fields, isList: boolean, read?: (text: string) => MaybeValue): FetchCompiler {
  return ([nameText = '', occurrence]): CompiledFetch => {
    // HAProxy finds no value of no field, but counts them.
    if (nameText === '') return { get: () => undefined };
    const name = toBytes(nameText).toLowerCase();
    const number = occurrence === undefined ? -1 : Number(parseInteger(occurrence)) || -1;
    const get = (context: SampleContext) => {
      const fields = fieldsOf(context);
      const text = fields === undefined ? undefined : nthValue(fields, name, isList, number);
      return text === undefined || read === undefined ? text : read(text);
    };
    // One that is named by its number is the only one in ACLs too.
    if (occurrence !== undefined && parseInteger(occurrence) !== 0) return { get };
    const some = (context: SampleContext, test: ValueTest) => {
      const fields = fieldsOf(context);
      return fields !== undefined && someValue(fields, name, isList, context, test);
    };
    if (read === undefined) return { get, some };
    return {
      get,
      some: (context, test) => some(context, (text, inner) => holdsFor(read(text as string), inner, test)),
    };
  };
}

function holdsFor(value: MaybeValue, context: SampleContext, test: ValueTest): boolean {
  return value !== undefined && test(value, context);
}

/** An address, perhaps in brackets, an IPv4 one perhaps with a port. */
function readAddress(text: string): MaybeValue {
  const withoutPort = /^[0-9.]+:[0-9]+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
  const bare = /^\[.*\]$/.test(withoutPort) ? withoutPort.slice(1, -1) : withoutPort;
  return readIpAddress(bare);
}

function count(fieldsOf: Fields, isList: boolean): FetchCompiler {
  return ([nameText = '']) => {
    const name = toBytes(nameText).toLowerCase();
    return {
      get: (context) => {
        const fields = fieldsOf(context);
        return fields === undefined ? undefined : countValues(fields, name, isList);
      },
    };
  };
}

function names(fieldsOf: Fields): FetchCompiler {
  return ([delimiterText = ',']) => {
    const delimiter = toBytes(delimiterText);
    return {
      get: (context) => {
        const fields = fieldsOf(context);
        if (fields === undefined) return undefined;
        let text = '';
        for (let field = fields.next(0); field >= 0; field = fields.next(field + 1)) {
          text += text === '' ? lowerName(fields, field) : delimiter + lowerName(fields, field);
        }
        return text;
      },
    };
  };
}

/** HAProxy keeps names in lower case. */
const lowerName = (fields: HeaderFields, field: number) => fields.name(field).toLowerCase();

function allFields(fieldsOf: Fields): FetchCompiler {
  return () => ({
    get: (context) => {
      const fields = fieldsOf(context);
      if (fields === undefined) return undefined;
      let text = '';
      for (let field = fields.next(0); field >= 0; field = fields.next(field + 1)) {
        text += `${lowerName(fields, field)}: ${fields.value(field)}\r\n`;
      }
      return `${text}\r\n`;
    },
  });
}

/** A length as SPOE writes it: below 240 in one byte, else four bits and then seven in each byte (HAProxy, SPOE.txt). */
function spoeLength(length: number): string {
  if (length < 240) return String.fromCharCode(length);
  let bytes = String.fromCharCode((length & 255) | 240);
  let rest = (length - 240) >>> 4;
  for (; rest >= 128; rest = (rest - 128) >>> 7) bytes += String.fromCharCode((rest & 255) | 128);
  return bytes + String.fromCharCode(rest);
}

const spoeText = (text: string) => spoeLength(text.length) + text;

/** Names and values in turn, at the end one of each that is empty. */
function binaryFields(fieldsOf: Fields): FetchCompiler {
  return () => ({
    get: (context) => {
      const fields = fieldsOf(context);
      if (fields === undefined) return undefined;
      let bytes = '';
      for (let field = fields.next(0); field >= 0; field = fields.next(field + 1)) {
        bytes += spoeText(lowerName(fields, field)) + spoeText(fields.value(field));
      }
      return `${bytes}\0\0`;
    },
  });
}

function family(fieldsOf: Fields, prefix: 'req' | 'res'): FetchCompilers {
  return {
    [`${prefix}.fhdr`]: values(fieldsOf, false),
    [`${prefix}.fhdr_cnt`]: count(fieldsOf, false),
    [`${prefix}.hdr`]: values(fieldsOf, true),
    [`${prefix}.hdr_cnt`]: count(fieldsOf, true),
    [`${prefix}.hdr_ip`]: values(fieldsOf, true, readAddress),
    [`${prefix}.hdr_names`]: names(fieldsOf),
    [`${prefix}.hdr_val`]: values(fieldsOf, true, looseInteger),
    [`${prefix}.hdrs`]: allFields(fieldsOf),
    [`${prefix}.hdrs_bin`]: binaryFields(fieldsOf),
  };
}

export const headerFetches: FetchCompilers = {
  ...family(requestFields, 'req'),
  ...family(responseFields, 'res'),
  hdr: values(eitherFields, true),
};
