/** xxHash in 32 and in 64 bits, by its specification. */

const p32 = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;

const rotate32 = (value: number, by: number) => (value << by) | (value >>> (32 - by));

const round32 = (lane: number, input: number) => Math.imul(rotate32((lane + Math.imul(input, p32[1])) | 0, 13), p32[0]);

export function xxh32(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  let hash: number;
  if (bytes.length >= 16) {
    let [one, two, three, four] = [(seed + p32[0] + p32[1]) | 0, (seed + p32[1]) | 0, seed | 0, (seed - p32[0]) | 0];
    for (; at + 16 <= bytes.length; at += 16) {
      one = round32(one, bytes.readInt32LE(at));
      two = round32(two, bytes.readInt32LE(at + 4));
      three = round32(three, bytes.readInt32LE(at + 8));
      four = round32(four, bytes.readInt32LE(at + 12));
    }
    hash = (rotate32(one, 1) + rotate32(two, 7) + rotate32(three, 12) + rotate32(four, 18)) | 0;
  } else hash = (seed + p32[4]) | 0;
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotate32((hash + Math.imul(bytes.readInt32LE(at), p32[2])) | 0, 17), p32[3]);
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotate32((hash + Math.imul(bytes[at] as number, p32[4])) | 0, 11), p32[0]);
  }
  hash = Math.imul(hash ^ (hash >>> 15), p32[1]);
  hash = Math.imul(hash ^ (hash >>> 13), p32[2]);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const p64 = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;

export const u64 = (value: bigint) => BigInt.asUintN(64, value);
const rotate64 = (value: bigint, by: bigint) => u64((value << by) | (value >> (64n - by)));
const round64 = (lane: bigint, input: bigint) => u64(rotate64(u64(lane + input * p64[1]), 31n) * p64[0]);
const merge64 = (hash: bigint, lane: bigint) => u64((hash ^ round64(0n, lane)) * p64[0] + p64[3]);

/** As a signed integer. */
export function xxh64(text: string, seed: bigint): bigint {
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    let [one, two, three, four] = [u64(seed + p64[0] + p64[1]), u64(seed + p64[1]), u64(seed), u64(seed - p64[0])];
    for (; at + 32 <= bytes.length; at += 32) {
      one = round64(one, bytes.readBigUInt64LE(at));
      two = round64(two, bytes.readBigUInt64LE(at + 8));
      three = round64(three, bytes.readBigUInt64LE(at + 16));
      four = round64(four, bytes.readBigUInt64LE(at + 24));
    }
    hash = u64(rotate64(one, 1n) + rotate64(two, 7n) + rotate64(three, 12n) + rotate64(four, 18n));
    for (const lane of [one, two, three, four]) hash = merge64(hash, lane);
  } else hash = u64(seed + p64[4]);
  hash = u64(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    hash = u64(rotate64(hash ^ round64(0n, bytes.readBigUInt64LE(at)), 27n) * p64[0] + p64[3]);
  }
  if (at + 4 <= bytes.length) {
    hash = u64(rotate64(hash ^ u64(BigInt(bytes.readUInt32LE(at)) * p64[0]), 23n) * p64[1] + p64[2]);
    at += 4;
  }
  for (; at < bytes.length; at++) {
    hash = u64(rotate64(hash ^ u64(BigInt(bytes[at] as number) * p64[4]), 11n) * p64[0]);
  }
  return BigInt.asIntN(64, xxh64Avalanche(hash));
}

/** The last mixing of the bits of a hash, which XXH3 has too. */
export function xxh64Avalanche(hash: bigint): bigint {
  let mixed = u64((hash ^ (hash >> 33n)) * p64[1]);
  mixed = u64((mixed ^ (mixed >> 29n)) * p64[2]);
  return mixed ^ (mixed >> 32n);
}
