/** Verifies the signature of a JSON Web Token (RFC 7515, RFC 7518; configuration manual 2.6, section 7.3.1). */
import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { isVariable } from '../../../shared/language/argument-types.ts';
import { isJwtAlgorithm } from '../../../shared/language/jwt-algorithms.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { ConverterCompilers } from '../compiled.ts';
import { findPublicKey, loadPublicKey } from '../public-keys.ts';
import type { SampleContext } from '../sample-context.ts';
import { asText } from '../sample-value.ts';
import { parseVariable } from '../variables.ts';

const success = 1;
const failure = 0;
const unknownAlgorithm = -1;
const unmanagedAlgorithm = -2;
const invalidToken = -3;
const unknownCertificate = -5;

type Read = (context: SampleContext) => string | undefined;

/** A text, or that of a variable. */
function reader(text: string): Read {
  if (!isVariable(text)) {
    const bytes = toBytes(text);
    return () => bytes;
  }
  const { scope, name } = parseVariable(text);
  return ({ variables }) => {
    const found = variables.get(scope, name);
    return found === undefined ? undefined : asText(found.value);
  };
}

/** Finds the public key that a path names. */
type FindKey = (path: string) => KeyObject | undefined;

/** A path that is written in the expression is read now; those of variables must be written in some other one. */
function keyFinder(algorithm: string, path: string): FindKey {
  if (isVariable(path)) return findPublicKey;
  if (algorithm.startsWith('HS') || algorithm === 'none') return () => undefined;
  const key = loadPublicKey(path);
  return () => key;
}

/** What HAProxy answers: 1 for a good signature, 0 for a bad one, less where it could not be verified. */
function verifyToken(token: string, algorithm: string, key: string, findKey: FindKey): number {
  if (!isJwtAlgorithm(algorithm)) return unknownAlgorithm;
  const first = token.indexOf('.');
  const second = first < 0 ? -1 : token.indexOf('.', first + 1);
  if (first < 0 || (second >= 0 && token.includes('.', second + 1))) return invalidToken;
  if (algorithm === 'none') return second < 0 || second === token.length - 1 ? success : failure;
  const signature = second < 0 ? undefined : decode(token.slice(second + 1));
  if (signature === undefined) return invalidToken;
  const signed = Buffer.from(token.slice(0, second), 'latin1');
  const digest = `sha${algorithm.slice(2)}`;
  switch (algorithm.slice(0, 2)) {
    case 'HS':
      return isEqual(createHmac(digest, Buffer.from(key, 'latin1')).update(signed).digest(), signature);
    case 'PS':
      return unmanagedAlgorithm;
    default:
      return verifyWithKey(algorithm, digest, signed, signature, findKey(key));
  }
}

/** Undefined for no text and for what is no base64url. */
function decode(text: string): Buffer | undefined {
  if (text === '' || text.length % 4 === 1 || !/^[A-Za-z0-9_-]*={0,2}$/.test(text)) return undefined;
  // HAProxy decodes what pads too, which no signature does.
  return Buffer.from(text.replaceAll('=', 'A'), 'base64url');
}

function isEqual(one: Buffer, other: Buffer): number {
  return one.length === other.length && timingSafeEqual(one, other) ? success : failure;
}

function verifyWithKey(
  algorithm: string,
  digest: string,
  signed: Buffer,
  signature: Buffer,
  key: KeyObject | undefined,
): number {
  if (key === undefined) return unknownCertificate;
  const isElliptic = algorithm.startsWith('ES');
  if (isElliptic && signature.length % 2 !== 0) return invalidToken;
  try {
    return verify(digest, signed, key, isElliptic ? toDer(signature) : signature) ? success : failure;
  } catch {
    // A key of another kind than the algorithm asks for.
    return failure;
  }
}

/** The two integers that a signature of elliptic curves consists of, in the form of ASN.1. */
function toDer(signature: Buffer): Buffer {
  const half = signature.length / 2;
  const integers = Buffer.concat([derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half))]);
  return Buffer.concat([Buffer.from([0x30, ...derLength(integers.length)]), integers]);
}

function derInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 || digits.length === 0 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, ...derLength(digits.length + sign.length), ...sign]), digits]);
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

export const jwtConverters: ConverterCompilers = {
  jwt_verify: ([algorithm = '', key = '']) => {
    const [readAlgorithm, readKey, findKey] = [reader(algorithm), reader(key), keyFinder(algorithm, key)];
    return (token, context) => {
      const [algorithmText, keyText] = [readAlgorithm(context), readKey(context)];
      if (algorithmText === undefined || keyText === undefined) return undefined;
      return verifyToken(token as string, algorithmText, keyText, findKey);
    };
  },
};
