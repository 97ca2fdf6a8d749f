/** Userlists at run time: who may be let in with which password, and is in which groups. */
import { timingSafeEqual } from 'node:crypto';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { SnapshotUserlist } from '../../shared/model/snapshot.ts';
import type { PasswordChecks } from '../passwords/password-checks.ts';

/** Names and passwords have one character for each byte. */
export interface UserlistView {
  /** A password that is kept as a hash and has not been checked is not accepted; see {@link unchecked}. */
  accepts(user: string, password: string): boolean;
  isInGroup(user: string, groups: readonly string[]): boolean;
  /** The hash that has to be checked before {@link accepts} can tell; "" for none. */
  unchecked(user: string, password: string): string;
}

interface User {
  /** At most one of the two is not "". */
  readonly hash: string;
  readonly password: Buffer | undefined;
  readonly groups: ReadonlySet<string>;
}

export function compileUserlist({ users }: SnapshotUserlist, checks: PasswordChecks): UserlistView {
  const byName = new Map(
    users.map(({ name, hash, password, groups }): [string, User] => [
      toBytes(name),
      { hash, password: password === null ? undefined : Buffer.from(password), groups: new Set(groups.map(toBytes)) },
    ]),
  );
  return {
    accepts(name, password) {
      const user = byName.get(name);
      if (user === undefined) return false;
      if (user.password !== undefined) return isSame(user.password, password);
      return user.hash !== '' && checks.verdict(password, user.hash) === true;
    },
    isInGroup(name, groups) {
      const own = byName.get(name)?.groups;
      return own !== undefined && groups.some((group) => own.has(group));
    },
    unchecked(name, password) {
      const hash = byName.get(name)?.hash ?? '';
      return hash !== '' && checks.verdict(password, hash) === undefined ? hash : '';
    },
  };
}

/** In time that tells nothing but the length. */
function isSame(expected: Buffer, password: string): boolean {
  const given = Buffer.from(password, 'latin1');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
