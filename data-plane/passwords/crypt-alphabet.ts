/** The alphabet in which crypt(3) writes salts and hashes. */

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `count` characters of 6 bits each, the lowest bits first. */
export function encode(value: number, count: number): string {
  let text = '';
  let rest = value;
  for (let at = 0; at < count; at++) {
    text += alphabet[rest & 63];
    rest >>>= 6;
  }
  return text;
}

/** The 6 bits that a character stands for; 0 for one that is not of the alphabet. */
export function decode(character: string): number {
  return Math.max(0, alphabet.indexOf(character));
}

/** Bytes of a digest in groups of up to three, the first the highest; a group of three makes four characters. */
export function encodeBytes(digest: Buffer, groups: readonly (readonly number[])[]): string {
  let text = '';
  for (const group of groups) {
    const value = group.reduce((sum, index) => (sum << 8) | (digest[index] as number), 0);
    text += encode(value, group.length + 1);
  }
  return text;
}
