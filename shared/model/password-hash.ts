/** The hashes of passwords that crypt(3) makes: which ones Sluice can check. */

export type PasswordHash =
  | { readonly kind: 'des' | 'md5'; readonly salt: string }
  | { readonly kind: 'sha256' | 'sha512'; readonly salt: string; readonly rounds: number | undefined }
  /** No password has it. */
  | { readonly kind: 'locked' };

/** Most rounds of "$5$" and "$6$": a check with them takes some seconds. */
const mostRounds = 1_000_000;

const others: readonly (readonly [RegExp, string])[] = [
  [/^\$2[abxy]?\$/, 'bcrypt'],
  [/^\$y\$/, 'yescrypt'],
  [/^\$gy\$/, 'gost-yescrypt'],
  [/^\$7\$/, 'scrypt'],
  [/^\$3\$/, 'NTHASH'],
  [/^\$md5/, 'SunMD5'],
  [/^\$sha1\$/, 'PBKDF1 with SHA-1'],
  [/^_/, 'extended DES'],
];

/** Takes a hash apart, or tells why it cannot be used. */
export function parsePasswordHash(text: string): PasswordHash | { problem: string } {
  if (/^[!*]/.test(text)) return { kind: 'locked' };
  if (/^[./0-9A-Za-z]{13}$/.test(text)) return { kind: 'des', salt: text.slice(0, 2) };
  const md5 = /^\$1\$([^$]{0,8})\$[./0-9A-Za-z]{22}$/.exec(text);
  if (md5 !== null) return { kind: 'md5', salt: md5[1] ?? '' };
  const sha = /^\$([56])\$(?:rounds=([1-9][0-9]{3,8})\$)?([^$]{0,16})\$([./0-9A-Za-z]+)$/.exec(text);
  if (sha?.[4]?.length === (sha?.[1] === '5' ? 43 : 86)) {
    const rounds = sha?.[2] === undefined ? undefined : Number(sha[2]);
    if (rounds !== undefined && rounds > mostRounds) return { problem: `has more than ${mostRounds} rounds` };
    return { kind: sha?.[1] === '5' ? 'sha256' : 'sha512', salt: sha?.[3] ?? '', rounds };
  }
  const other = others.find(([sign]) => sign.test(text))?.[1];
  return {
    problem:
      other === undefined
        ? 'is no hash of crypt(3) that Sluice knows: DES, MD5 ("$1$"), SHA-256 ("$5$") or SHA-512 ("$6$")'
        : `is a hash of ${other}, which Sluice has not got; it knows DES, MD5 ("$1$"), SHA-256 ("$5$") and SHA-512 ("$6$")`,
  };
}
