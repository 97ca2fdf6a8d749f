/** Takes fields out of messages of protocol buffers, and of those of gRPC that hold them. */
import { type ProtobufType, protobufTypes } from '../../../shared/language/protobuf-types.ts';
import type { ConverterCompiler, ConverterCompilers } from '../compiled.ts';
import { type MaybeValue, toInteger } from '../sample-value.ts';

const [varint, bits64, lengthDelimited, bits32] = [0, 1, 2, 5];

/** Bytes before each message of gRPC: a flag that it is compressed, and its length in four. */
const grpcHeaderLength = 5;

interface Varint {
  readonly value: bigint;
  readonly end: number;
}

/** The number of variable length at `at`; undefined where it does not end before `limit` or takes more than ten bytes. */
function readVarint(bytes: string, at: number, limit: number): Varint | undefined {
  let value = 0n;
  for (let index = 0; index < 10 && at + index < limit; index++) {
    const byte = bytes.charCodeAt(at + index);
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + index + 1 };
  }
  return undefined;
}

/** Where the value of a field begins and ends. */
interface Field {
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

/** The first field along a path of numbers in bytes[start..end]; undefined without one, null where the bytes make no sense. */
function findField(bytes: string, start: number, end: number, path: readonly bigint[]): Field | null | undefined {
  const [number, ...rest] = path;
  for (let at = start; at < end; ) {
    const key = readVarint(bytes, at, end);
    const field = key === undefined ? undefined : readField(bytes, key.end, end, Number(key.value & 7n));
    if (key === undefined || field === undefined) return null;
    if (key.value >> 3n === number) {
      if (rest.length === 0) return field;
      return field.wireType === lengthDelimited ? findField(bytes, field.start, field.end, rest) : null;
    }
    at = field.end;
  }
  return undefined;
}

/** Undefined where it is of an unknown type or does not fit. */
function readField(bytes: string, at: number, limit: number, wireType: number): Field | undefined {
  switch (wireType) {
    case varint: {
      const read = readVarint(bytes, at, limit);
      return read === undefined ? undefined : { wireType, start: at, end: read.end };
    }
    case bits64:
    case bits32: {
      const end = at + (wireType === bits64 ? 8 : 4);
      return end <= limit ? { wireType, start: at, end } : undefined;
    }
    case lengthDelimited: {
      const length = readVarint(bytes, at, limit);
      if (length === undefined || length.value > BigInt(limit - length.end)) return undefined;
      return { wireType, start: length.end, end: length.end + Number(length.value) };
    }
    default:
      return undefined;
  }
}

/** The integer that a value is, as HAProxy has it: of 64 bits with a sign, and without what a fraction has behind its point. */
function toNumber(bytes: string, { start, end }: Field, type: ProtobufType): MaybeValue {
  const buffer = Buffer.from(bytes.slice(start, end), 'latin1');
  switch (type) {
    case 'fixed64':
    case 'sfixed64':
      return toInteger(buffer.readBigInt64LE());
    case 'double':
      return fromDouble(buffer.readDoubleLE());
    case 'fixed32':
      return buffer.readUInt32LE();
    case 'sfixed32':
      return buffer.readInt32LE();
    case 'float':
      return fromFloat(buffer.readFloatLE());
    default: {
      const value = readVarint(bytes, start, end)?.value ?? 0n;
      return toInteger(BigInt.asIntN(64, type.startsWith('sint') ? (value >> 1n) ^ -(value & 1n) : value));
    }
  }
}

/** What does not fit comes out as it does when a processor makes an integer of it without a sign. */
function fromDouble(value: number): MaybeValue {
  if (value >= 2 ** 64) return 0;
  if (Number.isNaN(value) || value < -(2 ** 63)) return toInteger(-(2n ** 63n));
  return toInteger(BigInt.asIntN(64, BigInt(Math.trunc(value))));
}

/** As above, in 32 bits. */
function fromFloat(value: number): MaybeValue {
  return Math.abs(value) < 2 ** 63 ? Number(BigInt.asUintN(32, BigInt(Math.trunc(value)))) : 0;
}

function take(bytes: string, field: Field | null | undefined, type: ProtobufType | undefined): MaybeValue {
  if (field === undefined || field === null) return undefined;
  if (type === undefined) return bytes.slice(field.start, field.end);
  return protobufTypes[type] === field.wireType ? toNumber(bytes, field, type) : undefined;
}

const protobuf: ConverterCompiler = ([numbers = '', type]) => {
  const path = numbers.split('.').map(BigInt);
  return (value) => {
    const bytes = value as string;
    return take(bytes, findField(bytes, 0, bytes.length, path), type as ProtobufType | undefined);
  };
};

const ungrpc: ConverterCompiler = ([numbers = '', type]) => {
  const path = numbers.split('.').map(BigInt);
  return (value) => {
    const bytes = value as string;
    for (let at = 0; bytes.length - at > grpcHeaderLength; ) {
      const start = at + grpcHeaderLength;
      const end = start + Buffer.from(bytes.slice(at + 1, start), 'latin1').readUInt32BE();
      if (bytes.charCodeAt(at) !== 0 || end > bytes.length) return undefined;
      const field = findField(bytes, start, end, path);
      if (field !== undefined) return take(bytes, field, type as ProtobufType | undefined);
      at = end;
    }
    return undefined;
  };
};

export const protobufConverters: ConverterCompilers = { protobuf, ungrpc };
