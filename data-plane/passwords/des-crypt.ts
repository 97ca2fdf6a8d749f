/** The oldest hash of crypt(3): 25 times DES (FIPS 46-3) with an expansion that the salt disturbs. */
import { decode, encode } from './crypt-alphabet.ts';

// The tables of the standard; positions count from 1.
const initial = [
  58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4, 62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24,
  16, 8, 57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3, 61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31,
  23, 15, 7,
];
const expansion = [
  32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17, 16, 17, 18, 19, 20, 21, 20, 21, 22,
  23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
];
const permutation = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];
const choiceOne = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
const choiceTwo = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const shifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

/** Each box as four rows of sixteen hexadecimal digits. */
const boxes = [
  'E4D12FB83A6C5907 0F74E2D1A6CB9538 41E8D62BFC973A50 FC8249175B3EA06D',
  'F18E6B34972DC05A 3D47F28EC01A69B5 0E7BA4D158C6932F D8A13F42B67C05E9',
  'A09E63F51DC7B428 D709346A285ECBF1 D6498F30B12C5AE7 1AD069874FE3B52C',
  '7DE3069A1285BC4F D8B56F03472C1AE9 A690CB7DF13E5284 3F06A1D8945BC72E',
  '2C417AB6853FD0E9 EB2C47D150FA3986 421BAD78F9C5630E B8C71E2D6F09A453',
  'C1AF92680D34E75B AF427C9561DE0B38 9EF528C3704A1DB6 432C95FABE17608D',
  '4B2EF08D3C975A61 D0B7491AE35C2F86 14BDC37EAF680592 6BD814A7950FE23C',
  'D2846FB1A93E50C7 1FD8A374C56B0E92 7B419CE206ADF358 21E74A8DFC90356B',
].map((rows) => [...rows.replaceAll(' ', '')].map((digit) => Number.parseInt(digit, 16)));

type Bits = readonly number[];

const pick = (bits: Bits, positions: readonly number[]): number[] =>
  positions.map((position) => bits[position - 1] as number);

/** The positions that undo those of a permutation. */
const inverse = (positions: readonly number[]): number[] =>
  positions.map((_, index) => positions.indexOf(index + 1) + 1);

const final = inverse(initial);

/** The sixteen keys of 48 bits for a key of 64, whose every eighth bit counts for nothing. */
function scheduleKeys(key: Bits): Bits[] {
  const chosen = pick(key, choiceOne);
  let left = chosen.slice(0, 28);
  let right = chosen.slice(28);
  return shifts.map((shift) => {
    left = [...left.slice(shift), ...left.slice(0, shift)];
    right = [...right.slice(shift), ...right.slice(0, shift)];
    return pick([...left, ...right], choiceTwo);
  });
}

function substitute(bits: Bits): number[] {
  return boxes.flatMap((box, index) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bits.slice(index * 6, index * 6 + 6);
    const value = box[((a << 1) | f) * 16 + ((b << 3) | (c << 2) | (d << 1) | e)] as number;
    return [(value >> 3) & 1, (value >> 2) & 1, (value >> 1) & 1, value & 1];
  });
}

function encrypt(block: Bits, keys: readonly Bits[], expand: readonly number[]): number[] {
  const start = pick(block, initial);
  let left = start.slice(0, 32);
  let right = start.slice(32);
  for (const key of keys) {
    const mixed = pick(right, expand).map((bit, index) => bit ^ (key[index] as number));
    const changed = pick(substitute(mixed), permutation);
    [left, right] = [right, left.map((bit, index) => bit ^ (changed[index] as number))];
  }
  return pick([...right, ...left], final);
}

/** The whole hash of a password; eight characters of it count, with seven bits each, and two of the salt. */
export function desCrypt(password: Buffer, salt: string): string {
  const key = Array.from({ length: 8 }, (_, index) => password[index] ?? 0).flatMap((byte) =>
    Array.from({ length: 8 }, (_, bit) => ((byte << 1) >> (7 - bit)) & 1),
  );
  const swaps = decode(salt.charAt(0)) | (decode(salt.charAt(1)) << 6);
  const expand = [...expansion];
  for (let bit = 0; bit < 12; bit++) {
    if (((swaps >> bit) & 1) === 0) continue;
    [expand[bit], expand[bit + 24]] = [expand[bit + 24] as number, expand[bit] as number];
  }
  const keys = scheduleKeys(key);
  let block: number[] = new Array(64).fill(0);
  for (let time = 0; time < 25; time++) block = encrypt(block, keys, expand);
  // Here the highest bits come first.
  const bits = [...block, 0, 0];
  let text = salt.slice(0, 2);
  for (let at = 0; at < 66; at += 6) text += encode(Number.parseInt(bits.slice(at, at + 6).join(''), 2), 1);
  return text;
}
