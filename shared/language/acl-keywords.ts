/** What an ACL tests: the name of a fetch, or one that says at once how to compare, such as "path_beg". */
import type { Fetch } from './catalogue.ts';
import { fetches, findMissingFeature } from './fetches.ts';
import type { MatchMethod } from './match-methods.ts';
import { hint } from './suggest.ts';

/** The beginnings of such names and the fetch of each (manual 2.6, section 7.3.6, "ACL derivatives"). */
const bases = {
  base: 'base',
  cook: 'req.cook',
  hdr: 'req.hdr',
  path: 'path',
  scook: 'res.cook',
  shdr: 'res.hdr',
  url: 'url',
  urlp: 'url_param',
} as const;

const endings: readonly MatchMethod[] = ['beg', 'dir', 'dom', 'end', 'len', 'reg', 'sub'];

export interface AclKeyword {
  readonly fetch: Fetch;
  /** undefined for "by the type of the sample". */
  readonly match: MatchMethod | undefined;
  /** Whether its patterns are versions such as 3.1. */
  readonly versions?: boolean;
}

const derived: ReadonlyMap<string, AclKeyword> = new Map(
  Object.entries(bases).flatMap(([base, name]): [string, AclKeyword][] => {
    const fetch = fetches.get(name) as Fetch;
    return [
      [base, { fetch, match: undefined }],
      ...endings.map((match): [string, AclKeyword] => [`${base}_${match}`, { fetch, match }]),
    ];
  }),
);

/** What a name in an ACL stands for, or why it stands for nothing. */
export function findAclKeyword(name: string): AclKeyword | { problem: string } {
  const keyword = derived.get(name);
  if (keyword !== undefined) return keyword;
  const fetch = fetches.get(name);
  if (fetch !== undefined) {
    const name = fetch.alias ?? fetch.name;
    if (name === 'req.ssl_ver') return { fetch, match: 'int', versions: true };
    return { fetch, match: name === 'http_auth_group' ? 'auth' : name === 'method' ? 'meth' : undefined };
  }
  const missing = findMissingFeature(name);
  if (missing !== undefined) return { problem: `"${name}" needs ${missing}, which Sluice has not got` };
  return { problem: `unknown criterion "${name}"${hint(name, [...derived.keys(), ...fetches.keys()])}` };
}

/** The names that say how to compare, by the fetch of each, for the reference. */
export function derivedKeywords(fetch: Fetch): string[] {
  return [...derived]
    .filter(([, keyword]) => keyword.fetch === fetch && keyword.match !== undefined)
    .map(([name]) => name);
}
