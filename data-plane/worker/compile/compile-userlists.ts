/** Compiles userlists, and finds out which of them requests to a frontend may meet. */
import { userlistsNamedBy } from '../../../shared/model/references.ts';
import type { Snapshot, SnapshotFrontend } from '../../../shared/model/snapshot.ts';
import { passwordChecks } from '../../passwords/password-checks.ts';
import { compileUserlist, type UserlistView } from '../../rules/userlist.ts';

export type Userlists = ReadonlyMap<string, UserlistView>;

export function compileUserlists({ userlists }: Snapshot): Userlists {
  return new Map(userlists.map((list) => [list.name, compileUserlist(list, passwordChecks)]));
}

/**
 * The userlists with hashes of passwords that rules of the frontend, or of a backend it may lead to, ask, those of their defaults too: what a request
 * brings is checked for these before its rules are evaluated.
 */
export function hashedUserlists(frontend: SnapshotFrontend, snapshot: Snapshot, userlists: Userlists): UserlistView[] {
  const hashed = snapshot.userlists.filter(({ users }) => users.some(({ hash }) => hash !== ''));
  if (hashed.length === 0 || frontend.mode !== 'http') return [];
  const proxies = [frontend, ...backendsBehind(frontend, snapshot)];
  const defaults = snapshot.defaults.filter(({ name }) => proxies.some(({ rulesFrom }) => rulesFrom === name));
  const named = [...proxies, ...defaults].map(userlistsNamedBy);
  return hashed
    .filter(({ name }) => named.some((names) => names.has(name)))
    .map(({ name }) => userlists.get(name) as UserlistView);
}

function backendsBehind({ backendSwitchingRules, defaultBackend }: SnapshotFrontend, { backends }: Snapshot) {
  const names = new Set([defaultBackend, ...backendSwitchingRules.map(({ backend }) => backend)]);
  const isDynamic = backendSwitchingRules.some(({ backend }) => backend.includes('%'));
  return isDynamic ? backends : backends.filter(({ name }) => names.has(name));
}
