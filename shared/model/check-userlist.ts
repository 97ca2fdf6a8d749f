/** Checks what no schema can of userlists: that groups exist and passwords can be checked. */
import { hint } from '../language/suggest.ts';
import { checkUniqueNames } from './check-unique-names.ts';
import { parsePasswordHash } from './password-hash.ts';
import type { Userlist } from './userlist.ts';

export function checkUserlist(
  { groups = [], users = [] }: Userlist,
  report: (pointer: string, detail: string) => void,
): void {
  checkUniqueNames(users, '/users', report);
  const known = new Set(groups);
  for (const [index, { password, insecurePassword, groups: own = [] }] of users.entries()) {
    const pointer = `/users/${index}`;
    if (password !== undefined && insecurePassword !== undefined) {
      report(`${pointer}/insecurePassword`, 'a user has either password or insecurePassword, not both');
    }
    const hash = password === undefined ? undefined : parsePasswordHash(password);
    if (hash !== undefined && 'problem' in hash) report(`${pointer}/password`, hash.problem);
    for (const [at, group] of own.entries()) {
      if (!known.has(group)) report(`${pointer}/groups/${at}`, `there is no group "${group}"${hint(group, groups)}`);
    }
  }
}
