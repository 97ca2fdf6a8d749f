/** XXH3 in 64 bits, by its specification. */
import { u64, xxh64Avalanche } from './xxhash.ts';

const defaultSecret = Buffer.from(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
    '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea' +
    'c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  'hex',
);

const prime32 = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn] as const;
const prime64 = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;
const mixPrimes = [0x165667919e3779f9n, 0x9fb21c651e98df25n] as const;

const low32 = (value: bigint) => value & 0xffffffffn;
const shifted = (value: bigint, by: bigint) => value ^ (value >> by);
const rotated = (value: bigint, by: bigint) => u64((value << by) | (value >> (64n - by)));

/** The lower and the higher half of a product of 128 bits, one upon the other. */
function folded(one: bigint, other: bigint): bigint {
  const product = one * other;
  return u64(product) ^ (product >> 64n);
}

function swap32(value: number): bigint {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return BigInt(bytes.readUInt32BE());
}

function swap64(value: bigint): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.readBigUInt64BE();
}

const avalanche = (hash: bigint) => shifted(u64(shifted(hash, 37n) * mixPrimes[0]), 32n);

/** Of a text with one character for each byte, as a signed integer; the seed has 64 bits. */
export function xxh3(text: string, seed: bigint): bigint {
  const bytes = Buffer.from(text, 'latin1');
  return BigInt.asIntN(64, hash(bytes, seed));
}

function hash(bytes: Buffer, seed: bigint): bigint {
  const { length } = bytes;
  if (length === 0) return xxh64Avalanche(seed ^ secretAt(56) ^ secretAt(64));
  if (length <= 3) return hashUpTo3(bytes, seed);
  if (length <= 8) return hashUpTo8(bytes, seed);
  if (length <= 16) return hashUpTo16(bytes, seed);
  if (length <= 128) return hashUpTo128(bytes, seed);
  return length <= 240 ? hashUpTo240(bytes, seed) : hashLong(bytes, seed);
}

const secretAt = (at: number) => defaultSecret.readBigUInt64LE(at);

function hashUpTo3(bytes: Buffer, seed: bigint): bigint {
  const { length } = bytes;
  const [first = 0, middle = 0, last = 0] = [bytes[0], bytes[length >> 1], bytes[length - 1]];
  const combined = BigInt(((first << 16) | (middle << 24) | last | (length << 8)) >>> 0);
  const flip = BigInt((defaultSecret.readUInt32LE(0) ^ defaultSecret.readUInt32LE(4)) >>> 0);
  return xxh64Avalanche(combined ^ u64(flip + seed));
}

function hashUpTo8(bytes: Buffer, given: bigint): bigint {
  const length = BigInt(bytes.length);
  const seed = given ^ (swap32(Number(low32(given))) << 32n);
  const input = (BigInt(bytes.readUInt32LE(0)) << 32n) + BigInt(bytes.readUInt32LE(bytes.length - 4));
  let mixed = input ^ u64((secretAt(8) ^ secretAt(16)) - seed);
  mixed ^= rotated(mixed, 49n) ^ rotated(mixed, 24n);
  mixed = u64(mixed * mixPrimes[1]);
  mixed ^= (mixed >> 35n) + length;
  return shifted(u64(mixed * mixPrimes[1]), 28n);
}

function hashUpTo16(bytes: Buffer, seed: bigint): bigint {
  const low = bytes.readBigUInt64LE(0) ^ u64((secretAt(24) ^ secretAt(32)) + seed);
  const high = bytes.readBigUInt64LE(bytes.length - 8) ^ u64((secretAt(40) ^ secretAt(48)) - seed);
  return avalanche(u64(BigInt(bytes.length) + swap64(low) + high + folded(low, high)));
}

function mix16(bytes: Buffer, at: number, secret: number, seed: bigint): bigint {
  return folded(
    bytes.readBigUInt64LE(at) ^ u64(secretAt(secret) + seed),
    bytes.readBigUInt64LE(at + 8) ^ u64(secretAt(secret + 8) - seed),
  );
}

function hashUpTo128(bytes: Buffer, seed: bigint): bigint {
  const { length } = bytes;
  let sum = BigInt(length) * prime64[0];
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    sum += mix16(bytes, pair * 16, pair * 32, seed) + mix16(bytes, length - (pair + 1) * 16, pair * 32 + 16, seed);
  }
  return avalanche(u64(sum));
}

/** Where the secret of the later rounds begins, and by how much that of the last is shifted. */
const laterSecret = 3;
const lastSecret = 136 - 17;

function hashUpTo240(bytes: Buffer, seed: bigint): bigint {
  const { length } = bytes;
  const rounds = length >> 4;
  let sum = BigInt(length) * prime64[0];
  for (let round = 0; round < 8; round++) sum += mix16(bytes, round * 16, round * 16, seed);
  sum = avalanche(u64(sum));
  for (let round = 8; round < rounds; round++) {
    sum += mix16(bytes, round * 16, (round - 8) * 16 + laterSecret, seed);
  }
  return avalanche(u64(sum + mix16(bytes, length - 16, lastSecret, seed)));
}

/** Bytes of a stripe, and by how many the secret moves on for the next one. */
const stripe = 64;
const step = 8;
const stripesOfBlock = (defaultSecret.length - stripe) / step;

function hashLong(bytes: Buffer, seed: bigint): bigint {
  const secret = seed === 0n ? defaultSecret : seededSecret(seed);
  const sums: bigint[] = [prime32[2], ...prime64.slice(0, 4), prime32[1], prime64[4], prime32[0]];
  const stripes = Math.floor((bytes.length - 1) / stripe);
  for (let number = 0; number < stripes; number++) {
    const within = number % stripesOfBlock;
    accumulate(sums, bytes, number * stripe, secret, within * step);
    if (within === stripesOfBlock - 1) scramble(sums, secret);
  }
  accumulate(sums, bytes, bytes.length - stripe, secret, secret.length - stripe - 7);
  let merged = BigInt(bytes.length) * prime64[0];
  for (let pair = 0; pair < 4; pair++) {
    const [one = 0n, other = 0n] = [sums[pair * 2], sums[pair * 2 + 1]];
    merged += folded(one ^ secret.readBigUInt64LE(11 + pair * 16), other ^ secret.readBigUInt64LE(11 + pair * 16 + 8));
  }
  return avalanche(u64(merged));
}

function seededSecret(seed: bigint): Buffer {
  const secret = Buffer.alloc(defaultSecret.length);
  for (let at = 0; at < secret.length; at += 16) {
    secret.writeBigUInt64LE(u64(secretAt(at) + seed), at);
    secret.writeBigUInt64LE(u64(secretAt(at + 8) - seed), at + 8);
  }
  return secret;
}

function accumulate(sums: bigint[], bytes: Buffer, at: number, secret: Buffer, from: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const value = bytes.readBigUInt64LE(at + lane * 8);
    const keyed = value ^ secret.readBigUInt64LE(from + lane * 8);
    sums[lane ^ 1] = u64((sums[lane ^ 1] ?? 0n) + value);
    sums[lane] = u64((sums[lane] ?? 0n) + low32(keyed) * (keyed >> 32n));
  }
}

function scramble(sums: bigint[], secret: Buffer): void {
  for (const [lane, sum] of sums.entries()) {
    const keyed = shifted(sum, 47n) ^ secret.readBigUInt64LE(secret.length - stripe + lane * 8);
    sums[lane] = u64(keyed * prime32[0]);
  }
}
