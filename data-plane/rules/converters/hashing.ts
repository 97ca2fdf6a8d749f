/** Converters that hash and authenticate. */
import { createHash, createHmac } from 'node:crypto';
import type { Convert, ConverterCompiler, ConverterCompilers } from '../compiled.ts';
import { asText, parseInteger, toInteger, type Value } from '../sample-value.ts';
import { parseVariable } from '../variables.ts';
import { decodeBase64 } from './encoding.ts';
import { avalanche, crc, crcC, djb2, type ShortHash, sdbm, wt6 } from './short-hashes.ts';
import { xxh3 } from './xxh3.ts';
import { xxh32, xxh64 } from './xxhash.ts';

function short(hash: ShortHash): ConverterCompiler {
  return ([mixes]) => {
    if (mixes !== undefined && parseInteger(mixes) !== 0) return (bytes) => avalanche(hash(bytes as string));
    return (bytes) => hash(bytes as string);
  };
}

function digest(algorithm: string): Convert {
  return (bytes: Value) =>
    createHash(algorithm)
      .update(bytes as string, 'latin1')
      .digest()
      .toString('latin1');
}

function hmac(algorithm: string, key: string): Convert {
  if (!key.includes('.')) {
    const bytes = Buffer.from(key, 'base64');
    return (text) =>
      createHmac(algorithm, bytes)
        .update(text as string, 'latin1')
        .digest()
        .toString('latin1');
  }
  const { scope, name } = parseVariable(key);
  return (text, { variables }) => {
    const found = variables.get(scope, name);
    if (found === undefined) return undefined;
    const bytes = decodeBase64(asText(found.value));
    if (bytes === undefined) return undefined;
    return createHmac(algorithm, Buffer.from(bytes, 'latin1'))
      .update(text as string, 'latin1')
      .digest()
      .toString('latin1');
  };
}

export const hashingConverters: ConverterCompilers = {
  crc32: short(crc),
  crc32c: short(crcC),
  djb2: short(djb2),
  sdbm: short(sdbm),
  wt6: short(wt6),
  digest: ([algorithm = '']) => digest(algorithm),
  hmac: ([algorithm = '', key = '']) => hmac(algorithm, key),
  sha1: () => digest('sha1'),
  sha2: ([bits]) => digest(`sha${bits ?? '256'}`),
  xxh3: ([seed]) => {
    const start = BigInt.asUintN(64, BigInt(parseInteger(seed ?? '0')));
    return (bytes) => toInteger(xxh3(bytes as string, start));
  },
  xxh32: ([seed]) => {
    const start = Number(BigInt.asIntN(32, BigInt(parseInteger(seed ?? '0'))));
    return (bytes) => xxh32(bytes as string, start);
  },
  xxh64: ([seed]) => {
    const start = BigInt.asUintN(64, BigInt(parseInteger(seed ?? '0')));
    return (bytes) => toInteger(xxh64(bytes as string, start));
  },
};
