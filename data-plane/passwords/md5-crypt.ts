/** The hash "$1$" of crypt(3): MD5, a thousand times over. */
import { createHash } from 'node:crypto';
import { encodeBytes } from './crypt-alphabet.ts';

const rounds = 1_000;

/** Which bytes of the digest each group of characters shows. */
const order = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];

const md5 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The whole hash of a password; of the salt eight characters count. */
export function md5Crypt(password: Buffer, salt: string): string {
  const used = salt.slice(0, 8);
  const inner = md5(password, used, password);
  const parts: (Buffer | string)[] = [password, '$1$', used];
  for (let left = password.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1) {
    parts.push((bits & 1) === 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  }
  let digest = md5(...parts);
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    const mixed: (Buffer | string)[] = [odd ? password : digest];
    if (round % 3 !== 0) mixed.push(used);
    if (round % 7 !== 0) mixed.push(password);
    mixed.push(odd ? digest : password);
    digest = md5(...mixed);
  }
  return `$1$${used}$${encodeBytes(digest, order)}`;
}
