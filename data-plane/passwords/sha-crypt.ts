/** The hashes "$5$" and "$6$" of crypt(3): SHA-256 and SHA-512, thousands of times over. */
import { createHash } from 'node:crypto';
import { encodeBytes } from './crypt-alphabet.ts';

interface Form {
  readonly prefix: string;
  readonly algorithm: 'sha256' | 'sha512';
  /** Which bytes of the digest each group of characters shows. */
  readonly order: readonly (readonly number[])[];
}

/** Groups of bytes a third of the digest apart that turn by one place from group to group. */
function turning(third: number, turn: 1 | 2): number[][] {
  return Array.from({ length: third }, (_, index) => {
    const places = [index, index + third, index + 2 * third];
    const shift = (index * turn) % 3;
    return [...places.slice(shift), ...places.slice(0, shift)];
  });
}

const sha256: Form = { prefix: '$5$', algorithm: 'sha256', order: [...turning(10, 2), [31, 30]] };
const sha512: Form = { prefix: '$6$', algorithm: 'sha512', order: [...turning(21, 1), [63]] };

const defaultRounds = 5_000;

/** The whole hash of a password; of the salt sixteen characters count. `rounds` undefined stands for 5000. */
export function shaCrypt(password: Buffer, kind: '5' | '6', salt: string, rounds: number | undefined): string {
  const { prefix, algorithm, order } = kind === '5' ? sha256 : sha512;
  const used = salt.slice(0, 16);
  const digestOf = (...parts: readonly (Buffer | string)[]): Buffer => {
    const hash = createHash(algorithm);
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const inner = digestOf(password, used, password);
  const parts: (Buffer | string)[] = [password, used, repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? inner : password);
  let digest = digestOf(...parts);
  const passwords = repeated(digestOf(...Array.from({ length: password.length }, () => password)), password.length);
  const saltCount = 16 + (digest[0] as number);
  const salts = repeated(digestOf(...Array.from({ length: saltCount }, () => used)), used.length);
  for (let round = 0; round < (rounds ?? defaultRounds); round++) {
    const hash = createHash(algorithm);
    const odd = round % 2 === 1;
    hash.update(odd ? passwords : digest);
    if (round % 3 !== 0) hash.update(salts);
    if (round % 7 !== 0) hash.update(passwords);
    hash.update(odd ? digest : passwords);
    digest = hash.digest();
  }
  const count = rounds === undefined ? '' : `rounds=${rounds}$`;
  return `${prefix}${count}${used}$${encodeBytes(digest, order)}`;
}

/** So many bytes of a digest that begins anew where it ends. */
function repeated(digest: Buffer, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += digest.length) digest.copy(bytes, at);
  return bytes;
}
