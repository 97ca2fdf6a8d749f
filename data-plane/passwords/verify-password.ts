/** Whether a password is the one that a hash was made of. */
import { timingSafeEqual } from 'node:crypto';
import { parsePasswordHash } from '../../shared/model/password-hash.ts';
import { desCrypt } from './des-crypt.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

/** As crypt(3) has it: the work grows with the length. */
const longestPassword = 512;

/** Takes milliseconds, or seconds, of a core. */
export function verifyPassword(password: Buffer, hash: string): boolean {
  if (password.length > longestPassword || password.includes(0)) return false;
  const made = hashLike(password, hash);
  return made !== undefined && made.length === hash.length && timingSafeEqual(Buffer.from(made), Buffer.from(hash));
}

function hashLike(password: Buffer, hash: string): string | undefined {
  const form = parsePasswordHash(hash);
  if ('problem' in form) return undefined;
  switch (form.kind) {
    case 'des':
      return desCrypt(password, form.salt);
    case 'md5':
      return md5Crypt(password, form.salt);
    case 'sha256':
      return shaCrypt(password, '5', form.salt, form.rounds);
    case 'sha512':
      return shaCrypt(password, '6', form.salt, form.rounds);
    case 'locked':
      return undefined;
  }
}
